import { getEventListeners } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openPool } from './open-pool.ts'

/** What the process holds that a pool could leak; file descriptors only where the system lists them. */
function held(): { readonly files: number; readonly timers: number } {
  const list = '/proc/self/fd'
  return {
    files: existsSync(list) ? readdirSync(list).length : 0,
    timers: process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length,
  }
}

it('leaves files, timers, listeners and connections as they were, however often it is used', async () => {
  const pool = openPool({ maxConnections: 4, leakThreshold: 60_000, maxLifetime: 200 })
  const { signal } = new AbortController()
  const round = async (): Promise<void> => {
    const calls: Promise<unknown>[] = []
    for (let call = 0; call < 500; call++) {
      calls.push(pool.read(() => setImmediate(), { signal }))
      if (call % 5 === 0) calls.push(pool.write((connection) => connection.exec('begin; select 1'), { signal }))
      if (call % 7 === 0) calls.push(pool.acquire('reader', { timeout: 0 }).then((lease) => lease.release()))
      if (call % 11 === 0) {
        const controller = new AbortController()
        calls.push(pool.acquire('writer', { signal: controller.signal }).then((lease) => lease.release()))
        controller.abort()
      }
    }
    await Promise.allSettled(calls)
  }
  await round()
  const before = held()
  for (let rounds = 0; rounds < 20; rounds++) await round()
  const { opened, closed, open, timeouts } = pool.stats()
  expect(pool.stats()).toMatchObject({ leased: 0, waiting: 0, idle: open })
  expect(open).toBe(opened - closed)
  expect(closed).toBeGreaterThan(0)
  expect(timeouts).toBeGreaterThan(0)
  expect(getEventListeners(signal, 'abort')).toStrictEqual([])
  const after = held()
  expect(after.timers).toBeLessThanOrEqual(before.timers)
  // Some connections may just have reached the end of their lives.
  expect(after.files).toBeLessThanOrEqual(before.files + 4)
  await pool.close()
  expect(held().timers).toBe(0)
})
