/** The benchmark of freshness: how soon a change is known, and how soon the graph reflects it. */
import { measurements } from './freshness/measurements.ts'
import { installParcelWatcher } from './freshness/parcel-package.ts'
import { runSuite } from './suite/run-suite.ts'

await runSuite({
  id: 'freshness',
  title: 'Freshness',
  usage: `Measures watching against chokidar and @parcel/watcher, and the time from a save to an answer.

  pnpm --filter @forge/bench freshness
  pnpm --filter @forge/bench freshness --rounds 1 --only watch --no-write
`,
  measurements,
  peers: installParcelWatcher,
})
