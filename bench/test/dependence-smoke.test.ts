import { expect, test } from 'vitest'
import { measurements } from '../src/dependence/measurements.ts'
import { measureSuite } from '../src/suite/measure-suite.ts'

test('graphs are made, kept, and come back', async () => {
  const results = await measureSuite({
    measurements,
    rounds: 1,
    small: true,
    // Little is lowered, of what is here.
    peers: async () => ({ folder: '', versions: {} }),
    bench: 'dependence',
    nodeOptions: ['--conditions=@forge/source'],
    signal: new AbortController().signal,
    report: () => {},
  })
  for (const [index, { sides, metrics }] of results.measurements.entries()) {
    expect(sides.map(({ name, failure }) => [name, failure])).toEqual(
      measurements[index]!.sides.map(({ name }) => [name, null]),
    )
    for (const { id } of metrics) expect(sides[0]?.rounds[0]?.values[id]).toEqual(expect.any(Number))
  }
  expect(results.measurements.find(({ id }) => id === 'store')?.sides[0]?.rounds[0]?.values['wrong']).toBe(0)
}, 120_000)
