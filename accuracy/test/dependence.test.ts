import { runInNewContext } from 'node:vm'
import { parseSync } from 'oxc-parser'
import { describe, expect, test } from 'vitest'
import { compareRun } from '../src/dependence/compare.ts'
import { handSlices } from '../src/dependence/hand-slices.ts'
import { measureHandSlice, measureProgram } from '../src/dependence/measure.ts'
import { executedPrograms } from '../src/dependence/programs.ts'
import { randomProgram } from '../src/dependence/random-programs.ts'
import { runProgram } from '../src/dependence/interpreter/run-program.ts'
import { fileSlices, type StaticSlices } from '../src/dependence/static-slices.ts'
import { withForgeSlices } from '../src/dependence/forge-slices.ts'

/** The pairs of lines that depend in a run, `2 > 1` for line 2 on line 1, by way of others too. */
async function dependences(code: string, inputs: readonly number[] = []): Promise<string[]> {
  const run = await runProgram(code, { inputs })
  expect(run.error).toBeUndefined()
  const { slices } = await compareRun(run, nothingKnown)
  return [...slices]
    .flatMap(([line, on]) => [...on].filter((one) => one !== line).map((one) => `${line} > ${one}`))
    .toSorted()
}

const nothingKnown: StaticSlices = {
  lines: 0,
  backward: async () => new Set(),
  forward: async () => new Set(),
  dependsInside: () => false,
}

describe('a run', () => {
  test.each([
    ['of what a value is made', 'let a = 1\nlet b = 2\nlet c = b', ['3 > 2']],
    ['what has decided', 'let a = 1\nif (a)\n  out(2)\nout(3)', ['2 > 1', '3 > 1', '3 > 2']],
    [
      'a jump that was not taken',
      'for (const x of [0]) {\n  if (x)\n    break\n  out(2)\n}',
      ['2 > 1', '4 > 1', '4 > 2'],
    ],
    ['the last write of a variable alone', 'let a = 1\na = 2\nout(a)', ['3 > 2']],
    [
      'the last write of a property, by any name',
      'const o = {}\nconst p = o\np.x = 1\nlet y = o.x',
      ['2 > 1', '3 > 1', '3 > 2', '4 > 1', '4 > 2', '4 > 3'],
    ],
    [
      'an argument, where it arrives',
      'const f = (x, y) => x\nlet a = 1\nlet b = 2\nf(a, b)',
      ['1 > 2', '1 > 3', '1 > 4', '4 > 1', '4 > 2', '4 > 3'],
    ],
    [
      'each case that was tried',
      'switch (input(0)) {\n  case 1:\n    break\n  case 0:\n    out(1)\n}',
      ['2 > 1', '4 > 1', '4 > 2', '5 > 1', '5 > 2', '5 > 4'],
    ],
    [
      'what was thrown',
      'let a = 1\ntry {\n  throw a\n} catch (e) {\n  out(e)\n}',
      ['3 > 1', '4 > 1', '4 > 3', '5 > 1', '5 > 3', '5 > 4'],
    ],
  ])('shows %s', async (_what, code, pairs) => {
    expect(await dependences(code)).toEqual(pairs)
  })

  test('does what the language does', async () => {
    for (const { category, name, code } of executedPrograms) {
      const inputs = [3, 7, 2, 5]
      const output: string[] = []
      const out = (value: unknown): void =>
        void output.push(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'))
      runInNewContext(code, { out, input: (n: number) => inputs[n] ?? 0 })
      await new Promise((resolve) => setImmediate(resolve))
      expect([category, name, (await runProgram(code, { inputs })).output]).toEqual([category, name, output])
    }
  })

  test('goes on with another value where it is told to', async () => {
    const code = 'const a = 1\nout(a + 1)'
    const run = await runProgram(code)
    const first = run.events.find((event) => run.lineOf(event) === 1)!
    expect([run.output, (await runProgram(code, { change: { event: first.id } })).output]).toEqual([['2'], ['3']])
  })

  test('ends with what the program does not catch, and where it does not end by itself', async () => {
    expect((await runProgram('throw 1')).error).toBeInstanceOf(Error)
    expect(String((await runProgram('for (;;) {}')).error)).toContain('more than')
    await expect(runProgram('const')).rejects.toThrow(SyntaxError)
  })
})

describe('programs by chance', () => {
  test('are the same for the same seed, and can be read', () => {
    expect(randomProgram(7)).toBe(randomProgram(7))
    expect(randomProgram(7)).not.toBe(randomProgram(8))
    for (let seed = 0; seed < 50; seed++) expect(parseSync('a.js', randomProgram(seed)).errors).toEqual([])
  })

  test.each([
    ['statements', 40],
    ['more', 10],
  ] as const)('of %s depend on nothing that slices do not have', async (kind, count) => {
    for (let seed = 1; seed <= count; seed++) {
      const code = randomProgram(seed, kind)
      const { missing, direct, changes } = await measureProgram(
        { category: '', name: `${seed}`, code },
        fileSlices(code),
        {
          changes: 8,
        },
      )
      expect({ seed, missing, isMeasured: direct > 0 && changes > 0 }).toEqual({ seed, missing: [], isMeasured: true })
    }
  })
})

test('programs depend on nothing that slices do not have', async () => {
  expect(executedPrograms.length).toBeGreaterThanOrEqual(150)
  const lacking: string[] = []
  let direct = 0
  for (const program of executedPrograms) {
    const { code } = program
    const result = await measureProgram(program, fileSlices(code), { changes: 12, inputs: [[3, 7, 2, 5]] })
    direct += result.direct
    if (result.missing.length > 0) lacking.push(`${program.category}: ${program.name}`)
  }
  expect(direct).toBeGreaterThan(5000)
  expect(lacking).toEqual([])
})

test('slices through a project have what a run has', async () => {
  for (const { category, name, code } of executedPrograms.filter((one) => one.category === 'classes').slice(0, 4)) {
    const missing = await withForgeSlices(code, async (slices) => {
      return (await measureProgram({ category, name, code }, slices, { changes: 5, inputs: [[1, 2, 3, 4]] })).missing
    })
    expect([name, missing]).toEqual([name, []])
  }
})

test('slices are nearly as small as those by hand, and lack nothing of them', async () => {
  expect(handSlices.length).toBeGreaterThanOrEqual(40)
  let [found, smallest] = [0, 0]
  for (const slice of handSlices) {
    const result = await measureHandSlice(slice, fileSlices(slice.code).direct)
    expect([slice.category, slice.name, result.missing]).toEqual([slice.category, slice.name, []])
    found += result.found.length
    smallest += slice.smallest.length
  }
  expect(found / smallest).toBeLessThan(1.19)
})
