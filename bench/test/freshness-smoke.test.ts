import { expect, test } from 'vitest'
import { measurements } from '../src/freshness/measurements.ts'
import { measureSuite } from '../src/suite/measure-suite.ts'
import { checkBar } from '../src/suite/results.ts'

test('watching, saving and asking are measured, and nothing is lost', async () => {
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
  const [watch, , cache] = results.measurements
  const counted = measurements[0]!.bars.filter(({ atMost }) => atMost === 0)
  expect(counted.map((bar) => checkBar(watch!, bar)?.reached)).toEqual(counted.map(() => true))
  expect(measurements[2]!.bars.map((bar) => checkBar(cache!, bar)?.reached)).toEqual([true])
}, 120_000)
