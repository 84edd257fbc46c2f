import { describe, expect, it } from 'vitest'
import { lower } from '@forge/lang'
import { FileProgram, op, type Place, raiseAt, slice, type SliceOptions } from '@forge/pdg'

/** The lines of a text, from 1, that belong to the slice of all that begins on its line with a `←`. */
async function linesOf(
  text: string,
  options: Partial<SliceOptions> = {},
  program: ConstructorParameters<typeof FileProgram>[1] = {},
): Promise<{ lines: number[]; cut: number }> {
  const { functions } = lower({ text, language: 'javascript' })
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length
  const asked = text.split('\n').findIndex((line) => line.includes('←')) + 1
  const places: (Place & { readonly line: number })[] = functions.flatMap(({ start, instructions }, id) =>
    Array.from({ length: instructions.count }, (_, at) => ({
      function: id,
      instruction: at,
      line: instructions.end[at]! > instructions.start[at]! ? lineOf(start + instructions.start[at]!) : 0,
    })).slice(raiseAt + 1),
  )
  const from = places.filter(({ line }) => line === asked)
  const found = await slice(new FileProgram({ functions }, program), { from, direction: 'backward', ...options })
  const lines = places.filter(
    ({ function: id, instruction, line }) => line > 0 && found.functions.get(id)?.includes(instruction) === true,
  )
  return { lines: [...new Set(lines.map(({ line }) => line))].toSorted((a, b) => a - b), cut: found.cut }
}

