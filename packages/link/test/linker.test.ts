import { extract } from '@forge/lang'
import { createLinker, createLinkerInSteps, LinkInputError } from '@forge/link'
import { expect, test } from 'vitest'
import { filesOf, inputOf, linked, project } from './project.ts'

const knot = `
  //- /a.ts
  import { B } from './b'
  export class A extends B { next() { return new B() } self() { return this.other().next() } other() { return chainA() } }
  export const chainA = () => Math.random() > 2 ? new A() : chainB()
  import { chainB } from './b'
  //- /b.ts
  import { A, chainA } from './a'
  import { list } from './c'
  export class B extends A { prev() { return chainA().next().prev() } }
  export const chainB = () => (Math.random() > 2 ? new B() : chainC())
  export const chainC = () => chainA().other().prev()
  list.head.tail().head.tail()
  //- /c.ts
  export class List { head = this.tail(); tail() { return this.head } }
  export const list = grow()
  function grow() { let l = new List(); for (;;) l = l.tail() ; return l }
  export * from './d'
  //- /d.ts
  export * from './c'
  export { loop as loop2 } from './e'
  //- /e.ts
  export { loop2 as loop } from './d'
  export function rec(n) { return n ? rec(n - 1) : { rec, value: new Map([[rec, rec(0)]]) } }
  rec(1).rec(2).value.get(rec)
`

test('gives the same edges in every order of files and of linking', () => {
  const files = filesOf(knot)
  const paths = [...files.keys()]
  const expected = linked(files, inputOf(files))
  const all = expected.edges()
  expect(all.length).toBeGreaterThan(40)
  for (let turn = 0; turn < 24; turn++) {
    const order = paths.toSorted((a, b) => hash(a, turn) - hash(b, turn))
    const input = inputOf(files, order)
    const found = linked(
      files,
      input,
      order.map((_, file) => file).toSorted((a, b) => hash(String(a), turn) - hash(String(b), turn)),
    )
    expect(found.edges()).toEqual(all)
    expect(found.edges('contains')).toEqual(expected.edges('contains'))
    expect(found.unresolved().toSorted()).toEqual(expected.unresolved().toSorted())
  }
})

function hash(text: string, seed: number): number {
  let value = seed * 7919 + 1
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x9e3779b1) >>> 3
  return value
}

test('ends when classes extend each other and aliases lead back to themselves', () => {
  const { edges, unresolved } = project(`
    //- /a.ts
    class A extends B { a() {} }
    class B extends A { b() {} }
    interface I extends J {}
    interface J extends I {}
    type Loop = Loop
    import { x as y } from './a'
    export { y as x }
    export function f(i: I, loop: Loop) { new A().b(); new A().missing(); i.missing; loop.missing; y.missing }
  `)
  expect(edges('calls')).toContain('calls a.ts#f -> a.ts#B.b exact')
  expect(unresolved().filter((line) => line.startsWith('missing'))).toHaveLength(4)
})

test('follows chains of thousands of values and modules', () => {
  const length = 3000
  const values = Array.from({ length }, (_, i) => `export const v${i} = v${i + 1}.next()`).join('\n')
  const modules = Array.from(
    { length: 400 },
    (_, i) => `//- /m${i}.ts\nexport { f${i + 1} as f${i} } from './m${i + 1}'`,
  ).join('\n')
  const { edges } = project(`
//- /main.ts
import { v0 } from './values'
import { f0 } from './m0'
v0.use()
f0()
//- /values.ts
export class Value { next(): this { return this } use() {} }
${values}
export const v${length} = new Value()
//- /m400.ts
export function f400() {}
${modules}
`)
  expect(edges('calls').filter((line) => line.startsWith('calls main.ts'))).toEqual([
    'calls main.ts -> m400.ts#f400 exact',
    'calls main.ts -> values.ts#Value.use exact',
  ])
})

test('gives up on sets of values that grow without end', () => {
  const { edges } = project(`
    //- /a.ts
    class Box<T> { value!: T; wrap(): Box<Box<T>> { return this as any } open() {} }
    function grow(box) { return Math.random() > 1 ? new Box<string>() : grow(box).wrap() }
    export function f() { grow(0).wrap().wrap().wrap().wrap().wrap().open() }
  `)
  expect(edges('calls').filter((line) => line.includes('Box.open'))).toHaveLength(1)
})

test('keeps every occurrence in one place', () => {
  const files = filesOf(knot)
  const input = inputOf(files)
  const linker = createLinker(input)
  input.forEach(({ facts }, file) => {
    const { edges, locals, unresolved } = linker.linkFile(file)
    const starts = new Set<number>()
    for (let site = 0; site < edges.sites.length; site += 3) starts.add(edges.sites[site]!)
    for (let at = 0; at < locals.length; at += 5) starts.add(locals[at]!)
    for (const { start } of unresolved) {
      expect(starts.has(start)).toBe(false)
      starts.add(start)
    }
    expect([...starts].toSorted((a, b) => a - b)).toEqual([...new Set(facts.occurrences.start)])
  })
})

test('orders edges by source, target and kind, and sites by place', () => {
  const input = inputOf(filesOf(knot))
  const linker = createLinker(input)
  input.forEach((_, file) => {
    const { edges } = linker.linkFile(file)
    for (let row = 1; row < edges.count; row++) {
      const difference =
        edges.source[row]! - edges.source[row - 1]! ||
        edges.target[row]! - edges.target[row - 1]! ||
        edges.kind[row]! - edges.kind[row - 1]!
      expect(difference).toBeGreaterThan(0)
    }
    for (let row = 0; row < edges.count; row++) {
      for (let site = edges.siteFirst[row]! + 1; site < edges.siteFirst[row + 1]!; site++) {
        expect(edges.sites[site * 3]!).toBeGreaterThan(edges.sites[site * 3 - 3]!)
      }
    }
    expect(edges.siteFirst[edges.count]).toBe(edges.sites.length / 3)
  })
})

test('refuses targets that do not fit the requests, and files it was not given', () => {
  const facts = extract({ text: "import './b'", language: 'typescript' })
  const link = (targets: Parameters<typeof createLinker>[0][number]['targets']): unknown =>
    createLinker([{ path: 'a.ts', facts, targets }])
  expect(() => link([])).toThrow(LinkInputError)
  expect(() => link([])).toThrow('a.ts has 1 module requests, but 0 targets were given for them')
  expect(() => link([{ kind: 'file', file: 1 }])).toThrow('leads to file 1, but there are 1 files')
  const linker = createLinker([{ path: 'a.ts', facts, targets: [{ kind: 'external', name: 'b' }] }])
  expect(() => linker.linkFile(1)).toThrow(expect.objectContaining({ code: 'FORGE_LINK_INPUT', details: { file: 1 } }))
  expect(() => linker.symbol(-1, 0)).toThrow(LinkInputError)
  const module = linker.symbol(0, 0)
  expect([linker.fileOf(module), linker.rowOf(module)]).toEqual([0, 0])
})

test('links no files', () => {
  expect(createLinker([]).externals).toEqual([])
})

test('links in steps of what it does at once', () => {
  const calls = Array.from({ length: 6000 }, (_, at) => `f({ k${at}: f })`).join('\n')
  const input = inputOf(filesOf(`//- /a.ts\nfunction f(x) { return x }\n${calls}\n`))
  const steps = createLinkerInSteps(input)
  let count = 0
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) count++
  expect(count).toBeGreaterThan(0)
  expect(step.value.linkFile(0)).toEqual(createLinker(input).linkFile(0))
})
