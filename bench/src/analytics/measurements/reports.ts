import type { Bar, Measurement } from '../../suite/measurement.ts'

const names = ['kinds', 'coupling', 'coupling by file', 'fan', 'fan out', 'hotspots', 'dead-exports'] as const

/** Those that must look at all edges; SQLite answers the others from an index of the few symbols they are about. */
const ofAllEdges = names.slice(0, 5)

const bars: readonly Bar[] = ofAllEdges.map((name) => ({
  text: `${name}: to SQLite`,
  side: 'duckdb',
  metric: name,
  against: 'sqlite',
  atMost: 0.2,
}))

/** Reports over a million edges, in both databases. */
export const reports: Measurement = {
  id: 'reports',
  title: 'Reports over a million edges',
  what:
    'A graph of 2,000 files, 120,000 symbols and a million edges that is made by chance, the same each time: kinds as often as in `effect@4.1.0`, a fifth of the targets in the same file, most others ' +
    'near it. Reports, their first 50 rows and how many there are, in turns: three times each, the quickest counts. The last two are about few of the edges: those of some hundred complex symbols, and whether there is a single one to an export. SQLite finds these by its indexes; DuckDB has none and reads all. _wrong_ counts reports in which a row differs.',
  program: new URL('../programs/reports.ts', import.meta.url),
  together: true,
  minutes: 10,
  baseline: 'sqlite',
  sides: [
    {
      name: 'sqlite',
      note: 'The tables and indexes of `@forge/graph`, asked by `better-sqlite3` on a connection that is open, with statements that are written for it (`src/analytics/sqlite-reports.ts`); without the lines of symbols, which it would have to unpack.',
    },
    {
      name: 'duckdb',
      note: '`analytics.report(NAME, { limit: 50, sync: false })`: what a question costs when the mirror is up to date, with opening it and closing it again.',
    },
  ],
  metrics: [
    { id: 'edges', label: 'edges', unit: 'count', over: 'median' },
    ...names.map((id) => ({ id, label: id, unit: 'ms', over: 'median' }) as const),
    { id: 'wrong', label: 'wrong', unit: 'count', over: 'sum' },
  ],
  bars: [
    ...bars,
    { text: 'the same rows in both', side: 'duckdb', metric: 'wrong', atMost: 0 },
    { text: 'a million edges', side: 'duckdb', metric: 'edges', atLeast: 1_000_000 },
  ],
  size: { files: 2000, edges: 1_000_000 },
  smallSize: { files: 20, edges: 3000 },
}
