import { createPool, type WorkerOptions } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { databaseFile } from '../database-file.ts'
import { failure, firstFrame } from '../notes.ts'
import { driver, heldStatement, poolWithThreads, troubledDriver } from './threads.ts'

it('refuses a statement that writes, and one that gives no rows', async () => {
  const { pool } = await poolWithThreads()
  for (const sql of [
    'insert into t values (9)',
    'delete from t returning a',
    'drop table t',
    'pragma user_version = 3',
  ]) {
    expect(await failure(() => pool.readInWorker(sql))).toMatchObject({ code: 'FORGE_DB_READ_ONLY', details: { sql } })
  }
  for (const sql of ['begin', 'commit', 'savepoint a']) {
    const error = await failure(() => pool.readInWorker(sql))
    expect(error).toMatchObject({ code: 'FORGE_TRANSACTION_CONTROL', details: { sql } })
  }
  for (const sql of [`attach ':memory:' as other`, '', 'select 1; select 2']) {
    expect(await failure(() => pool.readInWorker(sql))).toMatchObject({ code: 'FORGE_DB_QUERY', details: { sql } })
  }
  // Not even with what keeps the connection from writing turned off.
  await failure(() => pool.readInWorker('pragma query_only = off'))
  expect(await failure(() => pool.readInWorker('delete from t'))).toMatchObject({ code: 'FORGE_DB_READ_ONLY' })
  expect(await pool.readInWorker('select count(*) from t', [], { result: 'pluck' })).toStrictEqual([3])
})

it('tells what is wrong with a statement as the driver does, from the line that asked', async () => {
  const { pool } = await poolWithThreads()
  async function asking(sql: string, parameters?: readonly unknown[]): Promise<void> {
    await pool.readInWorker(sql, parameters)
  }
  const error = await failure(() => asking('select z from t'))
  expect(error).toMatchObject({
    code: 'FORGE_DB_QUERY',
    message: expect.stringContaining('no such column: z'),
    details: { sqliteCode: 'SQLITE_ERROR', sql: 'select z from t' },
    cause: expect.objectContaining({ name: 'SqliteError', code: 'SQLITE_ERROR' }),
  })
  expect(firstFrame(error)).toContain('asking')
  for (const [sql, parameters] of [
    ['select ?', []],
    ['select ?', [1, 2]],
    ['select :a', [{ b: 1 }]],
    ['select ?', [true]],
    ['select ?', [2n ** 64n]],
  ] as const) {
    expect(await failure(() => asking(sql, parameters))).toMatchObject({ code: 'FORGE_DB_QUERY', details: { sql } })
  }
})

it('refuses parameters that cannot be bound before they go anywhere', async () => {
  const { pool } = await poolWithThreads()
  for (const single of [5, 'ab', null, {}]) {
    const asking = () => pool.readInWorker('select ?', single as unknown as readonly unknown[])
    expect(await failure(asking)).toMatchObject({ code: 'FORGE_DB_QUERY', message: expect.stringContaining('a list') })
  }
  expect(await failure(() => pool.readInWorker(5 as unknown as string))).toMatchObject({ code: 'FORGE_DB_QUERY' })
  for (const value of [
    Symbol('s'),
    () => 1,
    new Date(0),
    new DataView(new ArrayBuffer(1)),
    new Map(),
    [[1]],
    { a: {} },
  ]) {
    expect(await failure(() => pool.readInWorker('select ?', [value]))).toMatchObject({
      code: 'FORGE_DB_QUERY',
      details: { sql: 'select ?' },
    })
  }
})

it('fails the statement when a function of the driver throws', async () => {
  const { pool } = await poolWithThreads({ driver: troubledDriver })
  expect(await failure(() => pool.readInWorker(`select complain('of the heat') from t`))).toMatchObject({
    code: 'FORGE_DB_QUERY',
    message: expect.stringContaining('of the heat'),
  })
  expect(await pool.readInWorker('select 1 as a')).toStrictEqual([{ a: 1 }])
})

it('finds an error that comes up after many rows, and no rows with it', async () => {
  const { pool } = await poolWithThreads()
  const sql = `with recursive n(a) as (select 1 union all select a + 1 from n where a < 100000)
    select case a when 99999 then abs(-9223372036854775808) else a end from n`
  expect(await failure(() => pool.readInWorker(sql))).toMatchObject({
    code: 'FORGE_DB_QUERY',
    message: expect.stringContaining('integer overflow'),
  })
  expect(pool.stats().worker).toMatchObject({ threads: 1, busy: 0, lost: 0 })
})

it('does not find a driver that is not there, or is none', async () => {
  for (const wrong of ['no-such-driver', new URL('./threads.ts', import.meta.url)]) {
    const { pool } = await poolWithThreads({ driver: wrong })
    expect(await failure(() => pool.readInWorker('select 1'))).toMatchObject({
      code: 'FORGE_POOL_WORKER_FAILED',
      hint: expect.stringContaining('import.meta.resolve'),
      details: { driver: String(wrong) },
    })
  }
})

