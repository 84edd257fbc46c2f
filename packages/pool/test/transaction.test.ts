import { setTimeout as sleep } from 'node:timers/promises'
import type { PoolTransaction, TransactionOptions } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { databaseFile } from './database-file.ts'
import { failure, firstFrame, notes, texts, write } from './notes.ts'

it('commits what its body did', async () => {
  const pool = await notes()
  const finished = await pool.transaction(async (tx) => {
    expect(tx).toMatchObject({ state: 'active', mode: 'immediate' })
    write(tx.connection, 'a')
    await sleep(1)
    write(tx.connection, 'b')
    return tx
  })
  expect(finished.state).toBe('committed')
  expect(await texts(pool)).toStrictEqual(['a', 'b'])
  expect(pool.stats()).toMatchObject({ leased: 0 })
})

it('rolls back when its body throws, at once or later, and throws the very same error', async () => {
  const pool = await notes()
  const mine = new Error('mine')
  const seen: PoolTransaction<Database.Database>[] = []
  const bodies = [
    (tx: PoolTransaction<Database.Database>) => {
      seen.push(tx)
      write(tx.connection, 'a')
      throw mine
    },
    async (tx: PoolTransaction<Database.Database>) => {
      seen.push(tx)
      await sleep(1)
      write(tx.connection, 'b')
      throw mine
    },
  ]
  for (const body of bodies) expect(await failure(() => pool.transaction(body))).toBe(mine)
  expect(seen.map((tx) => tx.state)).toStrictEqual(['rolled-back', 'rolled-back'])
  expect(await texts(pool)).toStrictEqual([])
})

it('shows nobody what it has not committed, and lets nobody write in between', async () => {
  const file = databaseFile()
  const pool = await notes({ file })
  const other = new Database(file, { timeout: 0 })
  await pool.transaction(async (tx) => {
    write(tx.connection, 'a')
    expect(await texts(pool)).toStrictEqual([])
    expect(() => write(other, 'b')).toThrow('locked')
  })
  write(other, 'c')
  other.close()
  expect(await texts(pool)).toStrictEqual(['a', 'c'])
})

it('lets a concurrent writer of the pool wait until it has ended', async () => {
  const pool = await notes()
  const first = pool.transaction(async (tx) => {
    write(tx.connection, 'first')
    await sleep(5)
    write(tx.connection, 'first again')
  })
  const second = pool.transaction((tx) => write(tx.connection, 'second'))
  const third = pool.run('insert into note (text) values (?)', ['third'])
  await Promise.all([first, second, third])
  expect(await texts(pool)).toStrictEqual(['first', 'first again', 'second', 'third'])
})

it('reads one snapshot where it only reads, and cannot write', async () => {
  const pool = await notes()
  await pool.transaction(
    async (tx) => {
      await Promise.resolve()
      const count = tx.connection.prepare('select count(*) from note').pluck()
      // On a reader: the writer is free, for a task of its own.
      const other = new Database(tx.connection.name)
      write(other, 'a')
      other.close()
      expect(count.get()).toBe(0)
      expect(() => write(tx.connection, 'b')).toThrow('readonly')
    },
    { mode: 'read' },
  )
  expect(await texts(pool)).toStrictEqual(['a'])
})

it('only reads on the one connection of a small pool, which writes again afterwards', async () => {
  const pool = await notes({ maxConnections: 1 })
  await pool.transaction((tx) => expect(() => write(tx.connection, 'a')).toThrow('readonly'), { mode: 'read' })
  await failure(() =>
    pool.transaction(
      () => {
        throw new Error('mine')
      },
      { mode: 'read' },
    ),
  )
  await pool.transaction((tx) => write(tx.connection, 'b'))
  expect(await texts(pool)).toStrictEqual(['b'])
})

