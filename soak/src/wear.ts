import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { growthReport } from './growth-report.ts'
import type { Sample } from './trend.ts'
import { wearPool, wearTransactions } from './wear-runs.ts'

// Uses a pool and a database for long, and tells whether memory, file descriptors and the WAL stay flat.
//
// Run it with --max-semi-space-size=2: the engine lets its young generation grow for as long as there is much garbage, by
// more than any leak that is looked for here.
const { values } = parseArgs({
  options: {
    acquires: { type: 'string', default: '1000000' },
    transactions: { type: 'string', default: '100000' },
    samples: { type: 'string', default: '40' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'forge-soak-'))
const samples = Number(values.samples)
try {
  report('acquires', await wearPool({ operations: Number(values.acquires), samples, folder }))
  report('transactions', await wearTransactions({ operations: Number(values.transactions), samples, folder }))
} finally {
  rmSync(folder, { recursive: true })
}

function report(what: string, taken: readonly Sample[]): void {
  if (!growthReport(what, taken)) process.exitCode = 1
}
