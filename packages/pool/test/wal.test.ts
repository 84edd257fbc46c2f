import { statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { createPool, type Pool, type PoolOptions, type WalOptions } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { databaseFile, lockInAnotherProcess, readInAnotherProcess } from './database-file.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { firstFrame } from './notes.ts'
import { openPool } from './open-pool.ts'
import { recordEvents } from './recorded-events.ts'

const kibibyte = 1_024

/** Marks that a test reaches with few writes. */
const lowMarks: WalOptions = {
  passiveAt: 64 * kibibyte,
  restartAt: 256 * kibibyte,
  truncateAt: 1_024 * kibibyte,
  longReader: 1_000,
}

interface Setting {
  readonly pool: Pool<Database.Database>
  readonly file: string
  readonly clock: ManualClock
  /** Commits that many transactions of about 9 KiB, ten milliseconds apart. */
  readonly write: (transactions: number) => Promise<void>
  /** Bytes of the file of the WAL. */
  readonly walFile: () => number
}

async function setting(wal: WalOptions = {}, options: Partial<PoolOptions<Database.Database>> = {}): Promise<Setting> {
  const file = databaseFile()
  const clock = manualClock()
  const pool = openPool({ clock, name: file, wal: { ...lowMarks, ...wal }, ...options }, file)
  await pool.write((connection) => connection.exec('create table t (a blob)'))
  return {
    pool,
    file,
    clock,
    write: async (transactions) => {
      for (let i = 0; i < transactions; i++) {
        clock.advance(10)
        await pool.write((connection) => connection.exec('insert into t values (zeroblob(8000)); delete from t'))
      }
    },
    walFile: () => statSync(`${file}-wal`).size,
  }
}

/** A reader that holds a snapshot until it is told to read once more, and then tells how that went. */
function holdSnapshot(pool: Pool<Database.Database>): {
  readonly begun: Promise<void>
  readonly finish: () => Promise<unknown>
} {
  const begun = Promise.withResolvers<void>()
  const readOn = Promise.withResolvers<void>()
  const reading = pool.read(async (connection) => {
    connection.exec('begin')
    connection.prepare('select * from t').all()
    begun.resolve()
    await readOn.promise
    return connection.prepare('select count(*) as rows from t').get()
  })
  reading.catch(() => {})
  onTestFinished(() => readOn.resolve())
  return {
    begun: begun.promise,
    finish: () => {
      readOn.resolve()
      return reading
    },
  }
}

it('moves the WAL into the file again and again as it grows', async () => {
  const { pool, write, walFile } = await setting()
  await write(400)
  expect(walFile()).toBeLessThan(3 * 64 * kibibyte)
  expect(pool.stats().wal).toMatchObject({ incomplete: 0, failed: 0, endedReaders: 0, longestReaderMs: 0 })
  expect(pool.stats().wal.checkpoints).toBeGreaterThan(20)
})

it('tells of each checkpoint', async () => {
  const { pool, file, write } = await setting()
  const events = recordEvents(file, 'checkpoint')
  await write(6)
  await pool.checkpoint('truncate')
  expect(events[0]).toMatchObject({ mode: 'passive', complete: true, pendingBytes: 0, walBytes: expect.any(Number) })
  expect(events.at(-1)).toMatchObject({ mode: 'truncate', complete: true, pendingBytes: 0, walBytes: 0 })
  expect(events.at(-1)).not.toHaveProperty('error')
})

it('looks once more when nobody writes any more', async () => {
  const { pool, clock } = await setting()
  for (let i = 0; i < 20; i++)
    await pool.write((connection) => connection.exec('insert into t values (zeroblob(8000))'))
  expect(pool.stats().wal.checkpoints).toBe(0)
  clock.advance(10)
  expect(pool.stats().wal).toMatchObject({ checkpoints: 1, pendingBytes: 0 })
})

it('tells who lets the WAL grow, and has it cut to nothing when that reader is done', async () => {
  const { pool, file, write, walFile, clock } = await setting()
  const events = recordEvents(file, 'long-reader')
  const reader = holdSnapshot(pool)
  await reader.begun
  await write(250)
  expect(events).toMatchObject([{ ended: false, heldMs: expect.any(Number), walBytes: expect.any(Number) }])
  expect(events[0]?.['heldMs']).toBeGreaterThanOrEqual(1_000)
  expect(walFile()).toBeGreaterThan(1_024 * kibibyte)
  expect(pool.stats().wal.longestReaderMs).toBe(2_500)
  expect(pool.stats().wal.incomplete).toBeGreaterThan(0)
  expect(await reader.finish()).toStrictEqual({ rows: 0 })
  clock.advance(2_000)
  expect(walFile()).toBe(0)
  expect(pool.stats().wal).toMatchObject({ bytes: 0, pendingBytes: 0, endedReaders: 0, longestReaderMs: 0 })
  expect(events).toHaveLength(1)
})

it('does not look for long readers while none is in the way', async () => {
  const { pool, file, write, clock } = await setting()
  const events = recordEvents(file, 'long-reader')
  const lease = await pool.acquire('reader')
  clock.advance(5_000)
  await write(100)
  lease.release()
  expect(events).toStrictEqual([])
})

it('ends a reader that is in the way for too long, where it is told to', async () => {
  const { pool, file, write, walFile } = await setting({ endReadersAfter: 2_000 })
  const events = recordEvents(file, 'long-reader', 'close')
  const reader = holdSnapshot(pool)
  await reader.begun
  await write(150)
  expect(pool.stats().wal.endedReaders).toBe(0)
  await write(250)
  expect(pool.stats().wal).toMatchObject({ endedReaders: 1, longestReaderMs: 0 })
  expect(events).toMatchObject([
    { event: 'long-reader', ended: false },
    { event: 'close', role: 'reader', reason: 'ended' },
    { event: 'long-reader', ended: true },
  ])
  expect(walFile()).toBeLessThanOrEqual(256 * kibibyte)
  async function user(): Promise<void> {
    await reader.finish()
  }
  await expect(user()).rejects.toMatchObject({
    code: 'FORGE_POOL_READER_ENDED',
    hint: expect.stringContaining('endReadersAfter'),
    details: { heldMs: expect.any(Number) },
    cause: expect.any(TypeError),
  })
  expect(await pool.read((connection) => connection.prepare('select count(*) from t').pluck().get())).toBe(0)
})

it('refuses the connection of a lease whose reader was ended', async () => {
  const { pool, write } = await setting({ endReadersAfter: 1_000 })
  const lease = await pool.acquire('reader')
  lease.connection.exec('begin; select count(*) from t')
  await write(250)
  expect(pool.stats().wal.endedReaders).toBe(1)
  expect(() => lease.connection).toThrow(expect.objectContaining({ code: 'FORGE_POOL_READER_ENDED' }))
  lease.release()
  expect(pool.stats()).toMatchObject({ leased: 0 })
})

it('waits for an iteration that the driver does not end, and moves the WAL after it', async () => {
  const { pool, write, walFile, clock } = await setting({ endReadersAfter: 1_000 })
  await pool.write((connection) => connection.exec('create table n (a); insert into n values (1), (2)'))
  const lease = await pool.acquire('reader')
  const rows = lease.connection.prepare('select a from n').pluck().iterate()
  rows.next()
  await write(250)
  expect(pool.stats().wal.endedReaders).toBe(0)
  expect(walFile()).toBeGreaterThan(1_024 * kibibyte)
  expect([...rows]).toStrictEqual([2])
  lease.release()
  clock.advance(2_000)
  expect(walFile()).toBe(0)
})

it('tries again while a reader of another process is in the way', async () => {
  const { pool, file, write, walFile, clock } = await setting()
  const letGo = await readInAnotherProcess(file)
  await write(150)
  expect(walFile()).toBeGreaterThan(1_024 * kibibyte)
  expect(await pool.checkpoint('truncate')).toMatchObject({ mode: 'truncate', complete: false })
  await letGo()
  clock.advance(2_000)
  expect(walFile()).toBe(0)
})

it('keeps the WAL from growing without end while one use of the writer goes on', async () => {
  const { pool, walFile } = await setting()
  await pool.write((connection) => {
    for (let i = 0; i < 500; i++) connection.exec('insert into t values (zeroblob(8000)); delete from t')
  })
  expect(walFile()).toBeLessThan(2 * 256 * kibibyte)
})

it('leaves no WAL behind when it closes', async () => {
  const { pool, file, write } = await setting()
  await write(20)
  await pool.close()
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })).toBeUndefined()
})

