import type { Database } from '@forge/db'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { failure, names, people, type People } from './people.ts'

async function crowd(db: Database<People>, count: number): Promise<void> {
  const add = db.prepared((db, param: { name: string }) => db.insertInto('person').values({ name: param.name, age: 1 }))
  await db.transaction((tx) =>
    tx.runMany(
      add,
      Array.from({ length: count }, (_, i) => [`n${i}`]),
    ),
  )
}

it('writes, and commits transactions, while it is streamed', async () => {
  for (const maxConnections of [4, 1]) {
    const db = await people({ maxConnections })
    await crowd(db, 100)
    let rows = 0
    for await (const { name } of db.kysely.selectFrom('person').select('name').stream(10)) {
      rows++
      await db.kysely.deleteFrom('person').where('name', '=', name).execute()
      await db.transaction((tx) => tx.kysely.updateTable('person').set({ age: 2 }).execute())
    }
    // One snapshot: what is deleted meanwhile is still in it.
    expect(rows).toBe(102)
    expect(await names(db)).toStrictEqual([])
    expect(db.pool.stats()).toMatchObject({ leased: 0 })
  }
})

it('gives the reader back when its consumer leaves, throws or is aborted', async () => {
  const db = await people({ maxConnections: 2 })
  await crowd(db, 50)
  const stream = (signal?: AbortSignal) =>
    db.kysely
      .selectFrom('person')
      .select('name')
      .stream(signal === undefined ? 5 : { signal, chunkSize: 5 })
  for await (const _row of stream()) break
  const mine = new Error('mine')
  const throwing = async () => {
    for await (const _row of stream()) throw mine
  }
  expect(await failure(throwing)).toBe(mine)
  const controller = new AbortController()
  const aborting = async () => {
    for await (const _row of stream(controller.signal)) controller.abort(mine)
  }
  expect(await failure(aborting)).toBe(mine)
  // The one reader of this pool is free each time.
  await expect.poll(() => db.pool.stats().leased).toBe(0)
  expect(await names(db)).toHaveLength(52)
})

it('stops waiting for a reader when it is aborted, without a word on the console', async () => {
  const db = await people({ maxConnections: 2 })
  const controller = new AbortController()
  const reason = new Error('enough')
  using _reader = await db.pool.acquire('reader')
  const { signal } = controller
  const streaming = failure(async () => {
    for await (const _row of db.kysely.selectFrom('person').selectAll().stream({ signal, chunkSize: 5 }))
      expect.unreachable()
  })
  const reading = failure(() => db.kysely.selectFrom('person').selectAll().execute({ signal }))
  await expect.poll(() => db.pool.stats().waiting).toBe(2)
  controller.abort(reason)
  expect(await streaming).toBe(reason)
  expect(await reading).toBe(reason)
  await expect.poll(() => db.pool.stats().waiting).toBe(0)
})

it('stops waiting for the writer, and for the lock, when it is aborted, without a word on the console', async () => {
  const db = await people()
  const controller = new AbortController()
  const reason = new Error('enough')
  const writer = await db.pool.acquire('writer')
  const { signal } = controller
  const writing = failure(() => db.kysely.deleteFrom('person').execute({ signal }))
  await expect.poll(() => db.pool.stats().waiting).toBe(1)
  controller.abort(reason)
  expect(await writing).toBe(reason)
  await expect.poll(() => db.pool.stats().waiting).toBe(0)
  writer.release()
  expect(await failure(() => db.kysely.deleteFrom('person').execute({ signal }))).toBe(reason)
  expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
  expect(db.pool.stats()).toMatchObject({ leased: 0 })
})

it('streams what a session has written, on its own connection', async () => {
  const db = await people()
  await db.kysely.connection().execute(async (session) => {
    await session.insertInto('person').values({ name: 'Cyd', age: 1 }).execute()
    await sql`create temp table mark (n)`.execute(session)
    await sql`insert into mark values (1), (2), (3)`.execute(session)
    const seen: unknown[] = []
    for await (const row of session.selectFrom('person').select('name').stream(1)) seen.push(row.name)
    expect(seen).toStrictEqual(['Ada', 'Bob', 'Cyd'])
  })
})
