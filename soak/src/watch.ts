import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { growthReport } from './growth-report.ts'
import { flatWithin } from './trend.ts'
import { wearWatch } from './watch-wear.ts'

// Watches a folder that is edited all the time, and tells whether memory, file descriptors, watches and the WAL stay flat, and the graph is right.
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1800' },
    samples: { type: 'string', default: '40' },
    packages: { type: 'string', default: 'errors,stmt-cache,incremental' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
})
/** The WAL starts over at 32 MiB. */
const afterwards = { ...flatWithin, wal: 32 * 2 ** 20, rss: 16 * 2 ** 20 }
/** Contents of 512 files are kept for answers, and versions of one count as many: some thousand edits fill that. */
const beforeCachesAreFull = { ...afterwards, heap: 8 * 2 ** 20, rss: 48 * 2 ** 20 }
/** Seconds. */
const longRun = 1200

const folder = mkdtempSync(join(tmpdir(), 'forge-watch-soak-'))
console.log(`seed ${values.seed}`)
try {
  const { samples, edits, updates, watches, fault } = await wearWatch({
    folder,
    packages: values.packages.split(','),
    seconds: Number(values.seconds),
    samples: Number(values.samples),
    seed: Number(values.seed),
  })
  console.log(`${edits} edits, ${updates} updates`)
  const isFlat = growthReport('edits', samples, Number(values.seconds) < longRun ? beforeCachesAreFull : afterwards)
  const [first, last] = watches
  console.log(`  watches: first ${first}, last ${last}: ${first === last ? 'flat' : 'GROWS'}`)
  console.log(`  graph: ${fault ?? 'right'}`)
  if (!isFlat || first !== last || fault !== undefined) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
