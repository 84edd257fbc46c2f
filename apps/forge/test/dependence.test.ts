import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { CodeSlice } from '../src/dependence/dependence-types.ts'
import { Forge } from '../src/forge.ts'
import { project, write } from './forge-process.ts'

/** A project that is indexed in this process; lines are found by a text that is in one of them. */
class Code {
  readonly root: string
  readonly #files: ReadonlyMap<string, string>
  readonly forge: Forge

  private constructor(root: string, files: ReadonlyMap<string, string>, forge: Forge) {
    this.root = root
    this.#files = files
    this.forge = forge
  }

  static async of(fixture: string): Promise<Code> {
    const root = project(fixture)
    const files = new Map(
      fixture
        .split(/^\/\/- \//m)
        .slice(1)
        .map((part) => [part.slice(0, part.indexOf('\n')).trim(), part.slice(part.indexOf('\n') + 1)] as const),
    )
    const forge = await Forge.open(root, { threads: false })
    onTestFinished(() => forge.close())
    await forge.index({ jobs: 1 })
    return new Code(root, files, forge)
  }

  /** The one line that has the text. */
  at(text: string): { readonly file: string; readonly line: number } {
    const found = [...this.#files].flatMap(([file, content]) =>
      content.split('\n').flatMap((line, index) => (line.includes(text) ? [{ file, line: index + 1 }] : [])),
    )
    if (found.length !== 1) throw new Error(`${found.length} lines have ${text}`)
    return found[0]!
  }

  /** The lines of a slice, as they read. */
  linesOf({ files }: CodeSlice): string[] {
    return files.flatMap(({ file, lines }) => lines.map((line) => this.#files.get(file)!.split('\n')[line - 1]!.trim()))
  }

  async backward(text: string): Promise<string[]> {
    return this.linesOf(await this.forge.pdg.slice(this.at(text)))
  }

  async forward(text: string): Promise<string[]> {
    return this.linesOf(await this.forge.pdg.slice({ ...this.at(text), direction: 'forward' }))
  }
}

describe('forge.pdg.slice', () => {
  it('has what other files put into what is imported', async () => {
    const code = await Code.of(`
//- /held.ts
export const list: number[] = []
export function add(n: number) {
  list.push(n)
}
export const names = new Map<string, number>()
export const unrelated: number[] = []
//- /fill.ts
import { names, unrelated } from './held.js'
names.set('a', 1)
unrelated.push(7)
//- /ask.ts
import { add, list, names } from './held.js'
list.push(3)
add(4)
let sum = 0
for (const one of list) sum += one
export const total = sum
export const found = names.get('a')
`)
    expect(await code.backward('export const total')).toEqual([
      "import { add, list, names } from './held.js'",
      'list.push(3)',
      'add(4)',
      'let sum = 0',
      'for (const one of list) sum += one',
      'export const total = sum',
      'export const list: number[] = []',
      'export function add(n: number) {',
      'list.push(n)',
    ])
    expect(await code.backward('export const found')).toContain("names.set('a', 1)")
    expect(await code.backward('export const found')).not.toContain('unrelated.push(7)')
    expect(await code.forward("names.set('a', 1)")).toContain("export const found = names.get('a')")
  })

  it('follows names that are imported, renamed, exported by default and from barrels', async () => {
    const code = await Code.of(`
//- /values.ts
export const named = 1
const byDefault = 2
export default byDefault
export const other = 3
export function unused() { return 4 }
//- /index.ts
export { named as renamed } from './values.js'
export * from './more.js'
//- /more.ts
export let starred = 5
export function change(to: number) { starred = to }
//- /main.ts
import { renamed, starred, change } from './index.js'
import def, * as all from './values.js'
change(6)
const sum = renamed + starred
const rest = def
const whole = all.other
console.log(sum)
console.log(rest)
console.log(whole)
`)
    const sum = await code.backward('const sum')
    expect(sum).toEqual(
      expect.arrayContaining([
        'export const named = 1',
        'export let starred = 5',
        'change(6)',
        'const sum = renamed + starred',
      ]),
    )
    expect(sum.join('\n')).toContain('starred = to')
    expect(sum).not.toContain('export const other = 3')
    expect(sum).not.toContain('const byDefault = 2')
    const rest = await code.backward('const rest')
    expect(rest).toContain('const byDefault = 2')
    expect(rest).not.toContain('export const named = 1')
    expect(await code.backward('const whole')).toContain('export const other = 3')
    expect(await code.forward('export const named')).toEqual(
      expect.arrayContaining(['const sum = renamed + starred', 'console.log(sum)']),
    )
    expect(await code.forward('const byDefault')).toEqual(
      expect.arrayContaining(['const rest = def', 'console.log(rest)']),
    )
    expect(await code.forward('export const other')).toEqual(
      expect.arrayContaining(['const whole = all.other', 'console.log(whole)']),
    )
  })

  it('goes from who asks a generator of another file for more to what that does next, and back', async () => {
    const code = await Code.of(`
//- /count.ts
export function* count() {
  let n = 0
  while (true) {
    console.log('step')
    yield n++
  }
}
//- /take.ts
import { count } from './count.js'
const enough = 3
for (const one of count()) {
  if (one > enough) break
}
export const unrelated = 4
`)
    const steps = await code.backward("console.log('step')")
    expect(steps).toEqual(expect.arrayContaining(['if (one > enough) break', 'const enough = 3']))
    expect(steps).not.toContain('export const unrelated = 4')
    expect(await code.forward('const enough = 3')).toContain("console.log('step')")
  })

  it('goes into the iterators of other files, as far as the graph knows what is taken apart', async () => {
    const code = await Code.of(`
//- /bag.ts
const step = 2
export class Bag {
  *[Symbol.iterator]() {
    for (let i = 0; i < 3; i += step) yield i
  }
}
export class Range {
  [Symbol.iterator]() {
    let i = 0
    const next = () => ({ value: i++, done: i > last })
    return { next() { return next() } }
  }
}
const last = 4
//- /sum.ts
import { Bag, Range } from './bag.js'
let sum = 0
for (const one of new Bag()) sum += one
export const total = sum
let begin = 0
for (const one of new Range()) begin = one
export const first = begin
//- /most.ts
import { Bag } from './bag.js'
export const most = Math.max(...new Bag())
`)
    expect(await code.backward('export const total')).toContain('const step = 2')
    expect(await code.forward('const step = 2')).toContain('export const total = sum')
    expect(await code.backward('export const first')).toContain('const last = 4')
    expect(await code.forward('const last = 4')).toContain('export const first = begin')
    expect(await code.backward('export const most')).toContain('const step = 2')
    expect(await code.forward('const step = 2')).toContain('export const most = Math.max(...new Bag())')
  })

  it('has what other files put into an object that a property of what they share has', async () => {
    const code = await Code.of(`
//- /state.js
export const state = { list: [], other: [] }
//- /plugin.js
import { state } from './state.js'
state.list.push(1)
state.other.push(2)
//- /main.js
import { state } from './state.js'
export const size = state.list.length
`)
    expect(await code.backward('export const size')).toContain('state.list.push(1)')
    expect(await code.backward('export const size')).not.toContain('state.other.push(2)')
    expect(await code.forward('state.list.push(1)')).toContain('export const size = state.list.length')
  })

  it('has what known functions do to an object that functions share, in their own file and from others', async () => {
    const code = await Code.of(`
//- /fill.ts
export function fill(list: number[], value: number) {
  list.push(value)
}
export function sum(values: number[]) {
  let total = 0
  for (const one of values) total += one
  return total
}
//- /main.ts
import { fill, sum } from './fill.ts'
const kept: number[] = []
function put(list: number[], value: number) {
  list.unshift(value)
}
function init(first: number) {
  put(kept, first)
  fill(kept, 2)
}
function show() {
  console.log(sum(kept))
}
init(1)
show()
`)
    const shown = await code.backward('console.log(sum(kept))')
    expect(shown).toEqual(
      expect.arrayContaining([
        'list.push(value)',
        'list.unshift(value)',
        'put(kept, first)',
        'fill(kept, 2)',
        'init(1)',
      ]),
    )
    const affected = await code.forward('list.unshift(value)')
    expect(affected).toEqual(
      expect.arrayContaining(['for (const one of values) total += one', 'return total', 'console.log(sum(kept))']),
    )
  })

  it('runs the getters of what the language reads all of', async () => {
    const code = await Code.of(`
//- /counted.js
let reads = 0
const step = 2
const counted = { get value() { reads += step; return reads } }
export const text = JSON.stringify(counted)
`)
    expect(await code.backward('export const text')).toContain('const step = 2')
    expect(await code.forward('const step = 2')).toContain('export const text = JSON.stringify(counted)')
  })

  it('goes forward from an expression that is exported by default', async () => {
    const code = await Code.of(`
//- /value.ts
export default Math.random() * 2
//- /main.ts
import value from './value.js'
export const taken = value + 1
`)
    expect(await code.forward('export default')).toContain('export const taken = value + 1')
  })

  it('goes into functions of other files and back out by the call it came from', async () => {
    const code = await Code.of(`
//- /add.ts
export function add(left: number, right: number) {
  return left + right
}
export function first(left: number, right: number) {
  return left
}
//- /main.ts
import { add, first } from './add.js'
const one = 1
const two = 2
const three = 3
const sum = add(one, two)
const other = add(three, three)
const only = first(one, two)
console.log(sum, other, only)
`)
    expect(await code.backward('const sum')).toEqual([
      'export function add(left: number, right: number) {',
      'return left + right',
      "import { add, first } from './add.js'",
      'const one = 1',
      'const two = 2',
      'const sum = add(one, two)',
    ])
    const only = code.linesOf(await code.forge.pdg.slice({ ...code.at('const only'), column: 7 }))
    expect(only).toContain('const one = 1')
    expect(only).not.toContain('const two = 2')
    const forward = await code.forward('const three')
    expect(forward).toContain('const other = add(three, three)')
    expect(forward).not.toContain('const sum = add(one, two)')
  })

  it('follows fields and methods through classes, their bases and what overrides', async () => {
    const code = await Code.of(`
//- /shape.ts
export abstract class Shape {
  protected size = 1
  colour = 'red'
  grow(by: number) { this.size += by }
  abstract area(): number
}
//- /square.ts
import { Shape } from './shape.js'
export class Square extends Shape {
  constructor(edge: number) {
    super()
    this.size = edge
  }
  area() {
    return this.size * this.size
  }
}
//- /main.ts
import type { Shape } from './shape.js'
import { Square } from './square.js'
const edge = 5
const step = 7
const shape: Shape = new Square(edge)
shape.grow(step)
const area = shape.area()
console.log(area)
`)
    const area = await code.backward('const area')
    expect(area).toEqual(
      expect.arrayContaining([
        'const edge = 5',
        'const step = 7',
        'const shape: Shape = new Square(edge)',
        'shape.grow(step)',
        'this.size = edge',
        'return this.size * this.size',
        'grow(by: number) { this.size += by }',
      ]),
    )
    expect(area).not.toContain("colour = 'red'")
    expect(await code.forward('const step')).toEqual(
      expect.arrayContaining([
        'shape.grow(step)',
        'return this.size * this.size',
        'const area = shape.area()',
        'console.log(area)',
      ]),
    )
  })

  it('follows functions that are passed to functions of other files', async () => {
    const code = await Code.of(`
//- /each.ts
export function each(values: readonly number[], use: (value: number) => void) {
  for (const value of values) use(value)
}
//- /main.ts
import { each } from './each.js'
const values = [1, 2]
const factor = 3
let sum = 0
let calls = 0
each(values, (value) => {
  calls++
  sum += value * factor
})
console.log(sum)
`)
    const sum = await code.backward('console.log(sum)')
    expect(sum).toEqual(
      expect.arrayContaining([
        'const values = [1, 2]',
        'const factor = 3',
        'let sum = 0',
        'sum += value * factor',
        'for (const value of values) use(value)',
      ]),
    )
    expect(sum).not.toContain('calls++')
    expect(await code.forward('const factor')).toEqual(
      expect.arrayContaining(['sum += value * factor', 'console.log(sum)']),
    )
  })

  it('gives the dependences between its steps across files where they are asked for', async () => {
    const code = await Code.of(`
//- /rate.ts
export let rate = 1
export function set(value: number) { rate = value }
//- /main.ts
import { rate, set } from './rate.js'
set(2)
console.log(rate)
`)
    const at = code.at('console.log(rate)')
    const { functions, edges } = await code.forge.pdg.slice({ ...at, edges: true })
    const shown = edges!.map(({ from, on, kind, label }) => {
      const text = ({ function: index, step }: typeof from): string =>
        step === null
          ? `function ${functions[index]!.name}`
          : functions[index]!.steps.find(({ id }) => id === step)!.text
      return `${text(from)} <- ${text(on)} ${kind} ${label}`.trim()
    })
    expect(shown).toContain('set(2) <- function set call')
    expect(shown).toContain('rate = value <- value: number data value')
    expect(shown).toContain('rate <- rate = value data rate')
    expect((await code.forge.pdg.slice(at)).edges).toBeUndefined()
  })

  it('names the calls for which it assumes something', async () => {
    const code = await Code.of(`
//- /main.ts
import { unknown } from 'somewhere'
function known(box: { value: number }) { box.value = 1 }
const box = { value: 0 }
unknown(box)
known(box)
export const result = box.value
`)
    const { assumed } = await code.forge.pdg.slice(code.at('const result'))
    expect(assumed.map(({ text }) => text)).toEqual(['unknown(box)'])
    const [module] = await code.forge.pdg.of({ id: 'main.ts' })
    const calls = new Set(module!.edges.map(({ assumedFor }) => assumedFor).filter((call) => call !== null))
    expect(module!.steps.filter(({ id }) => calls.has(id)).map(({ text }) => text)).toEqual(['unknown(box)'])
  })

  it('is not of the statement around a function from a line of it on which nothing runs', async () => {
    const code = await Code.of('//- /a.js\nconst make = () => {\n  var made;\n  made = 1\n  return made\n}\n')
    await expect(code.backward('var made;')).rejects.toMatchObject({ code: 'FORGE_NO_CODE' })
    expect(await code.backward('made = 1')).toContain('made = 1')
  })

  it('ends when it is told to', async () => {
    const code = await Code.of('//- /main.ts\nconst one = 1\nexport const two = one\n')
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(code.forge.pdg.slice({ ...code.at('const two'), signal })).rejects.toThrow('enough')
  })
})

describe('a place without code', () => {
  let forge: Forge

  beforeAll(async () => {
    const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'forge-test-')))
    write(path.join(root, 'types.ts'), '// Only this.\n\nexport interface Box {\n  value: number\n}\ntype Two = 2\n')
    write(path.join(root, 'code.ts'), 'export const a = 1\r\nexport function f() {\r\n\r\n  return a\r\n}\r\n')
    write(path.join(root, 'broken.ts'), 'export function good() { return 1 }\nconst = 3\n')
    write(path.join(root, 'half.ts'), 'let n = 1\nexport function bad(a: number) {\n  if (a { return 3\n}\nn++\n')
    write(path.join(root, 'brace.ts'), 'export function whole(a: number) {\n  if (a) return 3\n}\n}\n')
    forge = await Forge.open(root, { threads: false })
    await forge.index({ jobs: 1 })
    return async () => {
      await forge.close()
      rmSync(root, { recursive: true, force: true })
    }
  })

  it.each([
    ['a comment', 'types.ts', 1, 'it is a comment'],
    ['a blank line', 'types.ts', 2, 'the line is blank'],
    ['an interface', 'types.ts', 3, 'nothing on it runs'],
    ['a member of one', 'types.ts', 4, 'nothing on it runs'],
    ['a type', 'types.ts', 6, 'nothing on it runs'],
    ['a blank line with a carriage return', 'code.ts', 3, 'the line is blank'],
    ['code that cannot be read', 'broken.ts', 2, 'it could not be read: Unexpected token (line 2)'],
    ['the head of a function that cannot be read', 'half.ts', 2, 'it could not be read'],
    ['a line of one', 'half.ts', 3, 'it could not be read'],
    ['a module of which a part cannot be read', 'broken.ts', 1, 'broken.ts could not be read as a whole'],
    ['a brace that closes nothing', 'brace.ts', 4, 'it could not be read'],
  ])('%s says why', async (_, file, line, why) => {
    await expect(forge.pdg.slice({ file, line })).rejects.toMatchObject({
      code: 'FORGE_NO_CODE',
      message: expect.stringContaining(why),
      hint: expect.stringMatching(/\w/),
    })
  })

  it.each([
    ['code.ts', 7],
    ['gone.ts', 1],
    ['../code.ts', 1],
  ])('%s:%i that is not there says so', async (file, line) => {
    for (const ask of [forge.pdg.slice({ file, line }), forge.cfg.of({ file, line }), forge.pdg.of({ file, line })]) {
      await expect(ask).rejects.toMatchObject({ code: 'FORGE_POSITION_NOT_FOUND' })
    }
  })

  it('says that a function could not be read, whatever way it is asked for', async () => {
    for (const target of [{ id: 'half.ts#bad' }, { file: 'half.ts', line: 2 }, { file: 'half.ts', line: 3 }]) {
      for (const ask of [forge.cfg.of(target), forge.pdg.of(target)]) {
        await expect(ask).rejects.toMatchObject({
          code: 'FORGE_NO_CODE',
          message: expect.stringContaining('could not be read: Expected `)` but found `{` (line 3)'),
          hint: 'Mend line 3, then ask again',
        })
      }
    }
    await expect(forge.cfg.of({ id: 'broken.ts' })).rejects.toMatchObject({ code: 'FORGE_NO_CODE' })
    expect(await forge.cfg.of({ id: 'half.ts' })).toMatchObject([{ function: { kind: 'module' } }])
  })

  it('is none in a function before a brace that closes nothing', async () => {
    const [flow] = await forge.cfg.of({ id: 'brace.ts#whole' })
    expect(flow).toMatchObject({ function: { name: 'whole' }, pathCount: '2' })
    expect(await forge.pdg.slice({ file: 'brace.ts', line: 2, column: 10 })).toMatchObject({ cut: 0 })
  })

  it('is none in a file that could be read in part, nor at the top of a module', async () => {
    expect(await forge.pdg.slice({ file: 'broken.ts', line: 1, column: 26 })).toMatchObject({
      criterion: [{ op: 'return' }],
    })
    expect(await forge.pdg.slice({ file: 'code.ts', line: 1 })).toMatchObject({ functions: [{ kind: 'module' }] })
  })

  it('is in a function all the same, which has a flow', async () => {
    expect(await forge.cfg.of({ file: 'code.ts', line: 3 })).toMatchObject([{ function: { name: 'f' } }])
    await expect(forge.cfg.of({ file: 'types.ts', line: 4 })).rejects.toMatchObject({ code: 'FORGE_NO_CODE' })
  })
})

