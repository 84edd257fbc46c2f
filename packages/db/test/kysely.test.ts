import { type Kysely, sql } from 'kysely'
import { expect, it } from 'vitest'
import { failure, names, people, type People } from './people.ts'

it('runs queries of every kind', async () => {
  const db = await people()
  const inserted = await db.kysely.insertInto('person').values({ name: 'Cyd', age: 5 }).executeTakeFirstOrThrow()
  expect(inserted).toMatchObject({ insertId: 3n, numInsertedOrUpdatedRows: 1n })
  const updated = await db.kysely.updateTable('person').set({ age: 6 }).where('age', '<', 20).executeTakeFirstOrThrow()
  expect(updated.numUpdatedRows).toBe(2n)
  const deleted = await db.kysely.deleteFrom('person').where('name', '=', 'Bob').returning('age').execute()
  expect(deleted).toStrictEqual([{ age: 6 }])
  expect(await names(db)).toStrictEqual(['Ada', 'Cyd'])
})

it('tells the tables and columns', async () => {
  const db = await people()
  const tables = await db.kysely.introspection.getTables()
  expect(tables.map((table) => table.name)).toStrictEqual(['person', 'pet'])
})

it('reads from readers while the writer is taken', async () => {
  const db = await people()
  using _writer = await db.pool.acquire('writer')
  expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
  expect(
    await sql<{ n: number }>`/* raw */ with a as (select 1 as n) select n from a`.execute(db.kysely),
  ).toMatchObject({ rows: [{ n: 1 }] })
})

it('commits and rolls back its own transactions', async () => {
  const db = await people()
  await db.kysely.transaction().execute(async (trx) => {
    await trx.insertInto('person').values({ name: 'Cyd', age: 5 }).execute()
    expect(await trx.selectFrom('person').select('name').execute()).toHaveLength(3)
    expect(await names(db)).toHaveLength(2)
  })
  const mine = new Error('mine')
  const error = await failure(() =>
    db.kysely.transaction().execute(async (trx) => {
      await trx.deleteFrom('person').execute()
      throw mine
    }),
  )
  expect(error).toBe(mine)
  expect(await names(db)).toStrictEqual(['Ada', 'Bob', 'Cyd'])
  expect(db.pool.stats()).toMatchObject({ leased: 0 })
})

it('reads one snapshot in a read-only transaction', async () => {
  const db = await people()
  await db.kysely
    .transaction()
    .setAccessMode('read only')
    .execute(async (trx) => {
      await db.kysely.deleteFrom('person').execute()
      expect(await trx.selectFrom('person').selectAll().execute()).toHaveLength(2)
      expect(await failure(() => trx.deleteFrom('person').execute())).toMatchObject({ code: 'FORGE_DB_READ_ONLY' })
    })
  expect(await names(db)).toStrictEqual([])
})

it('writes on a connection that has read in a transaction before', async () => {
  const db = await people()
  await db.kysely.connection().execute(async (session) => {
    await session
      .transaction()
      .setAccessMode('read only')
      .execute((trx) => trx.selectFrom('person').selectAll().execute())
    await session.insertInto('person').values({ name: 'Cyd', age: 5 }).execute()
    await session.transaction().execute((trx) => trx.insertInto('person').values({ name: 'Dan', age: 4 }).execute())
    expect(await session.selectFrom('person').selectAll().execute()).toHaveLength(4)
  })
  expect(db.pool.stats()).toMatchObject({ leased: 0 })
})

it('has controlled transactions with savepoints', async () => {
  const db = await people()
  const trx = await db.kysely.startTransaction().execute()
  await trx.insertInto('person').values({ name: 'Cyd', age: 5 }).execute()
  const after = await trx.savepoint('say "when"').execute()
  await after.deleteFrom('person').execute()
  await after.rollbackToSavepoint('say "when"').execute()
  await after.releaseSavepoint('say "when"').execute()
  await trx.commit().execute()
  expect(await names(db)).toStrictEqual(['Ada', 'Bob', 'Cyd'])
  expect(db.pool.stats()).toMatchObject({ leased: 0 })
})

it('keeps one connection for what belongs to a session', async () => {
  const db = await people()
  await db.kysely.connection().execute(async (session) => {
    await sql`create temp table mark (n)`.execute(session)
    await sql`insert into mark values (7)`.execute(session)
    expect((await sql`select n from mark`.execute(session)).rows).toStrictEqual([{ n: 7 }])
    await sql`drop table mark`.execute(session)
  })
  expect(db.pool.stats()).toMatchObject({ leased: 0 })
})

it('runs a pragma again although its statement is cached', async () => {
  const db = await people()
  await db.kysely.connection().execute(async (session) => {
    const foreignKeys = async () => (await sql<{ foreign_keys: number }>`pragma foreign_keys`.execute(session)).rows[0]
    for (const on of [0, 1, 0, 1]) {
      await (on === 1 ? sql`pragma foreign_keys = on` : sql`pragma foreign_keys = off`).execute(session)
      expect(await foreignKeys()).toStrictEqual({ foreign_keys: on })
    }
  })
})

it('refuses raw SQL that begins or ends a transaction, wherever it stands', async () => {
  const db = await people()
  const statements = [
    sql`begin immediate`,
    sql`/* now */ COMMIT`,
    sql`end`,
    sql`
      -- back
      rollback to a`,
    sql`savepoint a`,
    sql`release a`,
  ]
  const refused = { code: 'FORGE_TRANSACTION_CONTROL', hint: expect.stringMatching(/transaction|savepoint/) }
  const refuse = async (where: Kysely<People>) => {
    for (const statement of statements) expect(await failure(() => statement.execute(where))).toMatchObject(refused)
  }
  await refuse(db.kysely)
  await db.kysely.connection().execute(refuse)
  await db.kysely.transaction().execute(refuse)
  await db.transaction((tx) => refuse(tx.kysely))
  expect(() => db.prepared(() => sql`begin`)).toThrow(expect.objectContaining(refused))
  expect(await failure(() => db.kysely.executeQuery(sql`begin`.compile(db.kysely)))).toMatchObject(refused)
  expect(db.pool.stats()).toMatchObject({ leased: 0 })
})

