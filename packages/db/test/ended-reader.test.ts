import { type Database, openDatabase } from '@forge/db'
import Driver from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { databaseFile, failure } from './people.ts'

interface Notes {
  note: { id: number; text: string }
}

/** A database of a thousand notes that ends a reader in the way of a checkpoint at once. */
async function notes(): Promise<Database<Notes>> {
  const file = databaseFile()
  const db = openDatabase<Notes>({ open: () => new Driver(file), wal: { passiveAt: 1, endReadersAfter: 0 } })
  onTestFinished(() => db.close({ deadline: 0 }).catch(() => {}))
  await db.pool.write((connection) =>
    connection.exec(`
      create table note (id integer primary key, text text);
      with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000)
      insert into note select i, 'note' from n`),
  )
  return db
}

/** Writes until a reader was ended. */
async function writeUntilEnded(db: Database<Notes>): Promise<void> {
  await expect
    .poll(async () => {
      await db.kysely.updateTable('note').set({ text: 'changed' }).where('id', '=', 1).execute()
      return db.pool.stats().wal.endedReaders
    })
    .toBe(1)
}

it('tells a transaction that reads for too long that its reader was ended', async () => {
  const db = await notes()
  const all = db.prepared((kysely) => kysely.selectFrom('note').selectAll())
  const reading = db.transaction(
    async (tx) => {
      expect(tx.all(all)).toHaveLength(1_000)
      await writeUntilEnded(db)
      tx.all(all)
    },
    { mode: 'read' },
  )
  expect(await failure(() => reading)).toMatchObject({ code: 'FORGE_POOL_READER_ENDED' })
  expect(await all.all()).toHaveLength(1_000)
})

it('tells who streams for too long that the reader was ended, rather than end the stream', async () => {
  const db = await notes()
  const seen: number[] = []
  const streaming = async () => {
    for await (const row of db.kysely.selectFrom('note').selectAll().stream(10)) {
      seen.push(row.id)
      if (seen.length === 1) await writeUntilEnded(db)
    }
  }
  expect(await failure(streaming)).toMatchObject({ code: 'FORGE_POOL_READER_ENDED' })
  expect(seen.length).toBeLessThan(1_000)
  await expect.poll(() => db.pool.stats()).toMatchObject({ leased: 0 })
  expect(await db.kysely.selectFrom('note').select('id').execute()).toHaveLength(1_000)
})
