import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { editAndCompare } from './fresh-runs.ts'

// Edits watched repositories at random, and compares their graphs with fresh ones, byte for byte.
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    bursts: { type: 'string', default: '30' },
    packages: { type: 'string', default: 'errors,stmt-cache,incremental,link' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'forge-fresh-soak-'))
let edits = 0
let failed = false
for (let round = 0; round < Number(values.rounds) && !failed; round++) {
  const seed = Number(values.seed) + round
  const run = await editAndCompare({
    folder,
    packages: values.packages.split(','),
    bursts: Number(values.bursts),
    seed,
  })
  edits += run.edits.length
  failed = run.fault !== undefined
  console.log(`seed ${seed}: ${run.edits.length} edits, ${failed ? 'DIFFERENT' : 'always the same'}`)
  if (failed) console.log(`${run.edits.slice(-5).join('\n')}\n${run.fault}\nthe files are in ${folder}`)
}
console.log(`${edits} edits`)
if (!failed) rmSync(folder, { recursive: true })
process.exitCode = failed ? 1 : 0
