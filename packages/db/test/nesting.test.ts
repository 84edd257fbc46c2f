import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '@forge/db'
import { expect, it } from 'vitest'
import { whoWaits } from './engine.ts'
import { databaseFile, failure, firstFrame, names, people, type People } from './people.ts'

/** Code that knows nothing of its callers: it adds two people in a transaction of its own. */
async function addTwo(db: Database<People>, name: string, fails = false): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.kysely.insertInto('person').values({ name, age: 1 }).execute()
    await sleep(1)
    await tx.kysely
      .insertInto('person')
      .values({ name: `${name} again`, age: 1 })
      .execute()
    if (fails) throw new Error(name)
  })
}

it('is a savepoint inside a transaction of the same task', async () => {
  const db = await people()
  await db.transaction(async (tx) => {
    await addTwo(db, 'Cyd')
    expect(await failure(() => addTwo(db, 'Dan', true))).toMatchObject({ message: 'Dan' })
    expect(await names(tx)).toStrictEqual(['Ada', 'Bob', 'Cyd', 'Cyd again'])
    expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
  })
  expect(await names(db)).toStrictEqual(['Ada', 'Bob', 'Cyd', 'Cyd again'])
})

it('is a savepoint inside a transaction of the pool and inside one of Kysely', async () => {
  const db = await people()
  await db.pool.transaction(() => addTwo(db, 'Cyd'))
  await db.kysely.transaction().execute(async (trx) => {
    await trx.deleteFrom('person').where('name', '=', 'Ada').execute()
    await addTwo(db, 'Dan')
    expect(await failure(() => addTwo(db, 'Eve', true))).toMatchObject({ message: 'Eve' })
    expect(await names({ kysely: trx })).toStrictEqual(['Bob', 'Cyd', 'Cyd again', 'Dan', 'Dan again'])
  })
  const undone = await failure(() =>
    db.kysely.transaction().execute(async () => {
      await addTwo(db, 'Fay')
      throw new Error('mine')
    }),
  )
  expect(undone.message).toBe('mine')
  expect(await names(db)).toStrictEqual(['Bob', 'Cyd', 'Cyd again', 'Dan', 'Dan again'])
})

it('runs transactions side by side in another one after the other', async () => {
  const db = await people()
  await db.transaction(async () => {
    const all = [addTwo(db, 'Cyd'), addTwo(db, 'Dan', true), addTwo(db, 'Eve')]
    expect((await Promise.allSettled(all)).map((each) => each.status)).toStrictEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
  })
  expect(await names(db)).toStrictEqual(['Ada', 'Bob', 'Cyd', 'Cyd again', 'Eve', 'Eve again'])
})

it('cannot write inside one that only reads', async () => {
  const db = await people()
  async function asking(): Promise<void> {
    await addTwo(db, 'Cyd')
  }
  const error = await failure(() => db.transaction(asking, { mode: 'read' }))
  expect(error).toMatchObject({ code: 'FORGE_TRANSACTION_READ_ONLY' })
  expect(firstFrame(error)).toContain(whoWaits('addTwo'))
  const kysely = db.kysely.transaction().setAccessMode('read only')
  expect(await failure(() => kysely.execute(asking))).toMatchObject({ code: 'FORGE_TRANSACTION_READ_ONLY' })
})

it('refuses at once to write past the transaction it stands in, and leads to both lines', async () => {
  const db = await people()
  const remove = db.prepared((db) => db.deleteFrom('person'))
  const past: readonly (() => Promise<unknown>)[] = [
    () => remove.run(),
    () => db.kysely.deleteFrom('person').execute(),
    () => db.kysely.transaction().execute(async () => {}),
    () => db.pool.write(() => {}),
  ]
  async function inner(outerIsKnown: boolean): Promise<void> {
    for (const write of past) {
      const error = await failure(write)
      expect(error).toMatchObject({ code: 'FORGE_POOL_DEADLOCK', hint: expect.stringContaining('transaction') })
      expect(error.stack).toContain(whoWaits('nesting.test.ts'))
      expect((outerIsKnown ? (error.cause as Error) : error).stack).toContain(whoWaits('nesting.test.ts'))
    }
  }
  await db.transaction(() => inner(true))
  await db.kysely.transaction().execute(() => inner(true))
  await db.kysely.connection().execute(async (session) => {
    await session.updateTable('person').set({ age: 5 }).where('name', '=', 'Ada').execute()
    await inner(false)
  })
  expect(await names(db)).toStrictEqual(['Bob', 'Ada'])
  expect(db.pool.stats()).toMatchObject({ leased: 0 })
})

it('writes on its own again after a transaction, and beside one of another task', async () => {
  const db = await people()
  await db.kysely.connection().execute(async (session) => {
    await session.transaction().execute((trx) => trx.deleteFrom('pet').execute())
    await session.insertInto('person').values({ name: 'Cyd', age: 5 }).execute()
  })
  const transaction = db.kysely.transaction().execute(async (trx) => {
    await sleep(2)
    await trx.insertInto('person').values({ name: 'Dan', age: 4 }).execute()
  })
  await db.kysely.insertInto('person').values({ name: 'Eve', age: 3 }).execute()
  await db.transaction((tx) => tx.kysely.insertInto('person').values({ name: 'Fay', age: 2 }).execute())
  await transaction
  expect(await names(db)).toStrictEqual(['Ada', 'Bob', 'Cyd', 'Dan', 'Eve', 'Fay'])
})

it('runs a deferred transaction again when another connection wrote in between', async () => {
  const file = databaseFile()
  const db = await people({ file })
  const age = db.prepared((db) => db.selectFrom('person').select('age').where('name', '=', 'Ada'))
  const set = db.prepared((db, param: { age: number }) =>
    db.updateTable('person').set({ age: param.age }).where('name', '=', 'Ada'),
  )
  const other = await people({ file, exists: true })
  const setIn = (where: Database<People>) =>
    where.kysely.updateTable('person').set({ age: 50 }).where('name', '=', 'Ada').execute()
  const seen: number[] = []
  await db.transaction(
    async (tx) => {
      const before = tx.firstOrThrow(age).age
      seen.push(before)
      if (seen.length === 1) await setIn(other)
      tx.run(set, { age: before + 1 })
    },
    { mode: 'deferred' },
  )
  expect(seen).toStrictEqual([36, 50])
  expect(await age.first()).toStrictEqual({ age: 51 })
  expect(db.pool.stats()).toMatchObject({ restarts: 1 })
})
