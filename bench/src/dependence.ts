/** The benchmark of program dependence: graphs of functions, made, kept and read back. */
import { measurements } from './dependence/measurements.ts'
import { fetchSources } from './dependence/source-packages.ts'
import { runSuite } from './suite/run-suite.ts'

await runSuite({
  id: 'dependence',
  title: 'Program dependence',
  usage: `Measures the program dependence graphs of the functions of effect and of the TypeScript compiler, and their store.

  pnpm --filter @forge/bench dependence
  pnpm --filter @forge/bench dependence --rounds 1 --only store --no-write
`,
  measurements,
  peers: fetchSources,
})
