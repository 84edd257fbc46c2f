import type { Database, Transaction } from '@forge/db'
import Driver from 'better-sqlite3'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { databaseFile, failure, firstFrame, names, people, type People } from './people.ts'

function queries(db: Database<People>) {
  return {
    add: db.prepared((db, param: { name: string; age: number }) =>
      db.insertInto('person').values({ name: param.name, age: param.age }),
    ),
    byName: db.prepared((db, param: { name: string }) =>
      db.selectFrom('person').select(['name', 'age']).where('name', '=', param.name),
    ),
    everyone: db.prepared((db) => db.selectFrom('person').select(['name', 'age']).orderBy('name')),
  }
}

it('commits what its body did', async () => {
  const db = await people()
  const { add, byName, everyone } = queries(db)
  const result = await db.transaction((tx) => {
    expect(tx.state).toBe('active')
    expect(tx.run(add, { name: 'Cyd', age: 5 })).toStrictEqual({ changes: 1, lastInsertRowid: 3 })
    expect(tx.first(byName, { name: 'Cyd' })).toStrictEqual({ name: 'Cyd', age: 5 })
    expect(tx.firstOrThrow(byName, { name: 'Cyd' })).toStrictEqual({ name: 'Cyd', age: 5 })
    expect(tx.all(everyone)).toHaveLength(3)
    expect(tx.allRaw(everyone)).toStrictEqual([
      ['Ada', 36],
      ['Bob', 17],
      ['Cyd', 5],
    ])
    expect(() => tx.firstOrThrow(byName, { name: 'Zoe' })).toThrow(
      expect.objectContaining({ code: 'FORGE_DB_NO_RESULT' }),
    )
    return tx
  })
  expect(result.state).toBe('committed')
  expect(await names(db)).toStrictEqual(['Ada', 'Bob', 'Cyd'])
})

it('rolls back when its body throws, and throws the same error', async () => {
  const db = await people()
  const { add } = queries(db)
  const mine = new Error('mine')
  let seen: Transaction<People> | undefined
  const error = await failure(() =>
    db.transaction(async (tx) => {
      seen = tx
      tx.run(add, { name: 'Cyd', age: 5 })
      await tx.kysely.deleteFrom('person').where('name', '=', 'Ada').execute()
      throw mine
    }),
  )
  expect(error).toBe(mine)
  expect(seen?.state).toBe('rolled-back')
  expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
})

it('shows nobody what it has not committed', async () => {
  const db = await people()
  const { add, byName } = queries(db)
  await db.transaction(async (tx) => {
    tx.run(add, { name: 'Cyd', age: 5 })
    expect(await byName.first({ name: 'Cyd' })).toBeUndefined()
    expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
    expect(await names(tx)).toStrictEqual(['Ada', 'Bob', 'Cyd'])
  })
})

it('takes the write lock at once, so that no other connection can write', async () => {
  const file = databaseFile()
  const db = await people({ file })
  const other = new Driver(file, { timeout: 0 })
  await db.transaction(() => {
    expect(() => other.exec('begin immediate')).toThrow('locked')
  })
  await db.kysely.transaction().execute(async () => {
    expect(() => other.exec('begin immediate')).toThrow('locked')
  })
  other.close()
})

it('refuses to be used after it ended', async () => {
  const db = await people()
  const { add, everyone } = queries(db)
  const finished = await db.transaction((tx) => tx)
  const code = expect.objectContaining({ code: 'FORGE_TRANSACTION_FINISHED', details: { state: 'committed' } })
  expect(() => finished.all(everyone)).toThrow(code)
  expect(() => finished.run(add, { name: 'Cyd', age: 5 })).toThrow(code)
  expect(() => finished.runMany(add, [])).toThrow(code)
  expect(() => finished.rollbackTo(finished)).toThrow(code)
  await expect(finished.savepoint(() => {})).rejects.toThrow(code)
  await expect(finished.kysely.selectFrom('person').selectAll().execute()).rejects.toThrow(code)
  function asking(): void {
    finished.all(everyone)
  }
  expect(firstFrame(await failure(asking))).toContain('asking')
})

it('runs a query for many rows', async () => {
  const db = await people()
  const { add } = queries(db)
  const rows = function* () {
    for (let i = 0; i < 1000; i++) yield [`n${i}`, i]
  }
  expect(await db.transaction((tx) => tx.runMany(add, rows()))).toBe(1000)
  const { n } = await db.kysely
    .selectFrom('person')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  expect(n).toBe(1002)
})

