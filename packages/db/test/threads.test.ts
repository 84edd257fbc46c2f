import { expect, it } from 'vitest'
import { sql } from 'kysely'
import { databaseFile, failure, firstFrame, people } from './people.ts'

async function peopleWithThread() {
  const file = databaseFile()
  return people({ file, worker: { driver: import.meta.resolve('better-sqlite3'), file } })
}

it('reads in a thread where it is asked to, in the same form', async () => {
  const db = await peopleWithThread()
  const older = (worker: boolean) =>
    db.prepared(
      (db, param: { age: number }) =>
        db.selectFrom('person').select(['name', 'age']).where('age', '>', param.age).orderBy('age'),
      { worker },
    )
  for (const query of [older(false), older(true)]) {
    expect(await query.all({ age: 0 })).toStrictEqual([
      { name: 'Bob', age: 17 },
      { name: 'Ada', age: 36 },
    ])
    expect(await query.allRaw({ age: 20 })).toStrictEqual([['Ada', 36]])
    expect(await query.first({ age: 0 })).toStrictEqual({ name: 'Bob', age: 17 })
    expect(await query.first({ age: 99 })).toBeUndefined()
    expect(await query.firstOrThrow({ age: 20 })).toStrictEqual({ name: 'Ada', age: 36 })
    expect(await failure(() => query.firstOrThrow({ age: 99 }))).toMatchObject({ code: 'FORGE_DB_NO_RESULT' })
    expect(await failure(() => query.all({} as { age: number }))).toMatchObject({ code: 'FORGE_DB_PARAMETER' })
    // Inside a transaction it runs where that is.
    await db.transaction((tx) => expect(tx.all(query, { age: 20 })).toStrictEqual([{ name: 'Ada', age: 36 }]))
  }
  expect(db.pool.stats().worker).toMatchObject({ finished: 6 })
})

it('reads exact integers in a thread', async () => {
  const db = await peopleWithThread()
  const big = db.prepared((_db, param: { n: bigint }) => sql<{ n: bigint }>`select ${param.n} as n`, {
    worker: true,
    bigint: true,
  })
  expect(await big.all({ n: 2n ** 60n + 1n })).toStrictEqual([{ n: 2n ** 60n + 1n }])
})

it('stops reading in a thread when the signal is aborted', async () => {
  const db = await peopleWithThread()
  const endless = db.prepared(
    () => sql`with recursive n (a) as (select 1 union all select a + 1 from n) select a from n`,
    { worker: true },
  )
  const controller = new AbortController()
  const reason = new Error('enough')
  const reading = endless.withSignal(controller.signal).all()
  await expect.poll(() => db.pool.stats().worker?.busy, { timeout: 10_000 }).toBe(1)
  controller.abort(reason)
  await expect(reading).rejects.toBe(reason)
})

it('leads from what is wrong in a thread to the line that asked', async () => {
  const db = await peopleWithThread()
  const wrong = db.prepared(() => sql`select * from nobody`, { worker: true })
  const writes = db.prepared(() => sql`delete from person returning name`, { worker: true })
  async function asking(): Promise<void> {
    await wrong.all()
  }
  const error = await failure(asking)
  expect(error).toMatchObject({ code: 'FORGE_DB_QUERY', details: { sql: wrong.sql } })
  expect(firstFrame(error)).toContain('asking')
  expect(await failure(() => writes.all())).toMatchObject({ code: 'FORGE_DB_READ_ONLY' })
  expect(await writes.run()).toMatchObject({ changes: 2 })
})

it('says that there is no thread', async () => {
  const db = await people()
  const query = db.prepared((db) => db.selectFrom('person').selectAll(), { worker: true })
  expect(await failure(() => query.all())).toMatchObject({ code: 'FORGE_POOL_NO_WORKER' })
})