it('runs a checkpoint when it is asked to', async () => {
  const { pool, write, walFile } = await setting({ passiveAt: 2 ** 30, restartAt: 2 ** 30, truncateAt: 2 ** 30 })
  await write(30)
  expect(pool.stats().wal).toMatchObject({ checkpoints: 0, pendingBytes: pool.stats().wal.bytes })
  const moved = await pool.checkpoint()
  expect(moved).toMatchObject({ mode: 'passive', complete: true, pendingBytes: 0 })
  expect(moved.bytes).toBeGreaterThan(100 * kibibyte)
  for (const mode of ['full', 'restart', 'truncate'] as const) {
    await write(5)
    expect(await pool.checkpoint(mode)).toMatchObject({ mode, complete: true, pendingBytes: 0 })
  }
  expect(walFile()).toBe(0)
  expect(pool.stats().wal).toMatchObject({ checkpoints: 4, bytes: 0 })
})

it('says that a checkpoint was not complete when another process holds the write lock', async () => {
  const { pool, file, write } = await setting()
  await write(3)
  await lockInAnotherProcess(file)
  expect(await pool.checkpoint('restart')).toMatchObject({ complete: false })
  expect(await pool.checkpoint()).toMatchObject({ complete: true })
})

it('refuses a checkpoint that cannot be', async () => {
  const { pool, file } = await setting()
  await expect(pool.checkpoint('all' as 'full')).rejects.toMatchObject({ code: 'FORGE_POOL_OPTIONS' })
  const reason = new Error('changed my mind')
  await expect(pool.checkpoint('full', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  const inside = pool.write(() => pool.checkpoint())
  await expect(inside).rejects.toMatchObject({ code: 'FORGE_POOL_DEADLOCK' })
  const readOnly = openPool({ readOnly: true }, file)
  async function asking(): Promise<void> {
    await readOnly.checkpoint()
  }
  const error = await asking().catch((refusal: unknown) => refusal as Error)
  expect(error).toMatchObject({ code: 'FORGE_POOL_READ_ONLY' })
  expect(firstFrame(error as Error)).toContain('asking')
  await pool.close()
  await expect(pool.checkpoint()).rejects.toMatchObject({ code: 'FORGE_POOL_CLOSED' })
})

it('needs no WAL', async () => {
  const clock = manualClock()
  const pool = openPool({ open: () => new Database(':memory:'), maxConnections: 1, clock })
  await pool.write((connection) => connection.exec('create table t (a)'))
  clock.advance(100)
  await pool.write((connection) => connection.exec('insert into t values (1)'))
  expect(await pool.checkpoint('truncate')).toMatchObject({ complete: true, bytes: 0, pendingBytes: 0 })
})

it('refuses marks that cannot work', () => {
  const wrong: readonly [keyof WalOptions, WalOptions][] = [
    ['passiveAt', { passiveAt: 0 }],
    ['passiveAt', { passiveAt: 1.5 }],
    ['restartAt', { passiveAt: 2_000, restartAt: 1_000 }],
    ['truncateAt', { restartAt: 2_000, passiveAt: 1_000, truncateAt: 1_500 }],
    ['longReader', { longReader: -1 }],
    ['endReadersAfter', { endReadersAfter: Number.NaN }],
  ]
  for (const [option, wal] of wrong) {
    expect(() => createPool({ open: () => new Database(':memory:'), wal })).toThrow(
      expect.objectContaining({ code: 'FORGE_POOL_OPTIONS', details: { option: `wal.${option}` } }),
    )
  }
})

it('moves the marks it was not given out of the way of those it was', async () => {
  const pool = openPool({ wal: { passiveAt: 2 ** 30 } })
  await pool.write((connection) => connection.exec('create table t (a)'))
  await setImmediate()
  expect(pool.stats().wal.failed).toBe(0)
})
