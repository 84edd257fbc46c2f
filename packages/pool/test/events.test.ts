import { setImmediate } from 'node:timers/promises'
import { basename } from 'node:path'
import { expect, it } from 'vitest'
import { databaseFile, lockInAnotherProcess } from './database-file.ts'
import { manualClock } from './manual-clock.ts'
import { openPool } from './open-pool.ts'
import { recordEvents } from './recorded-events.ts'

it('tells when connections are opened, lent, given back and closed', async () => {
  const clock = manualClock()
  const pool = openPool({ name: 'told', clock })
  const events = recordEvents('told', 'open', 'close', 'acquire', 'release')
  const lease = await pool.acquire('writer')
  clock.advance(5)
  const waiting = pool.acquire('writer')
  clock.advance(7)
  lease.release()
  ;(await waiting).release()
  await pool.close()
  const pool_ = 'told'
  const role = 'writer'
  expect(events).toStrictEqual([
    { event: 'open', pool: pool_, role, milliseconds: 0 },
    { event: 'acquire', pool: pool_, role, waitedMs: 0 },
    { event: 'release', pool: pool_, role, heldMs: 12 },
    { event: 'acquire', pool: pool_, role, waitedMs: 7 },
    { event: 'release', pool: pool_, role, heldMs: 0 },
    { event: 'close', pool: pool_, role, reason: 'pool-closed' },
  ])
})

it('calls a pool by the name of its file where it has no other', async () => {
  const file = databaseFile()
  const pool = openPool({}, file)
  expect(pool.name).toBe('pool')
  const events = recordEvents(basename(file), 'open')
  await pool.read(() => {})
  expect(pool.name).toBe('test.db')
  expect(events.map(({ role }) => role)).toStrictEqual(['writer', 'reader'])
})

it('tells when a lock is in the way', async () => {
  const file = databaseFile()
  const pool = openPool({ name: 'locked' }, file)
  const events = recordEvents('locked', 'busy')
  using lease = await pool.acquire('writer')
  const letGo = await lockInAnotherProcess(file)
  const begun = pool.retryBusy(() => lease.connection.exec('begin immediate'))
  await expect.poll(() => events.length).toBeGreaterThan(0)
  await letGo()
  await begun
})

it('goes on when one who listens throws', async () => {
  const pool = openPool({ name: 'brittle' })
  const events = recordEvents('brittle', 'acquire', 'release')
  const thrown: unknown[] = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => thrown.push(error))
  try {
    Object.defineProperty(events, 'push', {
      value: () => {
        throw new Error('mine')
      },
    })
    expect(await pool.write(() => 'written')).toBe('written')
    await setImmediate()
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const listener of listeners) process.on('uncaughtException', listener)
  }
  expect(thrown).toMatchObject([{ message: 'mine' }, { message: 'mine' }])
  expect(pool.stats()).toMatchObject({ leased: 0 })
})
