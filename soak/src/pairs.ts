import type { Database } from '@forge/db'
import Driver from 'better-sqlite3'

/**
 * What the writers write: each transaction adds both sides of one pair, counts it, and takes an old pair away.
 *
 * Both sides hold the same bytes, so a half of a transaction cannot hide.
 */
export interface PairTables {
  pair: { n: number; side: string; body: Uint8Array }
  total: { pairs: number }
}

/** How many pairs stay. */
const kept = 400

/** Makes the tables where they are missing. */
export async function createPairs(db: Database<PairTables>): Promise<void> {
  await db.transaction(async ({ kysely }) => {
    await kysely.schema
      .createTable('pair')
      .ifNotExists()
      .addColumn('n', 'integer', (column) => column.notNull())
      .addColumn('side', 'text', (column) => column.notNull())
      .addColumn('body', 'blob', (column) => column.notNull())
      .addPrimaryKeyConstraint('pair_key', ['n', 'side'])
      .execute()
    await kysely.schema.createTable('total').ifNotExists().addColumn('pairs', 'integer').execute()
    const total = await kysely.selectFrom('total').select('pairs').executeTakeFirst()
    if (total === undefined) await kysely.insertInto('total').values({ pairs: 0 }).execute()
  })
}

/** Gives a function that commits one pair of `size` bytes a side, and resolves with its number once it is committed. */
export function pairWriter(db: Database<PairTables>): (size: number) => Promise<number> {
  const total = db.prepared((kysely) => kysely.selectFrom('total').select('pairs'))
  const count = db.prepared((kysely, param: { pairs: number }) =>
    kysely.updateTable('total').set({ pairs: param.pairs }),
  )
  const add = db.prepared((kysely, param: { n: number; side: string; body: Uint8Array }) =>
    kysely.insertInto('pair').values({ n: param.n, side: param.side, body: param.body }),
  )
  const remove = db.prepared((kysely, param: { n: number }) => kysely.deleteFrom('pair').where('n', '<=', param.n))
  return (size) =>
    db.transaction(async (tx) => {
      const n = tx.firstOrThrow(total).pairs + 1
      const body = Buffer.alloc(size, n % 256)
      tx.run(add, { n, side: 'left', body })
      tx.run(count, { pairs: n })
      // Other tasks, and the signal that kills, get their turn in the middle of the transaction.
      await new Promise(setImmediate)
      tx.run(add, { n, side: 'right', body })
      tx.run(remove, { n: n - kept })
      return n
    })
}

/** What was found in a file. */
export interface PairsFound {
  /** Pairs that were ever committed. */
  readonly pairs: number
  /** What must not be; empty in a file that survived. */
  readonly faults: readonly string[]
}

/**
 * Looks into the file with the bare driver.
 *
 * @param acknowledged the highest number that a writer said was committed
 * @param inFlight how many transactions may have been committed and not acknowledged
 */
export function checkPairs(file: string, acknowledged: number, inFlight: number): PairsFound {
  const driver = new Driver(file)
  try {
    const faults: string[] = []
    const integrity = driver.prepare('pragma integrity_check').pluck().all()
    if (integrity.join() !== 'ok') faults.push(`integrity_check: ${integrity.join('; ')}`)
    const tables = driver.prepare(`select count(*) from sqlite_schema where name in ('pair', 'total')`).pluck().get()
    if (tables !== 2) {
      if (tables !== 0) faults.push('half of the tables is there')
      if (acknowledged > 0) faults.push(`nothing is there, ${acknowledged} pairs were acknowledged`)
      return { pairs: 0, faults }
    }
    const pairs = Number(driver.prepare('select pairs from total').pluck().get())
    if (pairs < acknowledged) faults.push(`${pairs} pairs are there, ${acknowledged} were acknowledged`)
    if (pairs > acknowledged + inFlight) faults.push(`${pairs} pairs are there, only ${acknowledged} were acknowledged`)
    const whole = driver
      .prepare(
        `select count(*) from pair as a join pair as b on a.n = b.n and a.side = 'left' and b.side = 'right' and a.body = b.body`,
      )
      .pluck()
      .get()
    if (whole !== Math.min(pairs, kept)) faults.push(`${String(whole)} pairs are whole of ${Math.min(pairs, kept)}`)
    const rows = driver.prepare('select count(*) from pair').pluck().get()
    if (rows !== 2 * Math.min(pairs, kept))
      faults.push(`${String(rows)} rows are there for ${Math.min(pairs, kept)} pairs`)
    return { pairs, faults }
  } finally {
    driver.close()
  }
}