it('refuses to be used after it ended', async () => {
  const pool = await notes()
  const ended = await pool.transaction((tx) => tx)
  const code = { code: 'FORGE_TRANSACTION_FINISHED', details: { state: 'committed' } }
  for (const use of [
    () => ended.connection,
    () => ended.requireActive(),
    () => ended.rollbackTo(ended),
    () => ended.savepoint(() => {}),
  ]) {
    const error = await failure(use)
    expect(error).toMatchObject(code)
    expect(firstFrame(error)).toContain('transaction.test.ts')
  }
})

it('knows when SQLite itself ended it', async () => {
  const pool = await notes()
  await pool.write((connection) => connection.exec('create unique index once on note (text)'))
  const error = await failure(() =>
    pool.transaction((tx) => {
      write(tx.connection, 'a')
      expect(() => tx.connection.exec(`insert or rollback into note (text) values ('a')`)).toThrow('UNIQUE')
      expect(tx.state).toBe('rolled-back')
      write(tx.connection, 'b')
    }),
  )
  expect(error).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED', details: { state: 'rolled-back' } })
  expect(await texts(pool)).toStrictEqual([])
})

it('refuses to commit what its body has ended behind its back', async () => {
  const pool = await notes()
  async function asking(): Promise<void> {
    await pool.transaction((tx) => tx.connection.exec('rollback'))
  }
  const error = await failure(asking)
  expect(error).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED' })
  expect(firstFrame(error)).toContain('asking')
})

it('goes on with another connection where one cannot be rolled back', async () => {
  const pool = await notes()
  const mine = new Error('mine')
  const error = await failure(() =>
    pool.transaction(({ connection }) => {
      write(connection, 'a')
      write(connection, 'b')
      // An iteration that is left open is in the way of every rollback.
      connection.prepare('select * from note').iterate().next()
      throw mine
    }),
  )
  expect(error).toBe(mine)
  expect(await texts(pool)).toStrictEqual([])
  await pool.transaction(({ connection }) => write(connection, 'c'))
  expect(await texts(pool)).toStrictEqual(['c'])
  await pool.write((connection) => {
    connection.exec('begin immediate')
    write(connection, 'd')
    connection.prepare('select * from note').iterate().next()
  })
  await pool.transaction(({ connection }) => write(connection, 'e'))
  expect(await texts(pool)).toStrictEqual(['c', 'e'])
})

it('rolls back when a deferred constraint is broken at the end', async () => {
  const pool = await notes()
  await pool.write((connection) =>
    connection.exec('create table reply (note integer references note (id) deferrable initially deferred)'),
  )
  async function asking(): Promise<void> {
    await pool.transaction((tx) => tx.connection.exec('insert into reply values (99)'))
  }
  const error = await failure(asking)
  expect(error).toMatchObject({ code: 'FORGE_DB_CONSTRAINT', details: { sql: 'commit' } })
  expect(firstFrame(error)).toContain('asking')
  expect(await pool.get('select count(*) as n from reply')).toStrictEqual({ n: 0 })
  expect(pool.stats()).toMatchObject({ leased: 0 })
})

it('stops waiting when the signal is aborted', async () => {
  const pool = await notes()
  const controller = new AbortController()
  const reason = new Error('enough')
  const first = pool.transaction(() => sleep(5))
  const second = pool.transaction(() => expect.unreachable(), { signal: controller.signal })
  controller.abort(reason)
  await expect(second).rejects.toBe(reason)
  await first
  await expect(pool.transaction(() => expect.unreachable(), { signal: controller.signal })).rejects.toBe(reason)
})

it('rolls back when the signal is aborted while it goes on', async () => {
  const pool = await notes()
  const reason = new Error('enough')
  for (const usesItAgain of [true, false]) {
    const controller = new AbortController()
    let reached = false
    const transaction = pool.transaction(
      async (tx) => {
        write(tx.connection, 'a')
        controller.abort(reason)
        if (!usesItAgain) return
        write(tx.connection, 'b')
        reached = true
      },
      { signal: controller.signal },
    )
    await expect(transaction).rejects.toBe(reason)
    expect(reached).toBe(false)
  }
  expect(await texts(pool)).toStrictEqual([])
})