it('refuses a text of several statements', async () => {
  const db = await people()
  const several = { code: 'FORGE_DB_QUERY', hint: expect.stringContaining('one statement at a time') }
  expect(await failure(() => sql`select 1; delete from person`.execute(db.kysely))).toMatchObject(several)
  expect(await failure(() => sql`delete from person; select 1`.execute(db.kysely))).toMatchObject(several)
  expect(await failure(() => sql` `.execute(db.kysely))).toMatchObject(several)
  expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
})

it('streams rows in chunks', async () => {
  const db = await people()
  const seen: string[] = []
  for await (const row of db.kysely.selectFrom('person').selectAll().orderBy('name').stream(100)) seen.push(row.name)
  for await (const row of db.kysely.selectFrom('person').selectAll().orderBy('name').stream()) seen.push(row.name)
  for await (const row of db.kysely.deleteFrom('person').returning('name').stream()) seen.push(row.name)
  expect(seen).toStrictEqual(['Ada', 'Bob', 'Ada', 'Bob', 'Ada', 'Bob'])
})

it('leaves no iteration open when a stream is abandoned', async () => {
  const db = await people()
  for await (const _row of db.kysely.selectFrom('person').selectAll().stream(1)) break
  const controller = new AbortController()
  const aborted = failure(async () => {
    for await (const _row of db.kysely
      .selectFrom('person')
      .selectAll()
      .stream({ signal: controller.signal, chunkSize: 1 }))
      controller.abort()
  })
  expect(await aborted).toMatchObject({ name: 'AbortError' })
  await expect.poll(() => db.pool.stats().leased).toBe(0)
  await db.kysely.deleteFrom('person').execute()
  const checkpoint = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db.kysely)
  expect(checkpoint.rows[0]).toMatchObject({ busy: 0 })
})

it('ends a stream that was left open inside a transaction', async () => {
  const db = await people()
  await db.transaction(async (tx) => {
    const rows = tx.kysely.selectFrom('person').selectAll().stream(1)
    await rows.next()
  })
  await db.kysely.transaction().execute(async (trx) => {
    const rows = trx.selectFrom('person').selectAll().stream(1)
    await rows.next()
    void rows.return?.()
  })
  expect(await db.transaction((tx) => names(tx))).toStrictEqual(['Ada', 'Bob'])
})

it('never hides that a stream was cut off', async () => {
  const db = await people()
  const cut = { code: 'FORGE_DB_STREAM_ENDED' }
  const rows = await db.kysely.transaction().execute(async (trx) => {
    const rows = trx.selectFrom('person').selectAll().stream(1)
    await rows.next()
    return rows
  })
  expect(await failure(() => rows.next())).toMatchObject(cut)
  await db.transaction(async (tx) => {
    let rows: AsyncIterableIterator<unknown> | undefined
    await tx.savepoint(async (savepoint) => {
      rows = savepoint.kysely.selectFrom('person').selectAll().stream(1)
      await rows.next()
    })
    expect(await failure(() => rows?.next())).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED' })
    const outer = tx.kysely.selectFrom('person').selectAll().stream(1)
    await outer.next()
    expect(await failure(() => tx.savepoint(() => {}))).toMatchObject({
      code: 'FORGE_DB_QUERY',
      hint: expect.stringContaining('stream'),
    })
    expect(await outer.next()).toMatchObject({ value: { name: 'Bob' } })
    expect(await outer.next()).toMatchObject({ done: true })
    await tx.savepoint(() => {})
  })
})

it('maps the errors of streams', async () => {
  const db = await people()
  const stream = async () => {
    for await (const _row of db.kysely
      .selectFrom('nobody' as 'person')
      .selectAll()
      .stream())
      expect.unreachable()
  }
  expect(await failure(stream)).toMatchObject({ code: 'FORGE_DB_QUERY' })
  expect(db.pool.stats()).toMatchObject({ leased: 0 })
})

it('throws typed errors whose stack leads to the caller', async () => {
  const db = await people()
  async function asking(): Promise<void> {
    await db.kysely.insertInto('person').values({ name: 'Ada', age: 1 }).execute()
  }
  const error = await failure(asking)
  expect(error).toMatchObject({ code: 'FORGE_DB_CONSTRAINT', details: { sqliteCode: 'SQLITE_CONSTRAINT_UNIQUE' } })
  expect(error.stack).toContain('asking')
})

it('closes the database when Kysely is destroyed before any query', async () => {
  const db = await people()
  expect(db.pool.stats()).toMatchObject({ open: 1 })
  await db.kysely.destroy()
  await db.kysely.destroy()
  expect(db.pool.stats()).toMatchObject({ open: 0 })
  for (const work of [() => db.pool.read(() => {}), () => names(db)]) {
    expect(await failure(work)).toMatchObject({ code: 'FORGE_POOL_CLOSED' })
  }
})

it('closes the database when Kysely is destroyed', async () => {
  const db = await people()
  await names(db)
  await db.kysely.destroy()
  await db.close()
  expect(await failure(() => db.pool.read(() => {}))).toMatchObject({ code: 'FORGE_POOL_CLOSED' })
})
