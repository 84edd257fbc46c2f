/** The benchmark of freshness: how soon a change is known, and how soon the graph reflects it. */
import { measurements } from './freshness/measurements.ts'
import { installParcelWatcher } from './freshness/parcel-package.ts'
import { type InstalledPeer, installPeer } from './peer-install.ts'
import { runSuite } from './suite/run-suite.ts'

await runSuite({
  id: 'freshness',
  title: 'Freshness',
  usage: `Measures watching against chokidar and @parcel/watcher, and against other code graphs the time to an answer from a save
and from a switch of 1,000 files.

  pnpm --filter @forge/bench freshness
  pnpm --filter @forge/bench freshness --rounds 1 --only watch --no-write
`,
  measurements,
  peers: install,
})

function install(name: string, signal: AbortSignal): Promise<InstalledPeer> {
  if (name === '@parcel/watcher') return installParcelWatcher(signal)
  return installPeer(name === '@optave/codegraph' ? 'optave' : 'colbymchenry', signal)
}
