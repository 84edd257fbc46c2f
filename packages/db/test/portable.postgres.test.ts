import { AsyncLocalStorage } from 'node:async_hooks'
import { brokenConstraint, databaseOver, type PortableDatabase, type PortableTransaction } from '@forge/db'
import Driver from 'better-sqlite3'
import { PostgresDialect, sql, SqliteDialect } from 'kysely'
import { expect, it } from 'vitest'
import { failure } from './people.ts'
import { accounts, type Accounts, openPostgres } from './portable-databases.ts'

type Db = PortableDatabase<Accounts>
type Tx = PortableTransaction<Accounts>

/** Runs work outside any transaction, as another request would. */
const outside = AsyncLocalStorage.snapshot()

const bank = async (options: Parameters<typeof openPostgres>[0] = {}): Promise<Db> =>
  accounts(await openPostgres<Accounts>(options))

const setTo = (db: Db) =>
  db.prepared((db, param: { owner: string; balance: number }) =>
    db.updateTable('account').set({ balance: param.balance }).where('owner', '=', param.owner),
  )

const balanceOf = (db: Db) =>
  db.prepared((db, param: { owner: string }) =>
    db.selectFrom('account').select('balance').where('owner', '=', param.owner),
  )

/** Fails with an error of the server that has this SQLSTATE. */
const raise = (db: Pick<Db, 'kysely'>, state: string) =>
  sql.raw(`do $$ begin raise exception 'raised' using errcode = '${state}'; end $$`).execute(db.kysely)

it('runs the body again when another transaction was in the way, also where the body wrapped the error', async () => {
  const db = await bank()
  const [set, balance] = [setTo(db), balanceOf(db)]
  let times = 0
  await db.transaction(async (tx) => {
    times++
    const before = await tx.firstOrThrow(balance, { owner: 'Ada' })
    if (times === 1) await outside(() => db.transaction((other) => other.run(set, { owner: 'Ada', balance: 7 })))
    try {
      await tx.savepoint((savepoint) => savepoint.run(set, { owner: 'Ada', balance: before.balance + 1 }))
    } catch (cause) {
      throw new Error('It did not work', { cause })
    }
  })
  expect(times).toBe(2)
  expect(await balance.first({ owner: 'Ada' })).toStrictEqual({ balance: 8 })
})

it('runs the body again when the commit finds that another transaction was in the way', async () => {
  const db = await bank()
  const [set, balance] = [setTo(db), balanceOf(db)]
  let times = 0
  await db.transaction(async (tx) => {
    times++
    await tx.first(balance, { owner: 'Bob' })
    await tx.run(set, { owner: 'Ada', balance: times })
    if (times > 1) return
    await outside(() =>
      db.transaction(async (other) => {
        await other.first(balance, { owner: 'Ada' })
        await other.run(set, { owner: 'Bob', balance: 7 })
      }),
    )
  })
  expect(times).toBe(2)
})

it('lets two who wait for each other both get through', async () => {
  const db = await bank()
  const set = setTo(db)
  const both = async (first: string, second: string) =>
    db.transaction(async (tx) => {
      await tx.run(set, { owner: first, balance: 1 })
      await new Promise((resolve) => setTimeout(resolve, 50))
      await tx.run(set, { owner: second, balance: 2 })
    })
  await Promise.all([both('Ada', 'Bob'), both('Bob', 'Ada')])
  const balances = await db.kysely.selectFrom('account').select('balance').execute()
  expect(balances.map(({ balance }) => balance).toSorted((a, b) => a - b)).toStrictEqual([1, 2])
})

it('gives up when the deadline has passed', async () => {
  const db = await bank({ busyDeadline: 30 })
  let times = 0
  const always = (tx: Tx) => {
    times++
    return raise(tx, '40001')
  }
  const error = await failure(() => db.transaction(always))
  expect(error).toMatchObject({ code: 'FORGE_DB_BUSY', details: { sqlState: '40001' } })
  expect(times).toBeGreaterThan(1)
  expect(await failure(() => raise(db, '40P01'))).toMatchObject({ code: 'FORGE_DB_BUSY' })
})

