/** The benchmark of projects that use each other. */
import { measurements } from './projects/measurements.ts'
import { fetchClosure } from './projects/package-closure.ts'
import { runSuite } from './suite/run-suite.ts'

await runSuite({
  id: 'projects',
  title: 'Projects that use each other',
  usage: `Measures how names of other packages are resolved across projects: two well-known packages of npm and all that they need.

  pnpm --filter @forge/bench projects
  pnpm --filter @forge/bench projects --rounds 1 --only sync --no-write
`,
  measurements,
  peers: (_name, signal) => fetchClosure(signal),
})
