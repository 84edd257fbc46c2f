import { expect, test } from 'vitest'
import { measurements } from '../src/questions/measurements.ts'
import { measureSuite } from '../src/suite/measure-suite.ts'
import { checkBar } from '../src/suite/results.ts'

test('every question is asked, and none that must have an answer has none', async () => {
  const [measurement] = measurements
  const results = await measureSuite({
    measurements: [measurement!],
    rounds: 1,
    small: true,
    bench: 'questions',
    nodeOptions: ['--conditions=@forge/source'],
    signal: new AbortController().signal,
    report: () => {},
  })
  const [result] = results.measurements
  expect(result?.sides.map(({ name, failure }) => [name, failure])).toEqual([
    ['effect', null],
    ['synthetic-2m', null],
  ])
  for (const { rounds } of result!.sides) {
    for (const { id } of measurement!.metrics) expect(rounds[0]?.values[id]).toEqual(expect.any(Number))
  }
  const absolute = measurement!.bars.filter(({ metric }) => metric === 'wrong')
  expect(absolute.map((bar) => checkBar(result!, bar)?.reached)).toEqual(absolute.map(() => true))
}, 120_000)
