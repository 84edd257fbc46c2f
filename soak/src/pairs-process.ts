import { writeSync } from 'node:fs'
import { openDatabase } from '@forge/db'
import Driver from 'better-sqlite3'
import { createPairs, type PairTables, pairWriter } from './pairs.ts'
import { pick, seededRandom } from './random.ts'

// Run as a process of its own, to be killed: commits pairs for ever and prints the number of each once it is committed.
const [, , file = '', kind = 'write', seed = '1'] = process.argv
const random = seededRandom(Number(seed))
writeSync(1, 'opening\n')
const inThread = kind === 'thread' ? { worker: { driver: import.meta.resolve('better-sqlite3'), file } } : {}
const db = openDatabase<PairTables>({
  open: () => new Driver(file),
  wal: { passiveAt: 2 ** 16, restartAt: 2 ** 18, truncateAt: 2 ** 20 },
  ...inThread,
})
await createPairs(db)
const commitPair = pairWriter(db)
writeSync(1, 'ready\n')

async function write(): Promise<never> {
  for (;;) writeSync(1, `${await commitPair(Math.floor(random() ** 3 * 20_000))}\n`)
}

async function read(): Promise<never> {
  const pairs = db.prepared((kysely) => kysely.selectFrom('pair').select(['n', 'side']))
  for (;;) {
    await pairs.all()
    await new Promise((resolve) => setTimeout(resolve, random() * 5))
  }
}

async function checkpoint(): Promise<never> {
  for (;;) {
    await db.pool.checkpoint(pick(['passive', 'full', 'restart', 'truncate'], random))
    await new Promise((resolve) => setTimeout(resolve, random() * (kind === 'thread' ? 30 : 3)))
  }
}

await Promise.all([write(), write(), read(), ...(kind === 'checkpoint' || kind === 'thread' ? [checkpoint()] : [])])
