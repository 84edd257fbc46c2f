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
