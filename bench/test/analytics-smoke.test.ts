import { expect, test } from 'vitest'
import { measurements } from '../src/analytics/measurements.ts'
import { measureSuite } from '../src/suite/measure-suite.ts'

test('reports are the same in both databases, and what is mirrored is counted', async () => {
  const results = await measureSuite({
    measurements,
    rounds: 1,
    small: true,
    // Little is indexed, of what is here.
    peers: async () => ({ folder: '', versions: {} }),
    bench: 'analytics',
    nodeOptions: ['--conditions=@forge/source'],
    signal: new AbortController().signal,
    report: () => {},
  })
  for (const [index, { sides, metrics }] of results.measurements.entries()) {
    expect(sides.map(({ name, failure }) => [name, failure])).toEqual(
      measurements[index]!.sides.map(({ name }) => [name, null]),
    )
    for (const { id } of metrics)
      for (const { rounds } of sides) expect([id, rounds[0]?.values[id]]).toEqual([id, expect.any(Number)])
    for (const { rounds } of sides) expect(rounds[0]?.values['wrong'] ?? 0).toBe(0)
  }
}, 120_000)
