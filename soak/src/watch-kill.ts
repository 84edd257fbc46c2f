import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { killWatchers } from './watch-kills.ts'

// Kills a watcher at random moments while files change; the next start must make the graph right, and not read everything for that.
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    packages: { type: 'string', default: 'errors,stmt-cache,incremental' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'forge-watch-kill-'))
console.log(`seed ${values.seed}`)
const kills = await killWatchers({
  folder,
  packages: values.packages.split(','),
  kills: Number(values.kills),
  seed: Number(values.seed),
  onKill: ({ after, edits, read, files, fault }) =>
    console.log(`killed after ${after} ms and ${edits} edits: ${read} of ${files} files read; ${fault ?? 'right'}`),
})
const failed = kills.some(({ fault }) => fault !== undefined)
if (failed) console.log(`the files are in ${folder}`)
else rmSync(folder, { recursive: true })
process.exitCode = failed ? 1 : 0
