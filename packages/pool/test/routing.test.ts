import { createPool, mapDriverError, needsWriter, refuseTransactionControl } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { databaseFile, lockInAnotherProcess } from './database-file.ts'
import { failure, firstFrame, notes, texts } from './notes.ts'

it('writes on the writer and reads on a reader, as the statement is', async () => {
  const pool = await notes()
  expect(await pool.run('insert into note (text) values (?), (?)', ['a', 'b'])).toStrictEqual({
    changes: 2,
    lastInsertRowid: 2,
  })
  using _writer = await pool.acquire('writer')
  expect(await pool.all('select id, text from note where id > @id', [{ id: 0 }])).toStrictEqual([
    { id: 1, text: 'a' },
    { id: 2, text: 'b' },
  ])
  expect(await pool.get('/* first */ select text from note')).toStrictEqual({ text: 'a' })
  expect(await pool.get('values (?)', [7])).toStrictEqual({ column1: 7 })
  expect(await pool.get('select 1 where false')).toBeUndefined()
})

it('sends what looks like a read and writes to the writer', async () => {
  const pool = await notes()
  const add = 'with new (text) as (values (?)) insert into note (text) select text from new returning id'
  expect(await pool.all(add, ['a'])).toStrictEqual([{ id: 1 }])
  expect(await pool.get(add, ['b'])).toStrictEqual({ id: 2 })
  expect(await texts(pool)).toStrictEqual(['a', 'b'])
})

it('changes no reader by a pragma', async () => {
  const pool = await notes()
  await pool.run('pragma foreign_keys = off')
  const foreignKeys = (connection: Database.Database) => connection.pragma('foreign_keys', { simple: true })
  expect(await pool.write(foreignKeys)).toBe(0)
  expect(await pool.read(foreignKeys)).toBe(1)
})

it('refuses statements that begin or end a transaction, and says what to do instead', async () => {
  const pool = await notes()
  const hints: readonly (readonly [sql: string, hint: string])[] = [
    ['begin', 'transaction(body)'],
    [' BEGIN immediate', 'transaction(body)'],
    ['-- now\ncommit', 'Return'],
    ['/* at\nlast */ end', 'Return'],
    [';rollback', 'throw'],
    ['savepoint a', 'savepoint(body)'],
    ['release a', 'savepoint(body)'],
  ]
  for (const [sql, hint] of hints) {
    for (const method of ['all', 'get', 'run'] as const) {
      async function asking(): Promise<void> {
        await pool[method](sql)
      }
      const error = await failure(asking)
      expect(error).toMatchObject({
        code: 'FORGE_TRANSACTION_CONTROL',
        hint: expect.stringContaining(hint),
        details: { sql },
      })
      expect(firstFrame(error)).toContain('asking')
    }
  }
  for (const sql of ['select 1 as "begin"', "insert into note (text) values ('commit')", 'explain select 1']) {
    expect(() => refuseTransactionControl(sql)).not.toThrow()
  }
})

it('refuses what is not one statement with a list of values', async () => {
  const pool = await notes()
  const wrong: readonly (readonly [sql: unknown, parameters: unknown, hint: string])[] = [
    ['select 1; delete from note', [], 'one statement'],
    ['delete from note; select 1', [], 'one statement'],
    ['', [], 'one statement'],
    ['-- nothing', [], 'one statement'],
    [undefined, [], 'string'],
    [Buffer.from('select 1'), [], 'string'],
    ['select ?', 'abc', 'list'],
    ['select ?', {}, 'list'],
    ['select ?', [], 'values'],
    ['select ?', [1, 2], 'values'],
    ['select ?', [new Date()], 'values'],
    ['select * from nobody', [], 'tables'],
  ]
  for (const [sql, parameters, hint] of wrong) {
    async function asking(): Promise<void> {
      await pool.all(sql as string, parameters as unknown[])
    }
    const error = await failure(asking)
    expect(error).toMatchObject({ code: 'FORGE_DB_QUERY', hint: expect.stringContaining(hint) })
    expect(firstFrame(error)).toContain('asking')
  }
  expect(await failure(() => pool.all('delete from note'))).toMatchObject({ code: 'FORGE_DB_QUERY' })
})

