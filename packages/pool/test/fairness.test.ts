import { setImmediate } from 'node:timers/promises'
import { createPool, type Lease, type Pool, type PoolOptions } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { whoWaits } from './engine.ts'
import { databaseFile } from './database-file.ts'

function open(options: Partial<PoolOptions<Database.Database>> = {}): Pool<Database.Database> {
  const file = databaseFile()
  const pool = createPool({ open: () => new Database(file), ...options })
  onTestFinished(() => pool.close({ deadline: 0 }).catch(() => {}))
  return pool
}

it('hands a released connection to the one that waited longest', async () => {
  const pool = open()
  const order: string[] = []
  const first = await pool.acquire('writer')
  const others = ['second', 'third', 'fourth'].map(async (name) => {
    using _lease = await pool.acquire('writer')
    order.push(name)
    await setImmediate()
  })
  expect(pool.stats()).toMatchObject({ waiting: 3, leased: 1 })
  first.release()
  await Promise.all(others)
  expect(order).toStrictEqual(['second', 'third', 'fourth'])
})

it('lets nobody overtake those who wait', async () => {
  const pool = open()
  const lease = await pool.acquire('writer')
  const waiting = pool.acquire('writer')
  lease.release()
  expect(pool.tryAcquire('writer')).toBeUndefined()
  ;(await waiting).release()
  expect(pool.tryAcquire('writer')).toBeDefined()
})

it('lends at most one writer and the other connections as readers', async () => {
  const pool = open({ maxConnections: 3 })
  const leases = await Promise.all([pool.acquire('reader'), pool.acquire('reader'), pool.acquire('writer')])
  expect(new Set(leases.map((lease) => lease.connection)).size).toBe(3)
  const more = pool.acquire('reader')
  await setImmediate()
  expect(pool.stats()).toMatchObject({ max: 3, open: 3, idle: 0, leased: 3, waiting: 1 })
  const freed = leases[0]?.connection
  leases[0]?.release()
  expect((await more).connection).toBe(freed)
})

it('reads through the writer where there is one connection only', async () => {
  const pool = open({ maxConnections: 1 })
  const reader = await pool.acquire('reader')
  expect(reader.role).toBe('writer')
  expect(pool.tryAcquire('writer')).toBeUndefined()
  reader.release()
  await pool.write((connection) => connection.exec('create table t (a)'))
  expect(await pool.read((connection) => connection.prepare('select * from t').all())).toStrictEqual([])
})

it('opens a connection only when one is needed', async () => {
  const roles: string[] = []
  const file = databaseFile()
  await using pool = createPool({ open: (role) => (roles.push(role), new Database(file)) })
  expect(roles).toStrictEqual([])
  await pool.read(() => {})
  await pool.read(() => {})
  expect(roles).toStrictEqual(['writer', 'reader'])
})

it('takes a connection back once, however often it is released', async () => {
  const pool = open()
  const lease = await pool.acquire('writer')
  lease.release()
  const next = await pool.acquire('writer')
  lease.release()
  lease[Symbol.dispose]()
  expect(pool.tryAcquire('writer')).toBeUndefined()
  next.release()
})

it('refuses the connection of a lease that was released', async () => {
  const pool = open()
  const lease = await pool.acquire('reader')
  lease.release()
  expect(() => lease.connection).toThrow(expect.objectContaining({ code: 'FORGE_POOL_LEASE_RELEASED' }))
})

it('rolls back what a lease left open', async () => {
  const pool = open()
  await pool.write((connection) => connection.exec('create table t (a)'))
  await pool.write((connection) => connection.exec('begin; insert into t values (1)'))
  expect(await pool.write((connection) => connection.inTransaction)).toBe(false)
  expect(await pool.read((connection) => connection.prepare('select * from t').all())).toStrictEqual([])
})

it('releases the connection when the work with it throws', async () => {
  const pool = open()
  const error = new Error('no')
  await expect(pool.write(() => Promise.reject(error))).rejects.toBe(error)
  expect(pool.stats()).toMatchObject({ leased: 0, idle: 1 })
})

it('stops waiting when the signal is aborted, with its reason', async () => {
  const pool = open()
  const lease = await pool.acquire('writer')
  const controller = new AbortController()
  const waiting = pool.acquire('writer', { signal: controller.signal })
  const next = pool.acquire('writer')
  const reason = new Error('changed my mind')
  controller.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  await expect(pool.acquire('writer', { signal: controller.signal })).rejects.toBe(reason)
  lease.release()
  ;(await next).release()
})

it('says where it waited in vain', async () => {
  const pool = open()
  const lease = await pool.acquire('writer')
  async function patient(): Promise<Lease<Database.Database>> {
    return await pool.acquire('writer', { timeout: 1 })
  }
  const error = await patient().catch((reason: unknown) => reason as Error)
  expect(error).toMatchObject({ code: 'FORGE_POOL_TIMEOUT', details: { role: 'writer', timeout: 1 } })
  expect((error as Error).stack?.split('\n')[1]).toContain(whoWaits('patient'))
  expect(pool.stats()).toMatchObject({ timeouts: 1, waiting: 0 })
  lease.release()
})

it('refuses a role it does not know', async () => {
  await expect(open().acquire('owner' as 'writer')).rejects.toMatchObject({ code: 'FORGE_POOL_OPTIONS' })
})