it('refuses everything after a failed statement, and says which one', async () => {
  const db = await bank()
  const [set, balance] = [setTo(db), balanceOf(db)]
  const failed = { code: 'FORGE_TRANSACTION_FAILED', hint: expect.stringContaining('savepoint') }
  const first = { cause: { code: 'FORGE_DB_CONSTRAINT' } }
  await failure(() =>
    db.transaction(async (tx) => {
      expect(brokenConstraint(await failure(() => tx.run(set, { owner: 'Ada', balance: -1 })))).toBe('check')
      const error = await failure(() => tx.first(balance, { owner: 'Ada' }))
      expect(error).toMatchObject({ ...failed, ...first })
      throw error
    }),
  )
  const swallowed = await failure(() =>
    db.transaction(async (tx) => {
      await tx.run(set, { owner: 'Bob', balance: 1 })
      await failure(() => tx.run(set, { owner: 'Ada', balance: -1 }))
    }),
  )
  expect(swallowed).toMatchObject({ ...failed, ...first })
  const inSavepoint = await failure(() =>
    db.transaction((tx) =>
      tx.savepoint(async (savepoint) => {
        await failure(() => savepoint.run(set, { owner: 'Ada', balance: -1 }))
      }),
    ),
  )
  expect(inSavepoint).toMatchObject({ ...failed, ...first })
  await db.transaction(async (tx) => {
    await tx.savepoint(async (savepoint) => {
      await failure(() => savepoint.run(set, { owner: 'Ada', balance: -1 }))
      await tx.rollbackTo(savepoint)
      await savepoint.run(set, { owner: 'Ada', balance: 3 })
    })
  })
  expect(await balance.first({ owner: 'Ada' })).toStrictEqual({ balance: 3 })
  expect(await balance.first({ owner: 'Bob' })).toStrictEqual({ balance: 50 })
})

it('cancels on the server what is aborted', async () => {
  const db = await bank()
  const sleeping = db.prepared((db) => db.selectNoFrom(sql<string>`pg_sleep(600)`.as('slept')))
  const running = () =>
    db.kysely
      .selectFrom(sql<{ query: string }>`pg_stat_activity`.as('activity'))
      .select('query')
      .where(sql<boolean>`state = 'active' and query like 'select pg_sleep%'`)
      .execute()
  const controller = new AbortController()
  const { signal } = controller
  const sleepers = [
    failure(() => sleeping.withSignal(signal).all()),
    failure(() => db.transaction((tx) => tx.all(sleeping), { signal })),
    failure(() =>
      db.transaction((tx) => tx.kysely.executeQuery(sql`select pg_sleep(600)`.compile(tx.kysely)), { signal }),
    ),
  ]
  await expect.poll(async () => (await running()).length).toBe(3)
  controller.abort(new Error('enough'))
  for (const error of await Promise.all(sleepers)) expect(error.message).toBe('enough')
  await expect.poll(async () => (await running()).length).toBe(0)
})

it('waits for a connection as long as it may', async () => {
  const db = await bank({ max: 1, acquireTimeout: 1_000 })
  const balance = balanceOf(db)
  await db.transaction(async (tx) => {
    const inside = { code: 'FORGE_POOL_TIMEOUT', hint: expect.stringContaining('inside') }
    expect(await failure(() => balance.all({ owner: 'Ada' }))).toMatchObject(inside)
    expect(await failure(() => outside(() => db.transaction(() => {})))).toMatchObject(inside)
    const signal = AbortSignal.timeout(10)
    expect(await failure(() => balance.withSignal(signal).all({ owner: 'Ada' }))).toBe(signal.reason)
    expect(await tx.all(balance, { owner: 'Ada' })).toHaveLength(1)
  })
  expect(await balance.all({ owner: 'Ada' })).toHaveLength(1)
})

it('lets one write while it reads a stream', async () => {
  const db = await bank()
  await db.transaction(async (tx) => {
    for await (const { owner } of tx.kysely.selectFrom('account').select('owner').stream(1)) {
      await tx.kysely.updateTable('account').set({ balance: 1 }).where('owner', '=', owner).execute()
    }
  })
  const writing = db.kysely
    .with('emptied', (db) => db.updateTable('account').set({ balance: 0 }).returning('owner'))
    .selectFrom('emptied')
    .select('owner')
  const owners: string[] = []
  for await (const { owner } of writing.stream()) owners.push(owner)
  expect(owners).toHaveLength(2)
  const balances = await db.kysely.selectFrom('account').select('balance').execute()
  expect(balances).toStrictEqual([{ balance: 0 }, { balance: 0 }])
})

