import { getEventListeners } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '@forge/pool'
import { expect, it } from 'vitest'
import { openPool } from './open-pool.ts'

/** The open files of the process, where the system lists them. */
function openFiles(): number {
  const list = '/proc/self/fd'
  return existsSync(list) ? readdirSync(list).length : 0
}

/** The clock of the process, which counts the timers that are set. */
function countingClock(): Clock & { readonly timers: ReadonlySet<unknown> } {
  const timers = new Set<unknown>()
  return {
    timers,
    now: () => performance.now(),
    setTimeout(callback, milliseconds) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        callback()
      }, milliseconds)
      timers.add(timer)
      return timer
    },
    clearTimeout(timer) {
      timers.delete(timer)
      clearTimeout(timer as NodeJS.Timeout)
    },
    keepAlive: (timer, alive) => void (alive ? (timer as NodeJS.Timeout).ref() : (timer as NodeJS.Timeout).unref()),
    setImmediate: (callback) => setImmediate(callback),
  }
}

it('leaves files, timers, listeners and connections as they were, however often it is used', async () => {
  const clock = countingClock()
  const pool = openPool({ clock, maxConnections: 4, leakThreshold: 60_000, maxLifetime: 200 })
  const { signal } = new AbortController()
  const round = async (): Promise<void> => {
    const calls: Promise<unknown>[] = []
    for (let call = 0; call < 500; call++) {
      calls.push(pool.read(() => nextTurn(), { signal }))
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
  const files = openFiles()
  for (let rounds = 0; rounds < 20; rounds++) await round()
  const { opened, closed, open, timeouts } = pool.stats()
  expect(pool.stats()).toMatchObject({ leased: 0, waiting: 0, idle: open })
  expect(open).toBe(opened - closed)
  expect(closed).toBeGreaterThan(0)
  expect(timeouts).toBeGreaterThan(0)
  expect(getEventListeners(signal, 'abort')).toStrictEqual([])
  // One for those who wait in each line, for idle readers, for leases that are held, and for the WAL.
  expect(clock.timers.size).toBeLessThanOrEqual(5)
  // Some connections may just have reached the end of their lives.
  expect(openFiles()).toBeLessThanOrEqual(files + 4)
  await pool.close()
  expect(clock.timers.size).toBe(0)
})
