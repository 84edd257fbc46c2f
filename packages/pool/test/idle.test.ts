import { setImmediate } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { databaseFile } from './database-file.ts'
import { manualClock } from './manual-clock.ts'
import { openPool } from './open-pool.ts'
import { recordEvents } from './recorded-events.ts'

it('closes readers that nobody has used for a while, and keeps the writer', async () => {
  const clock = manualClock()
  const pool = openPool({ name: 'idle', clock, idleTimeout: 1_000 })
  const events = recordEvents('idle', 'close')
  const leases = await Promise.all([pool.acquire('reader'), pool.acquire('reader'), pool.acquire('writer')])
  for (const lease of leases) lease.release()
  clock.advance(999)
  expect(pool.stats()).toMatchObject({ open: 3, closed: 0 })
  clock.advance(1)
  expect(pool.stats()).toMatchObject({ open: 1, idle: 1, opened: 3, closed: 2 })
  expect(events).toMatchObject([
    { role: 'reader', reason: 'idle' },
    { role: 'reader', reason: 'idle' },
  ])
  clock.advance(100_000)
  expect(await pool.read(() => 'opened again')).toBe('opened again')
  expect(pool.stats()).toMatchObject({ open: 2, opened: 4 })
})

it('closes only what has been idle for that long', async () => {
  const clock = manualClock()
  const pool = openPool({ clock, idleTimeout: 1_000 })
  const [first, second] = await Promise.all([pool.acquire('reader'), pool.acquire('reader')])
  const { connection } = second
  first.release()
  clock.advance(600)
  second.release()
  clock.advance(600)
  expect(pool.stats()).toMatchObject({ open: 2, closed: 1 })
  expect(connection.open).toBe(true)
  clock.advance(400)
  expect(connection.open).toBe(false)
})

it('keeps what is used all the time', async () => {
  const clock = manualClock()
  const pool = openPool({ clock, idleTimeout: 1_000 })
  for (let turn = 0; turn < 20; turn++) {
    await pool.read(() => {})
    clock.advance(900)
  }
  expect(pool.stats()).toMatchObject({ opened: 2, closed: 0 })
})

it('closes no reader that is lent out, however long', async () => {
  const clock = manualClock()
  const pool = openPool({ clock, idleTimeout: 10 })
  await pool.read(() => {})
  const lease = await pool.acquire('reader')
  clock.advance(1_000_000)
  expect(lease.connection.open).toBe(true)
  lease.release()
})

it('closes a connection that comes back after its lifetime, and opens another for those who wait', async () => {
  const clock = manualClock()
  const pool = openPool({ name: 'mortal', clock, maxLifetime: 5_000 })
  const events = recordEvents('mortal', 'close')
  const lease = await pool.acquire('writer')
  const { connection } = lease
  clock.advance(5_000)
  const waiting = pool.acquire('writer')
  lease.release()
  expect(connection.open).toBe(false)
  const next = await waiting
  expect(next.connection).not.toBe(connection)
  next.release()
  expect(events).toMatchObject([{ role: 'writer', reason: 'lifetime' }])
  expect(pool.stats()).toMatchObject({ open: 1, opened: 2, closed: 1 })
})

it('checks a connection that has been idle before it lends it again', async () => {
  const clock = manualClock()
  const pool = openPool({ name: 'checked', clock, healthCheckAfter: 100, idleTimeout: Infinity })
  const events = recordEvents('checked', 'close')
  const broken = await pool.read((connection) => connection)
  broken.close()
  clock.advance(100)
  const working = await pool.read((connection) => connection)
  expect(working).not.toBe(broken)
  expect(working.open).toBe(true)
  expect(events).toMatchObject([{ role: 'reader', reason: 'unhealthy' }])
})

it('drops a connection whose user closed it', async () => {
  const pool = openPool()
  await pool.write((connection) => connection.close())
  expect(await pool.write((connection) => connection.open)).toBe(true)
  expect(pool.stats()).toMatchObject({ opened: 2, closed: 1, open: 1 })
})

it('hands a connection whose user closed it to nobody who waits', async () => {
  const pool = openPool()
  const lease = await pool.acquire('writer')
  const waiting = pool.acquire('writer')
  lease.connection.close()
  lease.release()
  const next = await waiting
  expect(next.connection.open).toBe(true)
  next.release()
})

it('checks nothing that was used a moment ago', async () => {
  const clock = manualClock()
  const file = databaseFile()
  const pool = openPool({ clock, healthCheckAfter: 100 }, file)
  const connection = await pool.read((reader) => reader)
  clock.advance(99)
  expect(await pool.read((reader) => reader)).toBe(connection)
  await setImmediate()
  expect(pool.stats()).toMatchObject({ closed: 0 })
})

it('keeps a database in memory, whatever its lifetime', async () => {
  const clock = manualClock()
  const open = () => new Database(':memory:')
  const pool = openPool({ open, maxConnections: 1, maxLifetime: 5, idleTimeout: 5, clock })
  await pool.write((connection) => connection.exec('create table t (a); insert into t values (1)'))
  clock.advance(100)
  await pool.write((connection) => connection.prepare('select a from t').iterate().next())
  expect(await pool.all('select a from t')).toStrictEqual([{ a: 1 }])
  expect(pool.stats()).toMatchObject({ opened: 1, closed: 0 })
})

it('keeps the only reader of a database in memory, however long it is idle', async () => {
  const clock = manualClock()
  const open = () => new Database(':memory:')
  const pool = openPool({ open, readOnly: true, maxConnections: 1, idleTimeout: 5, clock })
  await pool.read(() => {})
  clock.advance(100)
  expect(pool.stats()).toMatchObject({ open: 1, closed: 0 })
})