it('keeps the code, the statement and the caller of what fails', async () => {
  const pool = await notes()
  await pool.run(`insert into note values (1, 'a')`)
  const sql = `insert into note values (1, 'b')`
  async function asking(): Promise<void> {
    await pool.run(sql)
  }
  const atOnce = await failure(asking)
  expect(atOnce).toMatchObject({
    code: 'FORGE_DB_CONSTRAINT',
    details: { sql, sqliteCode: 'SQLITE_CONSTRAINT_PRIMARYKEY' },
  })
  expect(firstFrame(atOnce)).toContain('asking')
  const lease = await pool.acquire('writer')
  const later = failure(asking)
  lease.release()
  expect(firstFrame(await later)).toContain('asking')
})

it('waits in turn for the writer, and for the lock of another process', async () => {
  const file = databaseFile()
  const pool = await notes({ file })
  const lease = await pool.acquire('writer')
  const first = pool.run(`insert into note (text) values ('first')`)
  const second = pool.run(`insert into note (text) values ('second')`)
  lease.release()
  await Promise.all([first, second])
  const letGo = await lockInAnotherProcess(file)
  const third = pool.run(`insert into note (text) values ('third')`)
  await expect.poll(() => pool.stats().busyRetries).toBeGreaterThan(1)
  await letGo()
  await third
  expect(await texts(pool)).toStrictEqual(['first', 'second', 'third'])
})

it('stops waiting when the signal is aborted', async () => {
  const pool = await notes()
  const controller = new AbortController()
  const reason = new Error('enough')
  using _writer = await pool.acquire('writer')
  const waiting = pool.run('delete from note', [], { signal: controller.signal })
  controller.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  await expect(pool.all('select 1', [], { signal: controller.signal })).rejects.toBe(reason)
})

it('reads what is committed inside a transaction, and refuses to wait for its writer', async () => {
  const pool = await notes()
  await pool.transaction(async (tx) => {
    tx.connection.exec(`insert into note (text) values ('a')`)
    expect(await pool.all('select * from note')).toStrictEqual([])
    const error = await failure(() => pool.run('delete from note'))
    expect(error).toMatchObject({ code: 'FORGE_POOL_DEADLOCK', hint: expect.stringContaining('transaction') })
    expect((error.cause as Error).stack).toContain('routing.test.ts')
  })
})

it('uses the prepared statements of a connection that keeps some', async () => {
  const file = databaseFile()
  const prepared: string[] = []
  class Keeping extends Database {
    use<T>(sql: string, use: (statement: Database.Statement) => T): T {
      prepared.push(sql)
      return use(this.prepare(sql))
    }
  }
  await using pool = createPool({ open: () => new Keeping(file) })
  await pool.run('create table note (text)')
  expect(await pool.all('select * from note')).toStrictEqual([])
  expect(prepared).toStrictEqual(['create table note (text)', 'select * from note'])
})

it('runs work of your own, a second time with the writer where it has to write', async () => {
  const pool = await notes()
  const roles: string[] = []
  const work = (connection: Database.Database, role: string) => {
    roles.push(role)
    return role === 'reader' ? needsWriter : connection.prepare(`insert into note (text) values ('a')`).run().changes
  }
  expect(await pool.execute('reader', work)).toBe(1)
  expect(roles).toStrictEqual(['reader', 'writer'])
  using lease = await pool.acquire('writer')
  expect(await pool.execute('writer', (connection) => connection === lease.connection, { lease })).toBe(true)
  expect(lease.connection.open).toBe(true)
  expect(await failure(() => pool.execute('writer', () => 1, { lease: {} as never }))).toMatchObject({
    code: 'FORGE_POOL_OPTIONS',
  })
  const mine = new Error('mine')
  const failing = () => {
    throw mine
  }
  expect(await failure(() => pool.execute('reader', failing))).toBe(mapDriverError(mine))
})
