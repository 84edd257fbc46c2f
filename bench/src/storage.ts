/** The storage benchmark: how fast, with how many errors and how much memory the storage packages do what others do. */
import { installPeer } from './peer-install.ts'
import { measurements } from './storage/measurements.ts'
import { runSuite } from './suite/run-suite.ts'

await runSuite({
  id: 'storage',
  title: 'Storage',
  usage: `Measures the storage packages against raw better-sqlite3, Kysely's own dialect and migrator, tarn and generic-pool.

  pnpm --filter @forge/bench storage
  pnpm --filter @forge/bench storage --rounds 3 --only pool,statements --no-write
`,
  measurements,
  peers: (_, signal) => installPeer('pools', signal),
})
