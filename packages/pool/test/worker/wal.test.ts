import { statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { WalOptions } from '@forge/pool'
import { expect, it } from 'vitest'
import { recordEvents } from '../recorded-events.ts'
import { patiently, poolWithThreads } from './threads.ts'

const kibibyte = 1_024
const wal: WalOptions = { passiveAt: 64 * kibibyte, restartAt: 256 * kibibyte, truncateAt: 512 * kibibyte }

it('moves the WAL into the file in a thread, while others write', async () => {
  const { pool, file } = await poolWithThreads({}, { wal, name: 'in a thread' })
  const events = recordEvents('in a thread', 'checkpoint')
  await pool.write((connection) => connection.exec('create table b (a blob)'))
  const done = new AbortController()
  const write = async (): Promise<void> => {
    while (!done.signal.aborted) {
      await pool.write((connection) => connection.exec('insert into b values (zeroblob(8000)); delete from b'))
      await setImmediate()
    }
  }
  const writers = Promise.all([write(), write()])
  await expect.poll(() => pool.stats().wal.checkpoints, patiently).toBeGreaterThan(5)
  done.abort()
  await writers
  expect(pool.stats().worker).toMatchObject({ threads: 1 })
  expect(pool.stats().wal.failed).toBe(0)
  expect(events.some(({ mode, complete }) => mode === 'passive' && complete)).toBe(true)
  await expect.poll(() => pool.stats().wal.pendingBytes, patiently).toBeLessThan(64 * kibibyte)
  await pool.close()
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })).toBeUndefined()
})

it('lets writers wait for the thread when they leave it behind, even if they never let the event loop turn', async () => {
  const { pool, file } = await poolWithThreads({}, { wal })
  await pool.readInWorker('select 1')
  await pool.write((connection) => connection.exec('create table b (a blob)'))
  let largest = 0
  for (let i = 0; i < 3_000; i++) {
    await pool.write((connection) => connection.exec('insert into b values (zeroblob(8000)); delete from b'))
    largest = Math.max(largest, statSync(`${file}-wal`).size)
  }
  expect(largest).toBeLessThan(16 * 512 * kibibyte)
  expect(pool.stats().wal.failed).toBe(0)
})

it('runs checkpoints that are asked for in a thread', async () => {
  const { pool, file } = await poolWithThreads()
  for (const mode of ['passive', 'full', 'restart', 'truncate'] as const) {
    await pool.write((connection) => connection.exec('update t set a = a + 10'))
    expect(await pool.checkpoint(mode)).toMatchObject({ mode, complete: true, pendingBytes: 0 })
  }
  expect(statSync(`${file}-wal`).size).toBe(0)
  expect(pool.stats().worker).toMatchObject({ threads: 1 })
})

it('stops waiting for a checkpoint when the signal is aborted', async () => {
  const { pool } = await poolWithThreads()
  const controller = new AbortController()
  const reason = new Error('changed my mind')
  const checkpoint = pool.checkpoint('truncate', { signal: controller.signal })
  controller.abort(reason)
  await expect(checkpoint).rejects.toBe(reason)
  expect(await pool.checkpoint('truncate')).toMatchObject({ complete: true })
  expect(pool.stats()).toMatchObject({ leased: 0 })
})

it('goes on writing where the thread cannot start', async () => {
  const { pool } = await poolWithThreads(
    { driver: new URL('./no-such-driver.js', import.meta.url) },
    { wal, name: 'no thread' },
  )
  const events = recordEvents('no thread', 'checkpoint')
  await pool.write((connection) => connection.exec('create table b (a blob)'))
  for (let i = 0; i < 100; i++) {
    await pool.write((connection) => connection.exec('insert into b values (zeroblob(8000)); delete from b'))
  }
  await expect.poll(() => events.length, patiently).toBeGreaterThan(0)
  expect(events[0]).toMatchObject({ complete: false, error: { code: 'FORGE_POOL_WORKER_FAILED' } })
  expect(pool.stats().wal.failed).toBeGreaterThan(0)
  await expect(pool.checkpoint()).rejects.toMatchObject({ code: 'FORGE_POOL_WORKER_FAILED' })
})
