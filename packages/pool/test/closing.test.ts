import { existsSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { createPool } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { databaseFile, lockInAnotherProcess } from './database-file.ts'
import { manualClock } from './manual-clock.ts'

it('lets those who hold or wait for a connection finish, and refuses those who come later', async () => {
  const file = databaseFile()
  const pool = createPool({ open: () => new Database(file) })
  const lease = await pool.acquire('writer')
  const waiting = pool.write((connection) => connection.exec('create table t (a)'))
  const closed = pool.close()
  await expect(pool.acquire('reader')).rejects.toMatchObject({ code: 'FORGE_POOL_CLOSED' })
  expect(() => pool.tryAcquire('reader')).toThrow(expect.objectContaining({ code: 'FORGE_POOL_CLOSED' }))
  const { connection } = lease
  lease.release()
  await waiting
  await closed
  expect(connection.open).toBe(false)
  expect(pool.stats()).toMatchObject({ open: 0, leased: 0, waiting: 0 })
  expect(existsSync(`${file}-wal`)).toBe(false)
})

it('may be closed twice, at once and later, and without having been used', async () => {
  const pool = createPool({ open: () => new Database(databaseFile()) })
  await Promise.all([pool.close(), pool.close()])
  await pool.close()
  await pool[Symbol.asyncDispose]()
  expect(pool.stats()).toMatchObject({ open: 0 })
})

it('closes connections that are still in use when the deadline has passed, and says so', async () => {
  const file = databaseFile()
  const clock = manualClock()
  const pool = createPool({ open: () => new Database(file), clock })
  const lease = await pool.acquire('writer')
  const { connection } = lease
  const waiting = pool.acquire('writer')
  const closed = pool.close({ deadline: 100 })
  await setImmediate()
  clock.advance(100)
  await expect(closed).rejects.toMatchObject({ code: 'FORGE_POOL_DRAIN', details: { leased: 1, waiting: 1 } })
  await expect(waiting).rejects.toMatchObject({ code: 'FORGE_POOL_CLOSED' })
  expect(connection.open).toBe(false)
  lease.release()
  expect(pool.stats()).toMatchObject({ open: 0, idle: 0 })
})

it('stops opening a locked database when the deadline has passed', async () => {
  const file = databaseFile()
  await lockInAnotherProcess(file)
  const pool = createPool({ open: () => new Database(file) })
  const waiting = pool.read(() => {})
  await expect.poll(() => pool.stats().busyRetries).toBeGreaterThan(0)
  await expect(pool.close({ deadline: 5 })).rejects.toMatchObject({ code: 'FORGE_POOL_DRAIN' })
  await expect(waiting).rejects.toMatchObject({ code: 'FORGE_POOL_CLOSED' })
})