it('names the row that failed', async () => {
  const db = await people()
  const { add } = queries(db)
  const fails = (rows: readonly (readonly unknown[])[]) => failure(() => db.transaction((tx) => tx.runMany(add, rows)))
  expect(
    await fails([
      ['Cyd', 1],
      ['Dan', 2],
      ['Ada', 3],
    ]),
  ).toMatchObject({
    code: 'FORGE_DB_CONSTRAINT',
    details: { row: 2, sqliteCode: 'SQLITE_CONSTRAINT_UNIQUE' },
  })
  expect(await fails([['Cyd', 1], ['Dan']])).toMatchObject({
    code: 'FORGE_DB_PARAMETER',
    details: { row: 1, values: 1 },
  })
  expect(await fails([['Cyd', new Date()]])).toMatchObject({ code: 'FORGE_DB_QUERY', details: { row: 0 } })
  const mine = new Error('mine')
  const throwing = function* () {
    yield ['Cyd', 1]
    throw mine
  }
  expect(await failure(() => db.transaction((tx) => tx.runMany(add, throwing())))).toBe(mine)
  expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
})

it('keeps the SQLite code and the statement of a broken constraint', async () => {
  const db = await people()
  const { add } = queries(db)
  const check = await failure(() => db.transaction((tx) => tx.run(add, { name: 'Cyd', age: -1 })))
  expect(check).toMatchObject({
    code: 'FORGE_DB_CONSTRAINT',
    details: { sqliteCode: 'SQLITE_CONSTRAINT_CHECK', sql: add.sql },
  })
})

it('finds a broken foreign key when it commits, and rolls back', async () => {
  const db = await people()
  const error = await failure(() =>
    db.transaction((tx) => tx.kysely.insertInto('pet').values({ name: 'Rex', owner: 99 }).execute()),
  )
  expect(error).toMatchObject({ code: 'FORGE_DB_CONSTRAINT', details: { sqliteCode: 'SQLITE_CONSTRAINT_FOREIGNKEY' } })
  expect(await db.kysely.selectFrom('pet').selectAll().execute()).toStrictEqual([])
  expect(await db.transaction(() => 'the writer is free')).toBe('the writer is free')
})

it('knows when SQLite itself ended it', async () => {
  const db = await people()
  const { add } = queries(db)
  const force = db.prepared((_db) => sql`insert or rollback into person (name, age) values ('Ada', 1)`)
  const error = await failure(() =>
    db.transaction((tx) => {
      tx.run(add, { name: 'Cyd', age: 5 })
      expect(() => tx.run(force)).toThrow(expect.objectContaining({ code: 'FORGE_DB_CONSTRAINT' }))
      expect(tx.state).toBe('rolled-back')
      tx.run(add, { name: 'Dan', age: 6 })
    }),
  )
  expect(error).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED', details: { state: 'rolled-back' } })
  expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
})

it('refuses to commit what was ended behind its back', async () => {
  const db = await people()
  const error = await failure(() => db.pool.transaction((tx) => tx.connection.driver.exec('rollback')))
  expect(error).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED' })
})

it('reads one snapshot where it only reads, and cannot write', async () => {
  for (const maxConnections of [4, 1]) {
    const db = await people({ maxConnections })
    const { add, everyone } = queries(db)
    await db.transaction(
      async (tx) => {
        expect(tx.all(everyone)).toHaveLength(2)
        expect(tx.mode).toBe('read')
        if (maxConnections > 1) await add.run({ name: 'Cyd', age: 5 })
        expect(tx.all(everyone)).toHaveLength(2)
        expect(() => tx.run(add, { name: 'Dan', age: 6 })).toThrow(
          expect.objectContaining({ code: 'FORGE_DB_READ_ONLY' }),
        )
      },
      { mode: 'read' },
    )
    await add.run({ name: 'Eve', age: 7 })
    expect(await names(db)).toContain('Eve')
  }
})

it('takes its snapshot when it begins', async () => {
  const db = await people()
  const { add, everyone } = queries(db)
  await db.transaction(
    async (tx) => {
      await add.run({ name: 'Cyd', age: 5 })
      expect(tx.all(everyone)).toHaveLength(2)
    },
    { mode: 'read' },
  )
})

it('stops waiting for the writer when the signal is aborted, and does not commit after it', async () => {
  const db = await people()
  const { add } = queries(db)
  const reason = new Error('enough')
  const controller = new AbortController()
  const { promise: waiting, resolve: letGo } = Promise.withResolvers<void>()
  const first = db.transaction(
    async (tx) => {
      tx.run(add, { name: 'Cyd', age: 5 })
      await waiting
      controller.abort(reason)
      expect(() => tx.run(add, { name: 'Dan', age: 6 })).toThrow(reason)
    },
    { signal: controller.signal },
  )
  const second = db.transaction(() => expect.unreachable(), { signal: controller.signal })
  letGo()
  await expect(second).rejects.toBe(reason)
  await expect(first).rejects.toBe(reason)
  await expect(db.transaction(() => {}, { signal: controller.signal })).rejects.toBe(reason)
  expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
})
