import { copyFileSync, renameSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { onBun } from '../engine.ts'
import { failure, firstFrame } from '../notes.ts'
import { manualClock } from '../manual-clock.ts'
import { heldStatement, patiently, poolWithThreads, troubledDriver } from './threads.ts'

it('fails the read whose thread ends, and gives the next one another thread', async () => {
  const { pool } = await poolWithThreads({ driver: troubledDriver })
  async function asking(): Promise<void> {
    await pool.readInWorker('select leave(7)')
  }
  const ending = failure(asking)
  const waiting = pool.readInWorker('select 1 as a')
  const error = await ending
  expect(error).toMatchObject({ code: 'FORGE_POOL_WORKER_FAILED', details: { exitCode: 7 } })
  expect(firstFrame(error)).toContain('asking')
  expect(await waiting).toStrictEqual([{ a: 1 }])
  expect(pool.stats().worker).toMatchObject({ threads: 1, lost: 1, finished: 1 })
})

// Bun gives its threads no limit of memory.
it.skipIf(onBun)('outlives a read that takes more memory than a thread may', async () => {
  const { pool } = await poolWithThreads({ driver: troubledDriver, maxMemoryMb: 24 })
  expect(await failure(() => pool.readInWorker('select devour()'))).toMatchObject({
    code: 'FORGE_POOL_WORKER_FAILED',
    details: { code: 'ERR_WORKER_OUT_OF_MEMORY' },
    hint: expect.stringContaining('maxMemoryMb'),
  })
  expect(await pool.readInWorker('select 1 as a')).toStrictEqual([{ a: 1 }])
})

it('reads many rows in a thread with little memory', async () => {
  const { pool } = await poolWithThreads({ maxMemoryMb: 24 })
  const sql = `with recursive n(a) as (select 1 union all select a + 1 from n where a < 300000)
    select a, 'a text that takes some memory ' || a as text from n`
  expect(await pool.readInWorker(sql)).toHaveLength(300_000)
})

it('ends threads that nobody has used for long, and starts them again', async () => {
  const clock = manualClock()
  const { pool } = await poolWithThreads({ idleTimeout: 1_000, maxThreads: 2 }, { clock })
  await Promise.all([pool.readInWorker('select 1'), pool.readInWorker('select 2')])
  expect(pool.stats().worker).toMatchObject({ threads: 2 })
  clock.advance(900)
  expect(await pool.readInWorker('select 3 as a')).toStrictEqual([{ a: 3 }])
  clock.advance(200)
  await expect.poll(() => pool.stats().worker, patiently).toMatchObject({ threads: 1, lost: 0 })
  clock.advance(1_000)
  await expect.poll(() => pool.stats().worker, patiently).toMatchObject({ threads: 0, lost: 0 })
  expect(await pool.readInWorker('select 4 as a')).toStrictEqual([{ a: 4 }])
})

it('finds the file gone, and reads the one that takes its place', async () => {
  const { pool, file } = await poolWithThreads()
  expect(await pool.readInWorker('select count(*) as n from t')).toStrictEqual([{ n: 3 }])
  await pool.write((connection) => connection.pragma('wal_checkpoint(truncate)'))
  copyFileSync(file, `${file}-copy`)
  rmSync(file)
  expect(await failure(() => pool.readInWorker('select 1'))).toMatchObject({ code: 'FORGE_DB_MOVED' })
  for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  renameSync(`${file}-copy`, file)
  await pool.write((connection) => connection.exec('insert into t values (4)'))
  expect(await pool.readInWorker('select count(*) as n from t')).toStrictEqual([{ n: 4 }])
})

it('opens the file that took the place of its own only when no thread reads the old one any more', async () => {
  const { pool, file } = await poolWithThreads({ driver: troubledDriver })
  const held = heldStatement()
  const running = pool.readInWorker(held.sql, held.parameters)
  await held.begun()
  const waiting = failure(() => pool.readInWorker('select 1'))
  await pool.write((connection) => connection.pragma('wal_checkpoint(truncate)'))
  copyFileSync(file, `${file}-copy`)
  renameSync(`${file}-copy`, file)
  expect(await failure(() => pool.write((connection) => connection.exec('insert into t values (4)')))).toMatchObject({
    code: 'FORGE_DB_MOVED',
  })
  expect(await waiting).toMatchObject({ code: 'FORGE_DB_MOVED' })
  let opened = false
  const write = pool.write((connection) => {
    opened = true
    connection.exec('insert into t values (5)')
  })
  expect(opened).toBe(false)
  await held.letGo()
  expect(await running).toStrictEqual([{ held: 'let go' }])
  await write
  expect(await pool.readInWorker('select max(a) as a from t')).toStrictEqual([{ a: 5 }])
})

it('notices that the file was replaced while only a thread had it open', async () => {
  const { pool, file } = await poolWithThreads({}, { maxLifetime: 0 })
  expect(await pool.readInWorker('select max(a) as a from t')).toStrictEqual([{ a: 3 }])
  expect(pool.stats()).toMatchObject({ open: 0, worker: { threads: 1 } })
  copyFileSync(file, `${file}-copy`)
  const other = new Database(`${file}-copy`)
  other.exec('pragma journal_mode = delete; insert into t values (4)')
  other.close()
  renameSync(`${file}-copy`, file)
  expect(await failure(() => pool.readInWorker('select max(a) as a from t'))).toMatchObject({ code: 'FORGE_DB_MOVED' })
  expect(await pool.readInWorker('select max(a) as a from t')).toStrictEqual([{ a: 4 }])
  expect(await pool.read((connection) => connection.pragma('integrity_check', { simple: true }))).toBe('ok')
})
