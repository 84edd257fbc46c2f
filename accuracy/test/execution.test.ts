import { describe, expect, test } from 'vitest'
import { instrument } from '../src/execution/instrument.ts'
import { measurePrograms } from '../src/execution/measure.ts'
import { type CodePlace, observeCalls } from '../src/execution/observed-calls.ts'
import { programs } from '../src/execution/all-programs.ts'

/** The texts of caller and callee of each call that a program makes. */
async function callsOf(code: string): Promise<string[]> {
  const calls = await observeCalls([{ path: 'main.js', code }])
  return calls.map(({ caller, callee }) => {
    const text = ({ fn }: CodePlace): string => (fn === undefined ? '*' : code.slice(fn.start, fn.end))
    return `${text(caller)} > ${text(callee)}`
  })
}

describe('what runs is noted', () => {
  test.each([
    ['a function', 'function a(){} a()', ['* > function a(){}']],
    ['an arrow function', 'const a = () => 1; a()', ['* > () => 1']],
    ['an arrow function that gives an object', 'const a = () => ({ b: 1 }); a()', ['* > () => ({ b: 1 })']],
    ['a getter', '({ get a() { return 1 } }).a', ['* > () { return 1 }']],
    ['a constructor', 'class A { constructor() {} }; new A()', ['* > () {}']],
    ['what a function of the language calls', '[1].map((x) => x)', ['* > (x) => x']],
    ['a generator, when it is called', 'function* g(){}; const x = g(); x.next()', ['* > function* g(){}']],
    ['a function that is never called', 'function a(){}', []],
  ])('%s', async (_what, code, calls) => {
    expect(await callsOf(code)).toEqual(calls)
  })

  test('a call on another line, by who makes it', async () => {
    expect(await callsOf('const b = () => 1\nconst a = () =>\n  b()\na()')).toEqual([
      '* > () =>\n  b()',
      '() =>\n  b() > () => 1',
    ])
  })

  test('a promise calls what nobody can be told to call', async () => {
    expect(await callsOf('Promise.resolve(1).then((x) => x)')).toEqual([])
  })

  test('in a text that does the same', () => {
    const { text, functions, instrumented } = instrument('const a = (x) => [x]; a(1)')
    expect(text).toBe('const a = (x) => (__entered(0),[x]); a(1)')
    expect([functions, instrumented]).toEqual([[{ start: 10, end: 20 }], [{ start: 10, end: 35 }]])
  })

  test('in modules that import each other, by the file it is in', async () => {
    const calls = await observeCalls([
      { path: 'main.js', code: "import { b } from './b.js'\nexport function a() {}\nb()" },
      { path: 'b.js', code: "import { a } from './main.js'\nexport const b = () => a()" },
    ])
    expect(calls.map(({ caller, callee }) => [caller.file, caller.fn === undefined, callee.file])).toEqual([
      ['main.js', true, 'b.js'],
      ['b.js', false, 'main.js'],
    ])
  })

  test('in JSX and decorators, which are compiled, by where they were written', async () => {
    const code = 'const B = () => null\n\nfunction A() {\n  return <B />\n}\nconst x = <A />'
    const calls = await observeCalls([{ path: 'main.jsx', code }])
    const text = ({ fn }: CodePlace): string => (fn === undefined ? '*' : code.slice(fn.start, fn.end))
    expect(calls.map(({ caller, callee }) => `${text(caller)} > ${text(callee)}`)).toEqual([
      '* > function A() {\n  return <B />\n}',
      'function A() {\n  return <B />\n} > () => null',
    ])
    const decorated = await observeCalls([{ path: 'main.ts', code: 'function d(c: unknown) {}\n@d class A {}' }])
    expect(decorated.map(({ caller }) => caller)).toEqual([{ file: 'main.ts', fn: undefined }])
  })

  test('refuses a module that is not there', async () => {
    const code = "import { b } from './b.js'\nb()"
    await expect(observeCalls([{ path: 'main.jsx', code }])).rejects.toThrow('which is no file of the program')
  })

  test('says what is no program', () => {
    expect(() => instrument('function (')).toThrow(SyntaxError)
  })
})

test('the graph has what programs do, and little that they never do', async () => {
  expect(programs.length).toBeGreaterThanOrEqual(200)
  const results = await measurePrograms(programs)
  const made = results.flatMap(({ observed }) => observed)
  const edges = results.flatMap(({ graph }) => graph)
  // What runs is among what can run: the table of programs is complete.
  for (const { name, files, calls, observed } of results) {
    expect([name, files, observed.filter((call) => !calls.split(', ').includes(call))]).toEqual([name, files, []])
  }
  expect(made.length).toBeGreaterThan(300)
  // What is known to be missing, so that it is noticed when it is no longer.
  expect(results.flatMap(({ name, missing }) => missing.map((call) => [name, call]))).toEqual([
    ['exports that are added at once', '* > a'],
    ['a decorator of a field', '* > init'],
    ['a class', '* > App.render'],
  ])
  const spurious = results.flatMap((result) => result.spurious)
  expect(spurious.length / edges.length).toBeLessThan(0.03)
})