describe('a backward slice', () => {
  it('has what a value is made of and what decides about it, and nothing else', async () => {
    const { lines } = await linesOf(
      ['function f(a, b) {', 'let x = 0', 'let y = 1', 'if (a) x = b', 'y = y + 1', 'return x // ←', '}'].join('\n'),
    )
    expect(lines).toEqual([1, 2, 4, 6])
  })

  it('has the jumps that decide whether it is reached', async () => {
    const { lines } = await linesOf(
      ['for (const x of xs) {', 'if (x) continue', 'log(1)', 'use() // ←', '}'].join('\n'),
    )
    expect(lines).toEqual([1, 2, 4])
  })

  it('goes into what is called by that call alone, and takes the arguments that matter', async () => {
    const { lines } = await linesOf(
      [
        'function first(a, b) {',
        'return a',
        '}',
        'const p = 1',
        'const q = 2',
        'first(q, p)',
        'const r = first(p, q)',
        'use(r) // ←',
      ].join('\n'),
    )
    expect(lines).toEqual([1, 2, 4, 7, 8])
  })

  it('has of the call that has started its function neither what it gives back nor what else it is given', async () => {
    const text = [
      'function f(a, b) {',
      'const x = a',
      'log(x) // ←',
      'return x + b',
      '}',
      'const p = 1',
      'const q = 2',
      'if (p) f(p, q)',
    ].join('\n')
    expect((await linesOf(text)).lines).toEqual([1, 2, 3, 6, 8])
    const unused = text.replace('const x = a', 'const x = 1')
    expect((await linesOf(unused)).lines).toEqual([1, 2, 3, 6, 8])
    const given = ['const p = [1]', 'p.map((x) => {', 'const y = x // ←', 'return y + 1', '})'].join('\n')
    expect((await linesOf(given)).lines).toEqual([1, 2, 3])
    const until = given.replace('map', 'find')
    expect((await linesOf(until)).lines).toEqual([1, 2, 3, 4])
  })

  it('has of a call by which its function runs neither what that gives back nor what it is given', async () => {
    const { lines } = await linesOf(
      [
        'function f(a, b) {',
        'log(a) // ←',
        'const r = b',
        'return r',
        '}',
        'const p = 1',
        'const q = 2',
        'f(p, q)',
      ].join('\n'),
    )
    expect(lines).toEqual([1, 2, 6, 8])
    const getter = ['const o = {', 'get x() {', 'log(1) // ←', 'return 2', '}', '}', 'const v = o.x'].join('\n')
    expect((await linesOf(getter)).lines).toEqual([1, 2, 3, 7])
    const given = ['const f = (a) => {', 'log(1) // ←', '}', 'const list = [1]', 'list.forEach(f)'].join('\n')
    expect((await linesOf(given)).lines).toEqual([1, 2, 4, 5])
  })

  it('has of an object that is written out the property alone that is read', async () => {
    const text = ['function f(a) {', 'const u = {', 'k: a,', 'l: 2', '}', 'return u.l // ←', '}'].join('\n')
    expect((await linesOf(text)).lines).toEqual([2, 4, 6])
  })

  it('has of a class the methods alone that are called', async () => {
    const text = [
      'class Box {',
      'grow(by) { return by }',
      'wide(x) { return x }',
      '}',
      'use(new Box().wide(1)) // ←',
    ].join('\n')
    expect((await linesOf(text)).lines).toEqual([1, 3, 5])
    const deep = ['o.p.grow = a', 'o.p.wide = b', 'use(o.p.wide) // ←'].join('\n')
    expect((await linesOf(deep)).lines).toEqual([2, 3])
  })

  it('has nothing of what is in an object that is only compared', async () => {
    const text = [
      'function f(a, b) {',
      'const u = {}',
      'u.k = a',
      'if (u === b) log(1)',
      'if (typeof u !== b) log(2) // ←',
      'switch (u) {',
      'case b: log(3)',
      '}',
      '}',
    ].join('\n')
    expect((await linesOf(text)).lines).toEqual([1, 2, 5])
    const cases = text.replace(' // ←', '').replace('log(3)', 'log(3) // ←')
    expect((await linesOf(cases)).lines).toEqual([1, 2, 6, 7])
    const sum = text.replace('typeof u !== b', 'u + 1 !== b')
    expect((await linesOf(sum)).lines).toEqual([1, 2, 3, 5])
  })

  it('does not take what a function may return for one object', async () => {
    const text = [
      'function f(a, b) {',
      'const u = { k: a, l: 2 }',
      'const isMore = b > 0 // ←',
      'if (a) return u',
      'return b',
      '}',
    ].join('\n')
    expect((await linesOf(text)).lines).toEqual([1, 3])
  })

  it('sees what calls do to variables and objects that functions share', async () => {
    const { lines } = await linesOf(
      [
        'const log = []',
        'let count = 0',
        'function note(n) {',
        'log.push(n)',
        'count += 1',
        '}',
        'note(3)',
        'use(count) // ←',
      ].join('\n'),
    )
    expect(lines).toEqual([2, 3, 5, 7, 8])
  })

  it('has what a function puts into what it is given, by the call alone', async () => {
    const text = [
      'function fill(list, value) {',
      'list.push(value)',
      '}',
      'function other(list) {',
      'return list.length',
      '}',
      'function make(a) {',
      'const list = []',
      'other(list)',
      'fill(list, a)',
      'return list[0] // ←',
      '}',
    ].join('\n')
    for (const followsValues of [true, false]) {
      expect((await linesOf(text, {}, { followsValues })).lines).toEqual([1, 2, 7, 8, 10, 11])
    }
    const written = text.replace(' // ←', '').replace('list.push(value)', 'list.push(value) // ←')
    expect((await linesOf(written, { direction: 'forward' }, { followsValues: false })).lines).toEqual([2, 11])
  })

  it('within a function has the calls that write a variable, and those that may throw', async () => {
    const text = [
      'function best(xs) {',
      'let found = 0',
      'const unused = 1',
      'xs.forEach((x) => { found = x })',
      'log(unused)',
      'return found // ←',
      '}',
    ].join('\n')
    expect((await linesOf(text, { within: true })).lines).toEqual([1, 2, 4, 6])
    const object = text.replace('let found = 0', 'const found = { v: 0 }').replace('found = x', 'found.v = x')
    expect((await linesOf(object.replace('return found', 'return found.v'), { within: true })).lines).toEqual([
      1, 2, 4, 6,
    ])
  })

  it.each([
    ['state = w', 'state'],
    ['state.x = w', 'state.x'],
    ['state.x = w', 'state'],
    ['state.push(w)', 'state'],
  ])('has what is in an object that another function keeps by %s, where %s is handed on', async (keep, given) => {
    const kept = [
      'let state = make()',
      'function init(z) {',
      'const w = {',
      'k: z',
      '}',
      keep,
      'w.l = z',
      '}',
      'init(4)',
    ]
    const use = `use(${given}) // ←`
    const atTop = await linesOf([...kept, use].join('\n'))
    expect(atTop.lines).toEqual([1, 2, 3, 4, 6, 7, 9, 10])
    const inside = await linesOf([...kept, 'function show() {', use, '}', 'show()'].join('\n'))
    expect(inside.lines).toEqual([1, 2, 3, 4, 6, 7, 9, 10, 11, 13])
  })

  it('has of an object that is only copied which one it is', async () => {
    const text = ['const w = {', 'k: 1', '}', 'const r = w // ←', 'use(r)'].join('\n')
    expect((await linesOf(text)).lines).toEqual([1, 4])
    expect((await linesOf(text.replace(' // ←', '').replace('use(r)', 'use(r) // ←'))).lines).toEqual([1, 2, 4, 5])
  })

  it('goes into the getter of a property, and from a setter to what is written', async () => {
    const text = [
      'class Heat {',
      'low = 1',
      'get level() {',
      'return this.low * 2',
      '}',
      'set level(to) {',
      'this.low = to',
      '}',
      '}',
      'const heat = new Heat()',
      'const other = 3',
      'heat.level = 5',
      'use(heat.level) // ←',
    ].join('\n')
    expect((await linesOf(text)).lines).toEqual([1, 2, 4, 6, 7, 10, 12, 13])
    const written = text.replace(' // ←', '').replace('heat.level = 5', 'heat.level = 5 // ←')
    expect((await linesOf(written, { direction: 'forward' })).lines).toEqual([4, 6, 7, 12, 13])
  })

  it('has what a setter does to what the function has written before', async () => {
    const text = [
      'let x = 1',
      'class T {',
      'set a(v) {',
      'x = v',
      '}',
      '}',
      'function f(t) {',
      'x = 2',
      't.a = 4',
      'return x // ←',
      '}',
    ].join('\n')
    for (const followsValues of [true, false]) {
      expect((await linesOf(text, {}, { followsValues })).lines).toEqual(expect.arrayContaining([3, 4, 8, 9, 10]))
    }
  })

  it('has what a generator is sent', async () => {
    const text = [
      'function* sum() {',
      'let all = 0',
      'for (;;) {',
      'const more = yield all',
      'all += more // ←',
      '}',
      '}',
      'const a = 1',
      'const b = 2',
      'const sums = sum()',
      'sums.next(a)',
      'use(b)',
    ].join('\n')
    expect((await linesOf(text)).lines).toEqual([1, 2, 4, 5, 8, 10, 11])
  })

  const consumers = [
    'function* numbers() {',
    'let n = 0',
    'while (n < 9) {',
    'n++ // ←',
    'yield n',
    '}',
    '}',
    'function* letters() {',
    "yield 'a'",
    '}',
    'const enough = 4',
    'for (const n of numbers()) {',
    'if (n > enough) break',
    '}',
    'for (const l of letters()) {',
    "if (l === 'b') break",
    '}',
    'for (const one of [1, 2]) {',
    'if (one > 1) break',
    '}',
  ].join('\n')

  it('has who asks a generator for more, and of those of others nothing', async () => {
    expect((await linesOf(consumers)).lines).toEqual([1, 2, 3, 4, 5, 11, 12, 13])
  })

  it('takes whatever is taken apart for a generator where values are not followed', async () => {
    expect((await linesOf(consumers, {}, { followsValues: false })).lines).toEqual(
      expect.arrayContaining([11, 12, 13, 15, 16, 18, 19]),
    )
  })

  it.each([
    ['is begun', 'const it = g()', 'it.next()'],
    ['is spread', 'const it = g()', '[...it]'],
    ['is given to a call', 'const it = g()', 'f(...it)'],
    ['is given to the language', 'const it = g()', 'Array.from(it)'],
    ['is taken apart', 'const it = g()', 'const [x] = it'],
    ['is ended', 'const it = g()', 'it.return()'],
    ['is delegated to', 'const it = (function* () { yield* g() })()', 'it.next()'],
    ['is mapped', 'const it = g().map(f)', 'it.toArray()'],
  ])('has whether a generator %s', async (_what, made, asked) => {
    const text = ['function* g() {', 'use() // ←', 'yield 1', '}', made, 'if (p) {', asked, '}'].join('\n')
    for (const followsValues of [true, false]) {
      expect((await linesOf(text, {}, { followsValues })).lines).toEqual(expect.arrayContaining([2, 5, 6, 7]))
    }
  })

  it.each([
    ["Object.defineProperty(o, 'x', {", 'get: () => k })'],
    ['Reflect.defineProperty(o, `x`, {', 'get() { return k } })'],
    ['Object.defineProperties(o, { x: {', 'get: function () { return k } } })'],
    ['Object.assign(o, Object.create(o, { x: {', 'get: read } }))'],
    ['Object.defineProperty(o, name(), {', 'get: read })'],
  ])('goes into the getter that %s makes', async (before, getter) => {
    const text = ['let k = 0', 'const o = {}', 'const read = () => k', before, getter, 'k = p', 'use(o.x) // ←'].join(
      '\n',
    )
    for (const followsValues of [true, false]) {
      expect((await linesOf(text, {}, { followsValues })).lines).toEqual(expect.arrayContaining([5, 6, 7]))
    }
  })

  it.each([
    ['a computed name', 'const o = { get a() { return k } }', 'use(o[p]) // ←'],
    ['a name that is computed where it is written', 'const o = { get [p]() { return k } }', 'use(o.a) // ←'],
    ['a copy', 'const o = { get a() { return k } }', 'use({ ...o }.a) // ←'],
  ])('goes into a getter by %s', async (_what, made, read) => {
    expect((await linesOf(['let k = 0', 'k = p', made, read].join('\n'))).lines).toContain(2)
  })

  it('runs no getter for the elements of an array', async () => {
    const text = [
      'let k = 0',
      'k = p',
      'const o = { get a() { return k } }',
      'const l = [1, 2]',
      'use(l[q]) // ←',
    ].join('\n')
    expect((await linesOf(text)).lines).toEqual([4, 5])
  })

  it('has of a function in a block that it is one of the function around it, unless that is strict', async () => {
    const text = ['function f() {', 'if (p) {', 'function g() { return 1 }', '}', 'use(g) // ←', '}'].join('\n')
    expect((await linesOf(text)).lines).toEqual([2, 3, 5])
    expect((await linesOf(`'use strict'\n${text}`)).lines).toEqual([6])
  })

  it('has of a class what those have that it is derived from', async () => {
    const text = ['class A {}', 'class B extends A {}', 'class C {}', 'A.n = p', 'C.n = q', 'use(B.n) // ←'].join('\n')
    expect((await linesOf(text)).lines).toEqual(expect.arrayContaining([2, 4, 6]))
    expect((await linesOf(text)).lines).not.toContain(5)
  })

  it('keeps what was written before where a property may be fixed', async () => {
    const text = ['const o = {}', 'o.x = p', 'Object.freeze(o)', 'o.x = q', 'use(o.x) // ←'].join('\n')
    expect((await linesOf(text)).lines).toContain(2)
  })

  it('has what a promise is resolved with', async () => {
    const text = [
      'const later = new Promise((resolve) => {',
      'const a = 1',
      'log(2)',
      'resolve(a)',
      '})',
      'use(await later) // ←',
    ].join('\n')
    expect((await linesOf(text)).lines).toEqual([1, 2, 4, 6])
    const value = text.replace(' // ←', '').replace('const a = 1', 'const a = 1 // ←')
    expect((await linesOf(value, { direction: 'forward' })).lines).toEqual(expect.arrayContaining([1, 2, 4, 6]))
  })

  it('has what is put into a list that is gone through elsewhere', async () => {
    const text = [
      'const list = []',
      'function add(n) {',
      'list.push(n)',
      '}',
      'add(4)',
      'let sum = 0',
      'for (const one of list) sum += one',
      'use(sum) // ←',
    ].join('\n')
    expect((await linesOf(text, {}, { followsValues: false })).lines).toEqual([1, 2, 3, 5, 6, 7, 8])
  })

  it('goes forward into what a line calls', async () => {
    const text = ['let x = 1', 'function bump() {', 'x = 2', '}', 'bump() // ←', 'use(x)'].join('\n')
    expect((await linesOf(text, { direction: 'forward' })).lines).toEqual([3, 5, 6])
  })

  it('comes to an end where a class may be derived from itself', async () => {
    const text = ['let A = class extends Object {}', 'A = class extends A {}', 'use(new A()) // ←'].join('\n')
    expect((await linesOf(text)).lines).toEqual([1, 2, 3])
  })

  it('has the check that throws before it', async () => {
    const text = ['function check(n) {', 'if (n < 0) throw n', '}', 'log(1)', 'check(k)', 'use(1) // ←'].join('\n')
    expect((await linesOf(text)).lines).toEqual([1, 2, 5, 6])
    expect((await linesOf(text, { exceptions: 'all' })).lines).toEqual([1, 2, 4, 5, 6])
    expect((await linesOf(text, { within: true })).lines).toEqual([1, 5, 6])
  })

  it('says how far away each instruction is', async () => {
    const text = ['function one() { return 1 }', 'function two() { return one() }', 'use(two())'].join('\n')
    const { functions } = lower({ text, language: 'javascript' })
    const call = functions[0]!.instructions.op.lastIndexOf(op.call)
    const from = [{ function: 0, instruction: call }]
    const found = await slice(new FileProgram({ functions }), { from, direction: 'backward' })
    const farthest = [...found.distances].map(([id, distances]) => [id, Math.max(...distances)])
    // That `one` is a function was written in the module, and read in `two`.
    expect(farthest).toEqual([
      [0, 2],
      [1, 2],
      [2, 1],
    ])
    expect(found.distances.get(0)![found.functions.get(0)!.indexOf(call)]).toBe(0)
    for (const [id, instructions] of found.functions) expect(found.distances.get(id)).toHaveLength(instructions.length)
  })

  it('says how many steps it did not take', async () => {
    const text = ['function one() { return 1 }', 'function two() { return one() }', 'use(two()) // ←'].join('\n')
    expect(await linesOf(text)).toEqual({ lines: [1, 2, 3], cut: 0 })
    expect((await linesOf(text, { depth: 1 })).cut).toBeGreaterThan(0)
    expect((await linesOf(text, { limit: 1 })).cut).toBeGreaterThan(0)
  })
})