it('refuses what is no transaction', async () => {
  const pool = await notes()
  const wrong = [
    [undefined, {}],
    ['insert', {}],
    [() => {}, { mode: 'exclusive' }],
  ] as const
  for (const [body, options] of wrong) {
    async function asking(): Promise<void> {
      await pool.transaction(body as () => void, options as TransactionOptions)
    }
    const error = await failure(asking)
    expect(error).toMatchObject({ code: 'FORGE_POOL_OPTIONS' })
    expect(firstFrame(error)).toContain('asking')
  }
  expect(await failure(() => pool.begin({ mode: 'exclusive' as never }))).toMatchObject({ code: 'FORGE_POOL_OPTIONS' })
  expect(await failure(() => pool.begin({ lease: {} as never }))).toMatchObject({ code: 'FORGE_POOL_OPTIONS' })
})

it('cannot write where the pool only reads', async () => {
  const file = databaseFile()
  await (await notes({ file })).close()
  const pool = (await import('@forge/pool')).createPool({ open: () => new Database(file), readOnly: true })
  async function asking(): Promise<void> {
    await pool.transaction(() => expect.unreachable())
  }
  const error = await failure(asking)
  expect(error).toMatchObject({ code: 'FORGE_POOL_READ_ONLY' })
  expect(firstFrame(error)).toContain('asking')
  expect(await pool.transaction((tx) => tx.state, { mode: 'read' })).toBe('active')
  await pool.close()
})

it('leads to the line that asked for it from the errors of the pool, and keeps the stack of the body', async () => {
  const pool = await notes({ acquireTimeout: 5 })
  const held = await pool.acquire('writer')
  async function asking(): Promise<void> {
    await pool.transaction(() => expect.unreachable())
  }
  const error = await failure(asking)
  expect(error).toMatchObject({ code: 'FORGE_POOL_TIMEOUT' })
  expect(firstFrame(error)).toContain('asking')
  held.release()
  async function failing(): Promise<void> {
    await pool.run('selec')
  }
  const inner = await failure(() => pool.transaction(() => failing()))
  expect(firstFrame(inner)).toContain('failing')
})

it('is begun, committed and rolled back by calls', async () => {
  const pool = await notes()
  const kept = await pool.begin()
  write(kept.connection, 'a')
  await kept.savepoint((savepoint) => write(savepoint.connection, 'b'))
  await kept.commit()
  expect(kept.state).toBe('committed')
  const undone = await pool.begin({ mode: 'deferred' })
  write(undone.connection, 'c')
  undone.rollback()
  undone.rollback()
  expect(undone.state).toBe('rolled-back')
  {
    await using left = await pool.begin()
    write(left.connection, 'd')
  }
  expect(await failure(() => undone.commit())).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED' })
  expect(await failure(() => kept.commit())).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED' })
  expect(await texts(pool)).toStrictEqual(['a', 'b'])
  expect(pool.stats()).toMatchObject({ leased: 0 })
})

it('begins on a lease that its holder keeps', async () => {
  const pool = await notes()
  using lease = await pool.acquire('writer', { enter: true })
  const first = await pool.begin({ lease })
  write(first.connection, 'a')
  await pool.transaction((inner) => write(inner.connection, 'b'))
  await first.commit()
  expect(await failure(() => pool.write(() => {}))).toMatchObject({ code: 'FORGE_POOL_DEADLOCK' })
  const second = await pool.begin({ lease, mode: 'read' })
  expect(() => write(second.connection, 'c')).toThrow('readonly')
  second.rollback()
  write(lease.connection, 'd')
  expect(await texts(pool)).toStrictEqual(['a', 'b', 'd'])
})

it('refuses to write in a transaction that reads, also on a reader that was made to write', async () => {
  const pool = await notes({ maxConnections: 2 })
  await pool.read((connection) => connection.exec('pragma query_only = off'))
  const writing = () => pool.transaction(({ connection }) => write(connection, 'a'), { mode: 'read' })
  expect(await failure(writing)).toMatchObject({ code: 'SQLITE_READONLY' })
  expect(await texts(pool)).toStrictEqual([])
})