it('does not start a module that is not there, and tells everyone who waits', async () => {
  const { pool } = await poolWithThreads({ module: new URL('./no-such-worker.js', import.meta.url) })
  const results = await Promise.allSettled([1, 2, 3].map((each) => pool.readInWorker(`select ${each}`)))
  for (const result of results) {
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { code: 'FORGE_POOL_WORKER_FAILED', hint: expect.stringContaining('worker.module') },
    })
  }
  expect(pool.stats().worker).toMatchObject({ threads: 0, queued: 0 })
})

it('says so when the threads are given another file than the pool', async () => {
  for (const file of [databaseFile(), `${databaseFile()}/missing.db`]) {
    new Database(databaseFile()).close()
    const { pool } = await poolWithThreads({ file })
    expect(await failure(() => pool.readInWorker('select 1'))).toMatchObject({
      code: 'FORGE_POOL_OPTIONS',
      details: { option: 'worker.file', file },
    })
  }
})

it('makes the file before a thread looks for it', async () => {
  const file = databaseFile()
  const pool = createPool({ open: () => new Database(file), worker: { driver, file } })
  onTestFinished(() => pool.close())
  expect(await pool.readInWorker('select count(*) as tables from sqlite_schema')).toStrictEqual([{ tables: 0 }])
})

it('reads where the pool is read-only', async () => {
  const file = databaseFile()
  const database = new Database(file)
  database.exec('create table t (a); insert into t values (7)')
  database.close()
  const pool = createPool({
    open: () => new Database(file, { readonly: true }),
    readOnly: true,
    worker: { driver, file },
  })
  onTestFinished(() => pool.close())
  expect(await pool.readInWorker('select a from t')).toStrictEqual([{ a: 7 }])
})

it('refuses reads in threads where there are none', async () => {
  const { pool } = await poolWithThreads({}, { worker: undefined as never })
  expect(await failure(() => pool.readInWorker('select 1'))).toMatchObject({ code: 'FORGE_POOL_NO_WORKER' })
  expect(pool.stats().worker).toBeUndefined()
})

it('refuses more reads than may wait', async () => {
  const { pool } = await poolWithThreads({ driver: troubledDriver, maxQueue: 2 })
  const held = heldStatement()
  const running = pool.readInWorker(held.sql, held.parameters)
  const waiting = [1, 2].map((each) => pool.readInWorker(`select ${each} as a`))
  expect(await failure(() => pool.readInWorker('select 3'))).toMatchObject({
    code: 'FORGE_POOL_WORKER_FULL',
    details: { maxQueue: 2, maxThreads: 1 },
  })
  expect(pool.stats().worker).toMatchObject({ busy: 1, queued: 2 })
  await held.letGo()
  expect(await running).toStrictEqual([{ held: 'let go' }])
  expect(await Promise.all(waiting)).toStrictEqual([[{ a: 1 }], [{ a: 2 }]])
})

it('reads on several threads at a time, up to the most there may be', async () => {
  const { pool } = await poolWithThreads({ driver: troubledDriver, maxThreads: 2 })
  const held = [heldStatement(), heldStatement()]
  const reads = held.map((each) => pool.readInWorker(each.sql, each.parameters))
  await Promise.all(held.map((each) => each.begun()))
  const third = pool.readInWorker('select 3 as a')
  expect(pool.stats().worker).toMatchObject({ max: 2, threads: 2, busy: 2, queued: 1 })
  await held[1]!.letGo()
  expect(await third).toStrictEqual([{ a: 3 }])
  await held[0]!.letGo()
  await Promise.all(reads)
  expect(pool.stats().worker).toMatchObject({ threads: 2, busy: 0, finished: 3 })
})

it('refuses options that cannot work', async () => {
  const wrong: Partial<WorkerOptions>[] = [
    { driver: '' },
    { file: '' },
    { file: ':memory:' },
    { maxThreads: 0 },
    { maxThreads: 1.5 },
    { maxQueue: -1 },
    { idleTimeout: Number.NaN },
    { maxMemoryMb: 8 },
    { module: './worker.js' as never },
  ]
  for (const options of wrong) {
    const option = `worker.${Object.keys(options)[0]}`
    expect(await failure(() => poolWithThreads(options))).toMatchObject({
      code: 'FORGE_POOL_OPTIONS',
      details: { option },
    })
  }
  const { pool } = await poolWithThreads()
  expect(await failure(() => pool.readInWorker('select 1', [], { result: 'objects' as never }))).toMatchObject({
    code: 'FORGE_POOL_OPTIONS',
    details: { option: 'result' },
  })
})