describe('a forward slice', () => {
  it('has what is made of a value and what it decides about', async () => {
    const { lines } = await linesOf(
      ['function f(a) {', 'const x = a // ←', 'if (x) log(1)', 'log(2)', 'return x', '}', 'use(f(1))'].join('\n'),
      { direction: 'forward' },
    )
    expect(lines).toEqual([2, 3, 5, 7])
  })

  it('of a jump has what it skips', async () => {
    const text = ['function f(a) {', 'if (a) {', 'return 1 // ←', '}', 'log(2)', 'return 0', '}'].join('\n')
    expect((await linesOf(text, { direction: 'forward' })).lines).toEqual([3, 5, 6])
  })

  it('leaves out what a jump skips whose value alone is affected', async () => {
    const { lines } = await linesOf(
      ['function f(a, c) {', 'const x = a // ←', 'if (c) return x', 'log(2)', 'return 0', '}'].join('\n'),
      { direction: 'forward' },
    )
    expect(lines).toEqual([2, 3])
  })
})

/** Programs of several lines, and the lines of the slice of what is marked in them. */
describe.each<[string, Partial<SliceOptions>, readonly (readonly [string, string, readonly number[]])[]]>([
  [
    'a backward slice',
    {},
    [
      [
        'what is spread over parameters',
        'function f(a, b) {\nreturn b\n}\nconst xs = other()\nconst r = f(...xs)\nuse(r) // ←',
        [1, 2, 4, 5, 6],
      ],
      [
        'what is found in `arguments`',
        'function f() {\nreturn arguments[0]\n}\nconst p = 1\nconst r = f(p)\nuse(r) // ←',
        [1, 2, 4, 5, 6],
      ],
      [
        'what a function gives back to itself by way of others',
        'const total = list.reduce((sum, x) => {\nconst next = sum + x\nlog(sum) // ←\nreturn next\n}, 0)',
        [1, 2, 3, 4, 5],
      ],
      [
        'what a function puts into what it has made by others',
        'function fill(o, v) {\no.x = v\n}\nfunction outer(a) {\nconst o = {}\nfill(o, a)\nreturn o.x\n}\nconst p = 1\nconst r = outer(p)\nuse(r) // ←',
        [1, 2, 4, 5, 6, 7, 9, 10, 11],
      ],
      [
        'what a call is given that is put into what is read',
        'function fill(o, v) {\no.x = v\n}\nfunction outer() {\nconst o = {}\nconst v = other()\nfill(o, v)\nreturn o.x // ←\n}',
        [1, 2, 5, 6, 7, 8],
      ],
      [
        'what a call does to an object that another one may have put into what it is given',
        'function main() {\nconst a = {}\nconst b = {}\nlink(a, b)\nchange(a)\nuse(b.x) // ←\n}',
        [2, 3, 4, 5, 6],
      ],
      [
        'what a call does to an object by way of what has been made of it',
        'function main() {\nconst a = {}\nconst o = wrap(a)\no.k = 1\nchange(o)\nuse(a.x) // ←\n}',
        [2, 3, 4, 5, 6],
      ],
      [
        'what another round of a loop has put into what may be the same object',
        'function main(list, other, p, q) {\nfor (const item of list) {\nconst o = item\nconst v = o.x // ←\nother.x = q\no.x = p\n}\n}',
        [1, 2, 3, 4, 5, 6],
      ],
      [
        'what a call that is given nothing does to an object that functions share',
        'const shared = {}\nfunction change() {\nshared.x = 2\n}\nfunction main() {\nshared.x = 1\nchange()\nuse(shared.x) // ←\n}',
        [1, 2, 3, 6, 7, 8],
      ],
      [
        'no write of another function behind a call that only computes',
        'let n = 0\nfunction set() {\nn = 1\n}\nn = 2\nconst k = Math.max(1, 2)\nuse(n) // ←',
        [5, 7],
      ],
    ],
  ],
  [
    'a backward slice that goes one call far',
    { depth: 1 },
    [
      [
        'what functions that are further away may need',
        'function f(a) {\nreturn g(a)\n}\nfunction g(a) {\nreturn h(a)\n}\nfunction h(a) {\nreturn a\n}\nconst p = 1\nconst r = f(p)\nuse(r) // ←',
        [1, 2, 10, 11, 12],
      ],
    ],
  ],
  [
    'a backward slice of one function',
    { limit: 1 },
    [['nothing of another one', 'function f(a) {\nreturn a\n}\nconst p = 1\nuse(f(p)) // ←', [1, 4, 5]]],
  ],
  [
    'a backward slice within a function',
    { within: true },
    [
      [
        'what was put into an object that a call may have made the one that is read',
        'let o = {}\nfunction swap() {\no = other\n}\nfunction main(p, q) {\nother.x = q\no.x = p\nswap()\nuse(o.x) // ←\n}',
        [5, 6, 7, 8, 9],
      ],
      [
        'what another round of a loop has put into what may be the same object',
        'function main(list, other, p, q) {\nfor (const item of list) {\nconst o = item\nconst v = o.x // ←\nother.x = q\no.x = p\n}\n}',
        [1, 2, 3, 4, 5, 6],
      ],
      [
        'what a call does to an object that another one may have put into what it is given',
        'function main() {\nconst a = {}\nconst b = {}\nlink(a, b)\nchange(a)\nuse(b.x) // ←\n}',
        [2, 3, 4, 5, 6],
      ],
    ],
  ],
  [
    'a forward slice',
    { direction: 'forward' },
    [
      [
        'what comes back by the same call alone',
        'function id(a) {\nreturn a\n}\nconst p = 1 // ←\nconst q = 2\nconst x = id(p)\nconst y = id(q)\nuse(x)\nlog(y)',
        [1, 2, 4, 6, 8],
      ],
      [
        'nothing of a call that gives back nothing of what it is given',
        'function f(a) {\nlog(a)\nreturn 1\n}\nconst p = 1 // ←\nconst r = f(p)\nuse(r)',
        [1, 2, 5, 6],
      ],
      [
        'what a function is called with again because of what it gives back',
        'const total = list.reduce((sum, x) => {\nlog(sum)\nreturn x // ←\n}, 0)',
        [1, 2, 3],
      ],
      [
        'what a function does that another one calls by a variable',
        'let h = a // ←\nfunction run() {\nh()\n}\nfunction a() {\nlog(1)\n}',
        [1, 3, 6],
      ],
      ['what finds it in `arguments`', 'function f() {\nlog(arguments[0])\n}\nconst p = 1 // ←\nf(p)', [2, 4, 5]],
    ],
  ],
])('%s has', (_slice, options, programs) => {
  it.each(programs)('%s', async (_what, text, lines) => {
    expect((await linesOf(text, options)).lines).toEqual(lines)
  })
})

describe('what cannot be sliced', () => {
  it('is a depth or a limit that is no number', async () => {
    await expect(linesOf('use(1) // ←', { depth: -1 })).rejects.toMatchObject({ code: 'FORGE_PDG_SLICE' })
    await expect(linesOf('use(1) // ←', { limit: 0.5 })).rejects.toMatchObject({ code: 'FORGE_PDG_SLICE' })
  })

  it('ends when it is told to', async () => {
    const text = `${'use(a);'.repeat(200)}\nuse(a) // ←`
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(linesOf(text, { signal, exceptions: 'all' })).rejects.toThrow('enough')
  })
})
