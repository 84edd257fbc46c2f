import { expect, test } from 'vitest'
import { measurements } from '../src/freshness/measurements.ts'
import { measureSuite } from '../src/suite/measure-suite.ts'
import { checkBar } from '../src/suite/results.ts'

test('watching, saving, switching and asking are measured, and nothing is lost', async () => {
  const results = await measureSuite({
    measurements,
    rounds: 1,
    small: true,
    bench: 'freshness',
    nodeOptions: ['--conditions=@forge/source'],
    signal: new AbortController().signal,
    report: () => {},
  })
  for (const [index, { sides }] of results.measurements.entries()) {
    for (const { name, failure, rounds } of sides) {
      expect([name, failure]).toEqual([name, null])
      for (const { id } of measurements[index]!.metrics) expect(rounds[0]?.values[id]).toEqual(expect.any(Number))
    }
  }
  const checked = results.measurements.flatMap((result) =>
    result.bars
      .filter(({ atMost = 1, against }) => atMost === 0 || against !== undefined)
      .map((bar) => checkBar(result, bar)),
  )
  expect(checked.filter((bar) => bar?.reached !== true)).toEqual([])
  expect(checked).toHaveLength(5)
}, 120_000)
