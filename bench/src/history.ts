/** The benchmark of runs and memory: what agents did and learned, kept and found by Forge and by the ways others have. */
import { installMemvid } from './history/memvid-package.ts'
import { measurements } from './history/measurements.ts'
import { runSuite } from './suite/run-suite.ts'

await runSuite({
  id: 'history',
  title: 'Runs, memory, HTTP',
  usage: `Measures runs, memory and their HTTP API against the ways others keep them, and @memvid/sdk.

  pnpm --filter @forge/bench history
  pnpm --filter @forge/bench history --rounds 3 --only runs-2000,memory-5000 --no-write
`,
  measurements,
  peers: (_, signal) => installMemvid(signal),
})
