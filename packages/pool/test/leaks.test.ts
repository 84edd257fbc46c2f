import { setImmediate } from 'node:timers/promises'
import type { Lease } from '@forge/pool'
import type Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { manualClock } from './manual-clock.ts'
import { openPool } from './open-pool.ts'
import { recordEvents } from './recorded-events.ts'

it('reports a lease that is held for too long once, with the line that acquired it', async () => {
  const clock = manualClock()
  const pool = openPool({ name: 'leaky', clock, leakThreshold: 1_000 })
  const leaks = recordEvents('leaky', 'leak')
  await pool.read(() => {})
  async function forgetful(): Promise<Lease<Database.Database>> {
    return await pool.acquire('reader')
  }
  const lease = await forgetful()
  clock.advance(999)
  expect(leaks).toStrictEqual([])
  clock.advance(1)
  clock.advance(5_000)
  expect(leaks).toMatchObject([{ role: 'reader', heldMs: 1_000, stack: expect.stringMatching(/^ +at forgetful/) }])
  expect(pool.snapshot().connections.find((each) => each.state === 'leased')?.stack).toContain('forgetful')
  lease.release()
})

it('reports one that had to wait for its lease, and a connection that is leaked again', async () => {
  const clock = manualClock()
  const pool = openPool({ name: 'again', clock, leakThreshold: 1_000 })
  const leaks = recordEvents('again', 'leak')
  const first = await pool.acquire('writer')
  async function queuer(): Promise<Lease<Database.Database>> {
    return await pool.acquire('writer')
  }
  const waiting = queuer()
  clock.advance(1_000)
  first.release()
  const second = await waiting
  clock.advance(999)
  expect(leaks).toHaveLength(1)
  clock.advance(1)
  expect(leaks).toHaveLength(2)
  expect(leaks[1]).toMatchObject({ heldMs: 1_000, stack: expect.stringContaining('queuer') })
  second.release()
})

it('reports nothing that comes back in time, and nothing unless it is asked to', async () => {
  const clock = manualClock()
  const watched = openPool({ name: 'in time', clock, leakThreshold: 1_000 })
  const unwatched = openPool({ name: 'in time', clock })
  const leaks = recordEvents('in time', 'leak')
  using _kept = await unwatched.acquire('writer')
  for (let turn = 0; turn < 5; turn++) {
    const lease = await watched.acquire('writer')
    clock.advance(600)
    lease.release()
    await setImmediate()
  }
  expect(leaks).toStrictEqual([])
})