describe('forge.cfg.of', () => {
  it('takes a symbol, or a place by what begins there', async () => {
    const code = await Code.of(`
//- /main.ts
export const arrow = (a: number) => a
export default function () { return [1].map((x) => x) }
export class Box {
  size = 1
  read = () => this.size
  get double() { return this.size * 2 }
}
`)
    const { cfg } = code.forge
    const named = async (...args: Parameters<typeof cfg.of>) =>
      (await cfg.of(...args)).map(({ function: { kind, name } }) => `${kind} ${name}`)
    expect(await named(code.at('arrow'))).toEqual(['arrow arrow'])
    expect(await named({ ...code.at('arrow'), column: 14 })).toEqual(['arrow arrow'])
    expect(await named(code.at('default'))).toEqual(['function default'])
    expect(await named({ ...code.at('default'), column: 52 })).toEqual(['arrow '])
    expect(await named(code.at('size = 1'))).toEqual(['fields Box'])
    expect(await named({ id: 'main.ts#Box' })).toEqual(['fields Box'])
    expect(await named({ id: 'main.ts#Box.read' })).toEqual(['arrow read'])
    expect(await named({ id: 'main.ts#Box.double' })).toEqual(['getter double'])
    await expect(cfg.of({ id: 'main.ts#Nothing' })).rejects.toMatchObject({ code: 'FORGE_SYMBOL_NOT_FOUND' })
  })

  it('lists code that nothing leads to as whole stretches', async () => {
    const code = await Code.of(`
//- /main.ts
export function f(a: number) {
  return a
  a = 1;
  g(a, 2)
}
function g(a: number, b: number) {
  while (true) { if (a > b) continue }
  throw new Error('never')
}
`)
    const unreachable = async (id: string) =>
      (await code.forge.cfg.of({ id }))[0]!.unreachable.map(({ text, range }) => [
        text,
        range.start.line,
        range.end.line,
      ])
    expect(await unreachable('main.ts#f')).toEqual([['a = 1; g(a, 2)', 3, 4]])
    expect(await unreachable('main.ts#g')).toEqual([["throw new Error('never')", 8, 8]])
  })

  it('counts paths and lists as many as are asked for, which go from the entry to the end', async () => {
    const code = await Code.of(`
//- /main.ts
export function f(a: boolean, b: boolean) {
  if (a) return 1
  if (b) return 2
  return 3
}
`)
    const [flow] = await code.forge.cfg.of({ id: 'main.ts#f' }, { paths: 2 })
    expect(flow).toMatchObject({ pathCount: '3', independentPaths: 3, loops: [], irreducible: [] })
    expect(flow!.paths).toHaveLength(2)
    for (const path of flow!.paths) {
      expect([flow!.blocks[path[0]!]!.role, flow!.blocks[path.at(-1)!]!.role]).toEqual(['entry', 'end'])
    }
    expect((await code.forge.cfg.of({ id: 'main.ts#f' }))[0]!.paths).toEqual([])
  })
})
