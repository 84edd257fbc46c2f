import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeRunsWithKills } from './run-rounds.ts'

// Lets 8 processes write 1,000 times each to one run history, kills some, and tells whether anything was lost.
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string', default: String(Date.now() % 1e9) } },
})
const folder = mkdtempSync(join(tmpdir(), 'forge-runs-soak-'))
const start = performance.now()
console.log(`seed ${values.seed}`)
const rounds = await writeRunsWithKills({
  rounds: Number(values.rounds),
  processes: 8,
  writes: 1000,
  kills: 3,
  seed: Number(values.seed),
  folder,
  onRound: ({ killed, acknowledged, runs, lost, faults }) => {
    console.log(
      `${killed} killed, ${acknowledged} writes acknowledged, ${runs} runs there, ${lost} lost with their process, ${faults.length} faults`,
    )
    for (const fault of faults) console.log(`  ${fault}`)
  },
})
console.log(`${rounds.length} rounds in ${((performance.now() - start) / 1000).toFixed(0)} s`)
const failed = rounds.some(({ faults }) => faults.length > 0)
if (failed) console.log(`the files are in ${folder}`)
else rmSync(folder, { recursive: true })
process.exitCode = failed ? 1 : 0
