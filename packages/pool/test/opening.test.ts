import { truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createPool, isBusy, mapDriverError, type PoolOptions } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { whoWaits } from './engine.ts'
import { databaseFile, lockInAnotherProcess } from './database-file.ts'

function open(file: string, options: Partial<PoolOptions<Database.Database>> = {}) {
  const pool = createPool({ open: () => new Database(file), ...options })
  onTestFinished(() => pool.close())
  return pool
}

async function failure(work: () => Promise<unknown>): Promise<Error> {
  try {
    await work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

function pragmas(connection: Database.Database): Record<string, unknown> {
  const names = [
    'journal_mode',
    'busy_timeout',
    'synchronous',
    'foreign_keys',
    'cache_size',
    'temp_store',
    'query_only',
  ]
  return Object.fromEntries(names.map((name) => [name, connection.pragma(name, { simple: true })]))
}

it('sets every connection up for its role', async () => {
  const pool = open(databaseFile(), { cacheSizeKiB: 4096, synchronous: 'FULL' })
  const common = {
    journal_mode: 'wal',
    busy_timeout: 1,
    synchronous: 2,
    foreign_keys: 1,
    cache_size: -4096,
    temp_store: 2,
  }
  expect(await pool.write(pragmas)).toStrictEqual({ ...common, query_only: 0 })
  expect(await pool.read(pragmas)).toStrictEqual({ ...common, query_only: 1 })
})

it('finds that a text file is no database', async () => {
  const file = databaseFile()
  writeFileSync(file, 'Dear diary, this is not a database.\n'.repeat(200))
  expect(await failure(() => open(file).read(() => {}))).toMatchObject({
    code: 'FORGE_DB_CORRUPT',
    hint: expect.stringContaining('backup'),
    details: { sqliteCode: 'SQLITE_NOTADB' },
  })
})

it('finds that a database is cut off', async () => {
  const file = databaseFile()
  const database = new Database(file)
  database.exec('create table t (a); insert into t values (zeroblob(100000))')
  database.close()
  truncateSync(file, 10_000)
  expect(await failure(() => open(file).read(() => {}))).toMatchObject({ code: 'FORGE_DB_CORRUPT' })
})

it('says that a folder is no file and that a folder is missing', async () => {
  const folder = dirname(databaseFile())
  for (const path of [folder, join(folder, 'missing', 'test.db')]) {
    const error = await failure(() => open(path).write(() => {}))
    expect(error).toMatchObject({ code: 'FORGE_DB_UNAVAILABLE', hint: expect.stringContaining('folder') })
  }
})

it('refuses to share a database that lives in memory', async () => {
  expect(await failure(() => open(':memory:').write(() => {}))).toMatchObject({
    code: 'FORGE_DB_UNAVAILABLE',
    hint: expect.stringContaining('maxConnections to 1'),
  })
  expect(await open(':memory:', { maxConnections: 1 }).read(() => 'fine')).toBe('fine')
})

it('refuses a SQLite that can damage the database', async () => {
  const version = (text: string) => () => {
    const database = new Database(':memory:')
    database.function('sqlite_version', () => text)
    return database
  }
  for (const old of ['3.7.0', '3.51.2', '2.99.9']) {
    const pool = open(':memory:', { open: version(old), maxConnections: 1 })
    expect(await failure(() => pool.write(() => {}))).toMatchObject({
      code: 'FORGE_SQLITE_TOO_OLD',
      details: { version: old, oldest: '3.51.3' },
    })
  }
  for (const fine of ['3.51.3', '3.60.0', '4.0.0']) {
    expect(await open(':memory:', { open: version(fine), maxConnections: 1 }).write(() => fine)).toBe(fine)
  }
})

it('tries again after it failed to open', async () => {
  const file = databaseFile()
  writeFileSync(file, 'not yet a database, but soon it will be one\n'.repeat(50))
  const pool = open(file)
  expect(await failure(() => pool.read(() => {}))).toMatchObject({ code: 'FORGE_DB_CORRUPT' })
  writeFileSync(file, '')
  expect(await pool.read(() => 'opened')).toBe('opened')
})

it('tells every waiter when no connection can be opened', async () => {
  const pool = open(dirname(databaseFile()))
  const results = await Promise.allSettled(Array.from({ length: 9 }, () => pool.read(() => {})))
  expect(results.every((result) => result.status === 'rejected' && result.reason.code === 'FORGE_DB_UNAVAILABLE')).toBe(
    true,
  )
  expect(pool.stats()).toMatchObject({ open: 0, waiting: 0 })
})

it('leads from an error of opening to the line that asked for the connection', async () => {
  const pool = open(dirname(databaseFile()))
  async function asking(): Promise<void> {
    await pool.acquire('reader')
  }
  const frames = (await failure(asking)).stack?.split('\n').filter((line) => !line.includes('node:internal'))
  expect(frames?.[1]).toContain(whoWaits('asking'))
})

it('waits for another process that locks the fresh file', async () => {
  const file = databaseFile()
  const letGo = await lockInAnotherProcess(file)
  const pool = open(file)
  const opened = pool.write((connection) => connection.pragma('journal_mode', { simple: true }))
  await expect.poll(() => pool.stats().busyRetries).toBeGreaterThan(1)
  await letGo()
  expect(await opened).toBe('wal')
})

it('gives up on a locked file when the deadline has passed', async () => {
  const file = databaseFile()
  await lockInAnotherProcess(file)
  expect(await failure(() => open(file, { busyDeadline: 20 }).write(() => {}))).toMatchObject({
    code: 'FORGE_DB_BUSY',
    details: { sqliteCode: 'SQLITE_BUSY' },
  })
})

it('opens readers only, and changes nothing, where it is read-only', async () => {
  const file = databaseFile()
  const database = new Database(file)
  database.exec('create table t (a); insert into t values (7)')
  database.close()
  const roles: string[] = []
  const pool = open(file, {
    readOnly: true,
    open: (role) => (roles.push(role), new Database(file, { readonly: true })),
  })
  expect(await pool.read((connection) => connection.prepare('select a from t').pluck().get())).toBe(7)
  expect(await pool.read((connection) => connection.pragma('journal_mode', { simple: true }))).toBe('delete')
  expect(await failure(() => pool.write(() => {}))).toMatchObject({ code: 'FORGE_POOL_READ_ONLY' })
  expect(roles).toStrictEqual(['reader'])
})

it('does not find a missing file where it is read-only', async () => {
  const file = databaseFile()
  const pool = open(file, { readOnly: true, open: () => new Database(file, { readonly: true }) })
  expect(await failure(() => pool.read(() => {}))).toMatchObject({ code: 'FORGE_DB_UNAVAILABLE' })
})

it('refuses options that cannot work', () => {
  const wrong: Partial<PoolOptions<Database.Database>>[] = [
    { maxConnections: 0 },
    { maxConnections: 1.5 },
    { acquireTimeout: -1 },
    { busyDeadline: Number.NaN },
    { cacheSizeKiB: 0 },
    { idleTimeout: -5 },
    { maxLifetime: '1 h' as unknown as number },
    { healthCheckAfter: Number.NaN },
    { leakThreshold: -1 },
    { name: 7 as unknown as string },
    { readOnly: 'yes' as unknown as boolean },
    { synchronous: 'normal' as 'NORMAL' },
    { open: 'graph.db' as never },
    { wal: 5 as never },
    { wal: null as never },
    { worker: 5 as never },
    { clock: 5 as never },
    { clock: { now: () => 0 } as never },
    { random: 5 as never },
  ]
  for (const options of wrong) {
    expect(() => open(':memory:', options)).toThrow(
      expect.objectContaining({ code: 'FORGE_POOL_OPTIONS', details: { option: Object.keys(options)[0] } }),
    )
  }
})

it('refuses to lend a connection to what is no function', async () => {
  const pool = open(':memory:', { maxConnections: 1 })
  for (const use of [undefined, null, 'select 1', {}] as never[]) {
    for (const asking of [() => pool.write(use), () => pool.read(use)]) {
      expect(await failure(asking)).toMatchObject({ code: 'FORGE_POOL_OPTIONS', details: { option: 'use' } })
    }
  }
  expect(pool.stats()).toMatchObject({ opened: 0 })
})

it('maps the errors of the driver to errors with a code and a hint', () => {
  const database = new Database(':memory:')
  database.exec('create table t (a unique)')
  const failing = (work: () => unknown): unknown => {
    try {
      work()
    } catch (error) {
      return mapDriverError(error, { sql: 'the statement' })
    }
    return undefined
  }
  const insert = database.prepare('insert into t values (?)')
  insert.run(1)
  expect(failing(() => insert.run(1))).toMatchObject({
    code: 'FORGE_DB_CONSTRAINT',
    message: expect.stringContaining('UNIQUE constraint failed: t.a'),
    details: { sqliteCode: 'SQLITE_CONSTRAINT_UNIQUE', sql: 'the statement' },
  })
  expect(failing(() => database.prepare('selec 1'))).toMatchObject({ code: 'FORGE_DB_QUERY' })
  expect(failing(() => insert.run(true))).toMatchObject({ code: 'FORGE_DB_QUERY' })
  expect(failing(() => insert.run(1, 2))).toMatchObject({ code: 'FORGE_DB_QUERY' })
  database.pragma('query_only = on')
  expect(failing(() => insert.run(2))).toMatchObject({ code: 'FORGE_DB_READ_ONLY' })
  database.pragma('query_only = off')
  database.pragma('max_page_count = 2')
  expect(failing(() => insert.run('x'.repeat(100_000)))).toMatchObject({ code: 'FORGE_DB_FULL' })
})

it('leaves alone what no driver threw, and what is mapped already', () => {
  const other = new Error('mine')
  expect(mapDriverError(other)).toBe(other)
  expect(mapDriverError('text')).toBe('text')
  const mapped = mapDriverError(new TypeError('SQLite3 can only bind …'))
  expect(mapDriverError(mapped)).toBe(mapped)
  expect(isBusy(other)).toBe(false)
  expect(isBusy(undefined)).toBe(false)
})
