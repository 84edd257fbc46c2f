import { createPool } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { databaseFile, lockInAnotherProcess } from './database-file.ts'

const begin = (connection: Database.Database) => () => connection.exec('begin immediate')

it('waits for the lock of another process and leaves the event loop free meanwhile', async () => {
  const file = databaseFile()
  await using pool = createPool({ open: () => new Database(file) })
  using lease = await pool.acquire('writer')
  const letGo = await lockInAnotherProcess(file)
  let turns = 0
  const counter = setInterval(() => turns++, 1)
  const begun = pool.retryBusy(begin(lease.connection))
  await expect.poll(() => turns).toBeGreaterThan(20)
  clearInterval(counter)
  await letGo()
  await begun
  expect(lease.connection.inTransaction).toBe(true)
  expect(pool.stats().busyRetries).toBeGreaterThan(2)
})

it('gives up at the deadline with a typed error that names the statement', async () => {
  const file = databaseFile()
  await using pool = createPool({ open: () => new Database(file), busyDeadline: 10 })
  using lease = await pool.acquire('writer')
  await lockInAnotherProcess(file)
  await expect(pool.retryBusy(begin(lease.connection), { sql: 'begin immediate' })).rejects.toMatchObject({
    code: 'FORGE_DB_BUSY',
    details: { sql: 'begin immediate', sqliteCode: 'SQLITE_BUSY' },
    cause: { code: 'SQLITE_BUSY' },
  })
})

it('gives up when the signal is aborted, before and while it waits', async () => {
  const file = databaseFile()
  await using pool = createPool({ open: () => new Database(file) })
  using lease = await pool.acquire('writer')
  await lockInAnotherProcess(file)
  const controller = new AbortController()
  const begun = pool.retryBusy(begin(lease.connection), { signal: controller.signal })
  await expect.poll(() => pool.stats().busyRetries).toBeGreaterThan(0)
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(begun).rejects.toBe(reason)
  await expect(pool.retryBusy(() => expect.unreachable(), { signal: controller.signal })).rejects.toBe(reason)
})

it('does not repeat what fails for another reason', async () => {
  const file = databaseFile()
  await using pool = createPool({ open: () => new Database(file) })
  let attempts = 0
  const broken = pool.retryBusy(() => {
    attempts++
    throw new Error('mine')
  })
  await expect(broken).rejects.toThrow('mine')
  expect(attempts).toBe(1)
})
