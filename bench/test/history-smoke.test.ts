import { expect, test } from 'vitest'
import { measurements } from '../src/history/measurements.ts'
import { measureSuite } from '../src/suite/measure-suite.ts'
import { checkBar } from '../src/suite/results.ts'

// `forge serve` is measured as it is built; what it is compared with is fetched by the benchmark, never by a test.
test.each(['runs-2000', 'memory-5000'])(
  'the measurement %s runs, and nobody gives a wrong answer',
  async (id) => {
    const measurement = measurements.find((each) => each.id === id)!
    const results = await measureSuite({
      bench: 'history',
      measurements: [measurement],
      rounds: 1,
      small: true,
      nodeOptions: ['--conditions=@forge/source'],
      signal: new AbortController().signal,
      report: () => {},
    })
    const [result] = results.measurements
    expect(result?.sides.map(({ name, failure }) => [name, failure])).toEqual(
      measurement.sides.filter(({ peer }) => peer === undefined).map(({ name }) => [name, null]),
    )
    expect(result?.sides.map(({ rounds }) => rounds[0]?.values['wrong'])).toEqual([0, 0])
    const absolute = measurement.bars.filter(({ metric }) => metric === 'wrong')
    expect(absolute.map((bar) => result && checkBar(result, bar)?.reached)).toEqual(absolute.map(() => true))
  },
  120_000,
)
