import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { flatWithin, growth, type Quantity, type Sample } from './trend.ts'
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
  console.log(`${taken.at(-1)?.operations} ${what}`)
  for (const quantity of Object.keys(flatWithin) as Quantity[]) {
    const numbers = taken.map((sample) => sample[quantity])
    const grown = growth(taken, quantity)
    const flat = grown <= flatWithin[quantity]
    if (!flat) process.exitCode = 1
    const shown = [numbers[0] ?? 0, numbers.at(-1) ?? 0, Math.max(...numbers), grown, flatWithin[quantity]]
    const unit = quantity === 'descriptors' ? 1 : 2 ** 20
    const [first, last, most, growing, bar] = shown.map((number) => (number / unit).toFixed(2))
    const verdict = flat ? 'flat' : 'GROWS'
    console.log(`  ${quantity}: first ${first}, last ${last}, most ${most}, trend ${growing} of ${bar}: ${verdict}`)
  }
}
