import type { ComplexityDistribution } from '@forge/graph'
import { count, table } from './render.ts'

/** How complex functions are: how many of them are in which band, and where both measures lie. */
export function complexityLines({ cyclomatic, cognitive, ...bands }: ComplexityDistribution): string[] {
  const { functions, simple, moderate, complex, veryComplex } = bands
  if (functions === 0) return []
  const heading = ['', 'total', 'median', 'p90', 'max']
  const spreads = Object.entries({ cyclomatic, cognitive }).map(([measure, { total, median, p90, max }]) => [
    measure,
    count(total),
    count(median),
    count(p90),
    count(max),
  ])
  return [
    '',
    `complexity of ${count(functions)} functions`,
    ...table([
      ['simple', count(simple), 'up to 10 ways through'],
      ['moderate', count(moderate), 'up to 20'],
      ['complex', count(complex), 'up to 50'],
      ['very complex', count(veryComplex), 'more'],
    ]),
    ...table([heading, ...spreads]),
  ]
}
