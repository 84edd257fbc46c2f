import { expect, test } from 'vitest'
import { measurements } from '../src/projects/measurements.ts'
import { measureSuite } from '../src/suite/measure-suite.ts'
import { checkBar } from '../src/suite/results.ts'

test('projects are added, brought up to date and asked, and their names lead somewhere', async () => {
  const results = await measureSuite({
    measurements,
    rounds: 1,
    small: true,
    // Little is indexed, of what is here.
    peers: async () => ({ folder: '', versions: {} }),
    bench: 'projects',
    nodeOptions: ['--conditions=@forge/source'],
    signal: new AbortController().signal,
    report: () => {},
  })
  for (const [index, result] of results.measurements.entries()) {
    const { sides, metrics, bars } = measurements[index]!
    expect(result.sides.map(({ name, failure }) => [name, failure])).toEqual(sides.map(({ name }) => [name, null]))
    for (const { id } of metrics) expect(result.sides[0]?.rounds[0]?.values[id]).toEqual(expect.any(Number))
    expect(bars.map((bar) => [bar.text, checkBar(result, bar)?.reached])).toEqual(bars.map(({ text }) => [text, true]))
  }
  const of = (id: string): Readonly<Record<string, number>> =>
    results.measurements.find((one) => one.id === id)!.sides[0]!.rounds[0]!.values
  expect(of('sync')).toMatchObject({ projects: 3 })
  expect(of('sync')['rename relinked']).toBeGreaterThan(0)
  expect(of('resolution')['project']).toBeGreaterThan(0)
}, 120_000)
