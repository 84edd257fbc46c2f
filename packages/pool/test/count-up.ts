import { createPool, type TransactionMode } from '@forge/pool'
import Database from 'better-sqlite3'

// Run as a process of its own: adds one to the number in the file, again and again, each time in a transaction.
const [, , file = '', mode = 'immediate', times = '0'] = process.argv
const pool = createPool({ open: () => new Database(file) })
for (let i = 0; i < Number(times); i++) {
  await pool.transaction(
    async ({ connection }) => {
      const before = connection.prepare('select n from number').pluck().get() as number
      await new Promise(setImmediate)
      connection.prepare('update number set n = ?').run(before + 1)
    },
    { mode: mode as TransactionMode },
  )
}
process.stdout.write(JSON.stringify(pool.stats()))
await pool.close()
