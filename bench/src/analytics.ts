/** The benchmark of analytics: reports in DuckDB and in SQLite, the mirror, and Parquet. */
import { measurements } from './analytics/measurements.ts'
import { fetchSources } from './dependence/source-packages.ts'
import { runSuite } from './suite/run-suite.ts'

await runSuite({
  id: 'analytics',
  title: 'Analytics',
  usage: `Measures reports over a graph of a million edges in DuckDB and in SQLite, the mirror that DuckDB reads, and Parquet.

  pnpm --filter @forge/bench analytics
  pnpm --filter @forge/bench analytics --rounds 1 --only reports --no-write
`,
  measurements,
  peers: fetchSources,
})
