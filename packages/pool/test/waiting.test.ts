import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { PoolSnapshot } from '@forge/pool'
import { expect, it } from 'vitest'
import { whoWaits } from './engine.ts'
import { databaseFile } from './database-file.ts'
import { manualClock } from './manual-clock.ts'
import { failureOf, openPool } from './open-pool.ts'
import { recordEvents } from './recorded-events.ts'

it('says who holds what for how long when it waited in vain', async () => {
  const clock = manualClock()
  const pool = openPool({ name: 'notes', clock })
  const events = recordEvents('notes', 'timeout')
  const lease = await pool.acquire('writer')
  lease.connection.exec('begin immediate')
  clock.advance(1_500)
  const waiting = failureOf(() => pool.acquire('writer', { timeout: 100 }))
  const another = failureOf(() => pool.acquire('writer', { timeout: 5_000 }))
  clock.advance(100)
  const error = await waiting
  expect(error.message).toBe(
    'No writer of notes came free within 100 ms: one writer has been held for 1.6 s, in a transaction; ' +
      '1 more wait, the first for 100 ms',
  )
  const snapshot: PoolSnapshot = {
    pool: 'notes',
    max: 4,
    opening: 0,
    connections: [{ role: 'writer', state: 'leased', forMs: 1_600, inTransaction: true }],
    waiting: [{ role: 'writer', count: 1, oldestMs: 100 }],
    busyRetries: 0,
    restarts: 0,
    timeouts: 1,
  }
  expect(error).toMatchObject({ code: 'FORGE_POOL_TIMEOUT', details: { role: 'writer', timeout: 100, snapshot } })
  expect(events).toMatchObject([{ role: 'writer', timeout: 100, snapshot }])
  lease.release()
  clock.advance(10_000)
  expect(pool.stats()).toMatchObject({ timeouts: 1 })
  void another.catch(() => {})
})

it('names the line that holds the writer in a scope', async () => {
  const clock = manualClock()
  const pool = openPool({ clock })
  let finish = () => {}
  async function hoarder(): Promise<void> {
    await pool.write(() => new Promise<void>((resolve) => (finish = resolve)))
  }
  const holding = hoarder()
  await setImmediate()
  const waiting = failureOf(() => pool.write(() => {}, { timeout: 10 }))
  clock.advance(10)
  expect((await waiting).message).toMatch(/held for 10 ms, acquired at hoarder/)
  expect(pool.snapshot().connections[0]?.stack).toContain('hoarder')
  finish()
  await holding
})

it('lets each waiter go at its own deadline, in whatever order they came', async () => {
  const clock = manualClock()
  const pool = openPool({ clock })
  const lease = await pool.acquire('writer')
  const gone: number[] = []
  for (const timeout of [300, 100, 200, 100, Infinity, 0]) {
    void pool.acquire('writer', { timeout }).catch(() => gone.push(timeout))
  }
  for (const expected of [[0], [0, 100, 100], [0, 100, 100, 200], [0, 100, 100, 200, 300]]) {
    clock.advance(expected.length === 1 ? 0 : 100)
    await setImmediate()
    expect(gone).toStrictEqual(expected)
  }
  expect(pool.stats()).toMatchObject({ waiting: 1, timeouts: 5 })
  lease.release()
})

it('plans one timer, however many wait', async () => {
  let planned = 0
  const clock = manualClock()
  const setTimeout = (callback: () => void, milliseconds: number) => {
    planned++
    return clock.setTimeout(callback, milliseconds)
  }
  const pool = openPool({ clock: { ...clock, setTimeout }, idleTimeout: Infinity })
  const lease = await pool.acquire('writer')
  const waiting = Array.from({ length: 1_000 }, () => pool.acquire('writer').then((each) => each.release()))
  expect(planned).toBe(1)
  lease.release()
  await Promise.all(waiting)
})

it('counts how long calls waited that had to wait', async () => {
  const clock = manualClock()
  const pool = openPool({ clock })
  const lease = await pool.acquire('writer')
  const opening = pool.stats().waits
  expect(opening).toMatchObject({ count: 1, totalMs: 0 })
  const waiting = [0, 1, 2].map(async () => (await pool.acquire('writer')).release())
  clock.advance(40)
  const late = pool.acquire('writer').then((each) => each.release())
  clock.advance(10)
  lease.release()
  await Promise.all([...waiting, late])
  const { waits, longestLeaseMs } = pool.stats()
  expect(waits).toMatchObject({ count: 5, totalMs: 160, maxMs: 50 })
  expect(waits.p50Ms).toBeCloseTo(50, -1)
  expect(waits.p99Ms).toBe(50)
  expect(longestLeaseMs).toBe(50)
})

it('counts a lease that is still held as the longest', async () => {
  const clock = manualClock()
  const pool = openPool({ clock })
  using _lease = await pool.acquire('writer')
  clock.advance(77)
  expect(pool.stats().longestLeaseMs).toBe(77)
})

it('leads from an error of waiting to the line that waited', async () => {
  const pool = openPool()
  using _lease = await pool.acquire('writer')
  async function patientWriter(): Promise<void> {
    await pool.write(() => {}, { timeout: 1 })
  }
  async function patientLease(): Promise<void> {
    await pool.acquire('writer', { timeout: 1 })
  }
  for (const patient of [patientWriter, patientLease]) {
    const error = await failureOf(patient)
    expect(error).toMatchObject({ code: 'FORGE_POOL_TIMEOUT' })
    expect(error.stack?.split('\n')[1]).toContain(whoWaits(patient.name))
  }
})

it.each([
  ['waits', 'timed out'],
  ['idles', 'done'],
])('keeps a process alive while somebody waits, and not for anything else: %s', async (what, says) => {
  const script = fileURLToPath(new URL('./fixtures/last-waiter.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@forge/source', script, databaseFile(), what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  expect(await once(child, 'exit')).toStrictEqual([0, null])
  expect(output).toBe(`${says}\n`)
})
