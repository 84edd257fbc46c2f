import { describe, expect, test } from 'vitest'
import { createLinker, createUpdatableLinker } from '@forge/link'
import type { FileLinks, Linker, LinkFile, UpdatableLinker } from '@forge/link'
import { filesOf, inputOf } from './project.ts'

/** A project whose linker is updated, next to one that is made anew. */
class Updated {
  readonly #numbers = new Map<string, number>()
  readonly #links = new Map<string, FileLinks>()
  #texts: ReadonlyMap<string, string>
  #linker: UpdatableLinker
  #versions: ReadonlyMap<string, LinkFile>

  constructor(fixture: string) {
    this.#texts = filesOf(fixture)
    this.#versions = this.#read()
    this.#linker = this.#make()
  }

  get texts(): ReadonlyMap<string, string> {
    return this.#texts
  }

  /**
   * Changes files, undefined for one that is gone.
   *
   * @returns the files that were due to be linked again; undefined where all of them were.
   */
  change(changes: Readonly<Record<string, string | undefined>>): string[] | undefined {
    const texts = new Map(this.#texts)
    for (const [path, text] of Object.entries(changes)) {
      if (text === undefined) texts.delete(path)
      else texts.set(path, text)
    }
    this.#texts = texts
    for (const path of texts.keys()) if (!this.#numbers.has(path)) this.#numbers.set(path, this.#numbers.size)
    const before = this.#versions
    this.#versions = this.#read()
    const versions = new Map<number, LinkFile | undefined>()
    for (const [path, number] of this.#numbers) {
      const [old, now] = [before.get(path), this.#versions.get(path)]
      const isSame = path in changes ? false : JSON.stringify(old?.targets) === JSON.stringify(now?.targets)
      if (!isSame && (old !== undefined || now !== undefined)) versions.set(number, now)
    }
    const due = last(this.#linker.update(versions))
    if (due === undefined) {
      this.#linker = this.#make()
      return undefined
    }
    const paths = [...this.#numbers].filter(([, number]) => due.has(number)).map(([path]) => path)
    for (const path of paths) this.#links.set(path, this.#linker.linkFile(this.#numbers.get(path)!))
    return paths.toSorted()
  }

  /** The links as they are known by updates, as text. */
  known(): string[] {
    const paths = [...this.#numbers.keys()]
    return [...this.#versions.keys()].flatMap((path) => lines(this.#linker, this.#links.get(path)!, paths)).toSorted()
  }

  /** The links of a linker that is made anew. */
  fresh(): string[] {
    const paths = [...this.#versions.keys()].toSorted()
    const linker = createLinker(inputOf(this.#texts, paths))
    return paths.flatMap((_, file) => lines(linker, linker.linkFile(file), paths)).toSorted()
  }

  /** The files, what they request by the numbers that the linker knows them by. */
  #read(): ReadonlyMap<string, LinkFile> {
    const paths = [...this.#texts.keys()]
    return new Map(
      inputOf(this.#texts, paths).map((version) => {
        const targets = version.targets.map((target) =>
          target.kind === 'file' ? { ...target, file: this.#numbers.get(paths[target.file]!) ?? target.file } : target,
        )
        return [version.path, { ...version, targets }]
      }),
    )
  }

  #make(): UpdatableLinker {
    this.#numbers.clear()
    for (const path of this.#texts.keys()) this.#numbers.set(path, this.#numbers.size)
    this.#versions = this.#read()
    const linker = last(createUpdatableLinker([...this.#versions.values()]))
    for (const [path, number] of this.#numbers) this.#links.set(path, linker.linkFile(number))
    return linker
  }
}

function last<Result>(steps: Generator<void, Result, undefined>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** Links with files by their paths and symbols by their rows. */
function lines(linker: Linker, links: FileLinks, paths: readonly string[]): string[] {
  const named = (symbol: number): string =>
    symbol < 0 ? linker.externals[-1 - symbol]! : `${paths[linker.fileOf(symbol)]!} ${linker.rowOf(symbol)}`
  const { edges, unresolved, functionValues, locals } = links
  const found: string[] = []
  for (let row = 0; row < edges.count; row++) {
    const sites = edges.sites.subarray(edges.siteFirst[row]! * 3, edges.siteFirst[row + 1]! * 3)
    found.push(
      `${named(edges.source[row]!)} > ${named(edges.target[row]!)} ${edges.kind[row]!} ${edges.confidence[row]!} ${sites.join()}`,
    )
  }
  for (const one of [...unresolved, ...functionValues]) {
    found.push(`${named(one.in)} ${one.name} ${one.reason} ${one.start} ${one.end} ${one.call}`)
  }
  return [...found, locals.join()]
}

const fixture = `
//- /shapes.ts
export interface Shape { area(): number; name: string }
export class Square implements Shape {
  name = 'square'
  constructor(readonly side: number, public onMeasured?: (shape: Shape) => void) {}
  area() { this.onMeasured?.(this); return multiply(this.side, this.side) }
}
export class Cube extends Square {
  area() { return 6 * super.area() }
}
function multiply(a: number, b: number) { return a * b }
export function each(shapes: Shape[], visit: (shape: Shape) => void) { for (const shape of shapes) visit(shape) }
//- /registry.ts
import { each, Square } from './shapes'
import type { Shape } from './shapes'
const known = new Map<string, () => Shape>()
export const registry = { add(name, make) { known.set(name, make) }, make(name) { return known.get(name)() } }
registry.add('square', () => new Square(1))
export default function report(shapes) { each(shapes, (shape) => { shape.area() }) }
//- /lists.js
const handlers = []
exports.on = function on(handler) { handlers.push(handler); return () => handlers.indexOf(handler) }
exports.emit = function emit(value) { handlers.forEach((handler) => handler(value)) }
exports.twice = (f) => (value) => f(f(value))
//- /index.ts
export * from './shapes'
export { default as report, registry } from './registry'
//- /main.ts
import { Cube, registry, report, Square } from './index'
import { on, emit, twice } from './lists'
registry.add('cube', () => new Cube(2, (shape) => log(shape.name)))
function log(text) { console.log(text) }
function increase(n) { return n + 1 }
on(log)
emit(twice(increase)(1))
report([new Square(3), registry.make('cube')])
const options = { log, nested: { increase } }
options.nested.increase(1)
`

describe('an update', () => {
  test.each<[string, string, string, string, string[]]>([
    ['a comment', 'shapes.ts', 'function multiply', '// times\nfunction multiply', ['shapes.ts']],
    ['another body', 'main.ts', 'return n + 1', 'return n + 2', ['main.ts']],
    ['a new export', 'shapes.ts', 'function multiply', 'export function added() {}\nfunction multiply', ['shapes.ts']],
    ['a call of what was not called', 'main.ts', 'on(log)', 'on(log); log(registry)', ['main.ts']],
    [
      'another function that is handed on',
      'main.ts',
      'on(log)',
      'on(increase)',
      // Its handlers are called in another file.
      ['lists.js', 'main.ts'],
    ],
    ['an export less', 'shapes.ts', 'export class Cube', 'class Cube', ['main.ts', 'registry.ts', 'shapes.ts']],
  ])('of %s links again what it reaches', (_, path, from, to, due) => {
    const project = new Updated(fixture)
    const text = project.texts.get(path)!
    expect(project.change({ [path]: text.replace(from, to) })).toEqual(due)
    expect(project.known()).toEqual(project.fresh())
    // And back, with what is known from before.
    project.change({ [path]: text })
    expect(project.known()).toEqual(project.fresh())
  })

  test('knows files that come, go, and come again', () => {
    const project = new Updated(fixture)
    const lists = project.texts.get('lists.js')!
    expect(project.change({ 'lists.js': undefined })).toEqual(['main.ts'])
    expect(project.known()).toEqual(project.fresh())
    expect(project.change({ 'other.ts': "import { log } from './lists'\nlog()\n" })).toEqual(['other.ts'])
    expect(project.change({ 'lists.js': `${lists}exports.log = () => {}\n` })).toEqual([
      'lists.js',
      'main.ts',
      'other.ts',
    ])
    expect(project.known()).toEqual(project.fresh())
  })

  test('knows a new file that declares a namespace for itself', () => {
    const project = new Updated(fixture)
    const text = 'export declare namespace Shapes { interface Circle { radius: number } }\n'
    expect(project.change({ 'circle.ts': text })).toEqual(['circle.ts'])
    expect(project.known()).toEqual(project.fresh())
  })

  const base = 'export class Base { run() {} }\n'
  test.each<[string, Record<string, string>, Record<string, string | undefined>]>([
    [
      'what a member overrides in another file',
      {
        'base.ts': base,
        'derived.ts': "import { Base } from './base'\nexport class Derived extends Base { run() {} }\n",
      },
      { 'base.ts': 'export class Base { go() {} }\n' },
    ],
    [
      'what a member implements in another file',
      {
        'base.ts': 'export interface Base { run(): void }\n',
        'derived.ts': "import { Base } from './base'\nexport class Derived implements Base { run() {} }\n",
      },
      { 'base.ts': 'export interface Base { go(): void }\n' },
    ],
    [
      'where an addition to a module leads',
      {
        'x.ts': "export { Core } from 'ext'\n",
        'mod.ts': "import { Core } from './x'\ndeclare module './x' { interface Core { plugin(): void } }\n",
        'use.ts': "import { Core } from './x'\nnew Core().plugin()\n",
      },
      { 'x.ts': 'export class Core { run() {} }\n' },
    ],
    [
      'the order of two classes',
      {
        'a.ts': [
          'export interface P { p(): void }',
          'export interface Q { q(): void }',
          'export class A { constructor(public f: (x: P) => void) {} }',
          'export class B { constructor(public f: (x: Q) => void) {} }',
        ].join('\n'),
        'b.ts': [
          "import { A, B } from './a'",
          'const Base = Math.random() > 0 ? A : B',
          'class C extends Base {}',
          'new C((x) => { x.p(); x.q() })',
        ].join('\n'),
      },
      {
        'a.ts': [
          'export interface P { p(): void }',
          'export interface Q { q(): void }',
          'export class B { constructor(public f: (x: Q) => void) {} }',
          'export class A { constructor(public f: (x: P) => void) {} }',
        ].join('\n'),
      },
    ],
    [
      'a file that is written anew, symbols and all',
      {
        'a.ts': 'export class Animal { get twin(): Animal { return this } set twin(other) { other.twin } }\n',
        'c.ts':
          "import * as all from './a'\nexport class Cat extends all.Animal { meow() { this.twin = new Cat() } }\n",
      },
      { 'a.ts': undefined },
    ],
  ])('of %s leaves what a new linker finds', (_, files, changes) => {
    const text = Object.entries(files).map(([path, body]) => `//- /${path}\n${body}`)
    const project = new Updated(text.join('\n'))
    project.change(changes)
    expect(project.known()).toEqual(project.fresh())
    project.change(Object.fromEntries(Object.keys(changes).map((path) => [path, `${files[path]!.trimEnd()}\n`])))
    expect(project.known()).toEqual(project.fresh())
  })

  test('takes a new linker where all files see what has changed', () => {
    const project = new Updated(fixture)
    expect(project.change({ 'script.ts': 'function everywhere() {}\n' })).toBeUndefined()
    expect(project.known()).toEqual(project.fresh())
    expect(
      project.change({ 'main.ts': "declare module './shapes' { interface Shape { color: string } }\nexport {}\n" }),
    ).toBe(undefined)
    expect(project.known()).toEqual(project.fresh())
  })

  test('that was not gone through to the end leaves nothing to update', () => {
    const input = inputOf(filesOf(fixture))
    const linker = last(createUpdatableLinker(input))
    linker.update(new Map([[0, input[0]]])).next()
    expect(last(linker.update(new Map([[0, input[0]]])))).toBeUndefined()
  })
})

test.each([1, 2, 3, 4])('any edits leave what a new linker finds, seed %i', (seed) => {
  let state = seed
  const random = (count: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >>> 8) % count
  }
  const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)]!
  const project = new Updated(fixture)
  const namesIn = (text: string): readonly string[] => text.match(/\b[a-zA-Z]{3,}\b/g) ?? ['none']
  const edits: readonly ((text: string, other: string) => string)[] = [
    (text) => changed(text, (all) => all.splice(random(all.length), 1)),
    (text) => changed(text, (all) => all.splice(random(all.length), 0, pick(all))),
    (text, other) => changed(text, (all) => all.splice(random(all.length), 0, pick(other.split('\n')))),
    (text, other) => text.replace(pick(namesIn(text)), pick(namesIn(other))),
    (text) => text.replaceAll(pick(namesIn(text)), pick(namesIn(text))),
    (text, other) => `${text}\nexport function added(f = ${pick(namesIn(text))}) { f(${pick(namesIn(other))}) }\n`,
  ]
  const said: string[] = []
  for (let step = 0; step < 60; step++) {
    const [path, other] = [pick([...project.texts.keys()]), pick([...project.texts.values()])]
    const roll = random(12)
    if (roll === 0 && project.texts.size > 3) project.change({ [path]: undefined })
    else if (roll === 1) project.change({ [`new${random(3)}.ts`]: other })
    else project.change({ [path]: pick(edits)(project.texts.get(path)!, other) })
    said.push(`${roll} ${path}`)
    expect(project.known(), `seed ${seed}, step ${step}: ${said.slice(-3).join(', ')}`).toEqual(project.fresh())
  }
})

function changed(text: string, change: (lines: string[]) => void): string {
  const all = text.split('\n')
  change(all)
  return all.join('\n')
}
