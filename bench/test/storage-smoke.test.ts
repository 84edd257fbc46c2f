import { expect, test } from 'vitest'
import { measureSuite } from '../src/suite/measure-suite.ts'
import { measurements } from '../src/storage/measurements.ts'
import { checkBar } from '../src/suite/results.ts'

// The pools that are compared with are fetched by the benchmark, never by a test.
test.each(measurements.filter(({ id }) => id !== 'kysely-reads-16000').map((each) => [each.id, each] as const))(
  'the measurement %s runs, and Forge makes no error in it',
  async (_, measurement) => {
    const results = await measureSuite({
      measurements: [measurement],
      rounds: 1,
      small: true,
      bench: 'storage',
      nodeOptions: ['--conditions=@forge/source'],
      signal: new AbortController().signal,
      report: () => {},
    })
    const [result] = results.measurements
    expect(result?.sides.map(({ name, failure }) => [name, failure])).toEqual(
      measurement.sides.filter(({ peer }) => peer === undefined).map(({ name }) => [name, null]),
    )
    const absolute = measurement.bars.filter(({ atMost }) => atMost === 0)
    expect(absolute.map((bar) => result && checkBar(result, bar))).toEqual(
      absolute.map(({ text }) => ({ text, value: 0, reached: true })),
    )
  },
  120_000,
)