it('reads a stream with values and with conditions in common', async () => {
  const db = await bank()
  const rich = db.kysely
    .with('rich', (db) => db.selectFrom('account').select(['owner', 'balance']).where('balance', '>', 60))
    .selectFrom('rich')
    .select('owner')
    .where('balance', '<', 1000)
  const owners: string[] = []
  for await (const { owner } of rich.stream(1)) owners.push(owner)
  expect(owners).toStrictEqual(['Ada'])
})

it('cuts a stream off when its savepoint is rolled back, and goes on', async () => {
  const db = await bank()
  await db.transaction(async (tx) => {
    await tx.savepoint(async (savepoint) => {
      const rows = savepoint.kysely.selectFrom('account').select('owner').stream(1)
      await rows.next()
      await tx.rollbackTo(savepoint)
      expect(await failure(() => rows.next())).toMatchObject({ code: 'FORGE_DB_STREAM_ENDED' })
      await savepoint.kysely.deleteFrom('account').execute()
    })
  })
  expect(await db.kysely.selectFrom('account').select('owner').execute()).toStrictEqual([])
})

it.each([
  ['53100', 'FORGE_DB_FULL'],
  ['53300', 'FORGE_DB_UNAVAILABLE'],
  ['57P03', 'FORGE_DB_UNAVAILABLE'],
  ['XX001', 'FORGE_DB_CORRUPT'],
  ['23001', 'FORGE_DB_CONSTRAINT'],
  ['25006', 'FORGE_DB_READ_ONLY'],
  ['22012', 'FORGE_DB_QUERY'],
  ['P0001', 'FORGE_DB_QUERY'],
])('names what SQLSTATE %s means: %s', async (state, code) => {
  const db = await openPostgres<Accounts>()
  const error = await failure(() => raise(db, state))
  expect(error).toMatchObject({ code, details: { sqlState: state, sql: expect.stringContaining('raise') } })
})

it('says which table and constraint is to blame', async () => {
  const db = await bank()
  const insert = db.kysely.insertInto('account').values({ owner: 'Ada', balance: 1 })
  expect(await failure(() => insert.execute())).toMatchObject({
    details: { sqlState: '23505', table: 'account', constraint: 'account_owner_key' },
  })
})

it('says that the server ended the connection, and takes another one', async () => {
  const db = await bank()
  const balance = balanceOf(db)
  const end = (tx: Tx) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx.kysely)
  expect(await failure(() => db.transaction(end))).toMatchObject({ code: 'FORGE_DB_UNAVAILABLE' })
  expect(await failure(() => db.transaction(async (tx) => void (await failure(() => end(tx)))))).toMatchObject({
    code: 'FORGE_DB_UNAVAILABLE',
    message: expect.stringContaining('may or may not'),
  })
  expect(await balance.all({ owner: 'Ada' })).toHaveLength(1)
})

it('says that there is no server', async () => {
  const db = await openPostgres<Accounts>({ port: 1 })
  expect(await failure(() => db.kysely.selectFrom('account').selectAll().execute())).toMatchObject({
    code: 'FORGE_DB_UNAVAILABLE',
    hint: expect.stringContaining('server'),
  })
})

it('refuses options that cannot work', () => {
  const dialect = new PostgresDialect({ pool: async () => expect.unreachable() })
  const wrong = (option: string) => expect.objectContaining({ code: 'FORGE_POOL_OPTIONS', details: { option } })
  expect(() => databaseOver({ dialect: undefined as never })).toThrow(wrong('dialect'))
  expect(() => databaseOver({ dialect, busyDeadline: -1 })).toThrow(wrong('busyDeadline'))
  expect(() => databaseOver({ dialect, acquireTimeout: Number.NaN })).toThrow(wrong('acquireTimeout'))
  const one = new SqliteDialect({ database: new Driver(':memory:') })
  expect(() => databaseOver({ dialect: one })).toThrow(wrong('dialect'))
})
