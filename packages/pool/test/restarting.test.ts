import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { PoolTransaction, TransactionMode } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { databaseFile, lockInAnotherProcess } from './database-file.ts'
import { failure, firstFrame, notes, texts, write } from './notes.ts'
import { recordEvents } from './recorded-events.ts'

type Tx = PoolTransaction<Database.Database>

/** A pool, and a connection to the same file that the pool knows nothing of. */
async function withStranger(options: { readonly busyDeadline?: number } = {}) {
  const file = databaseFile()
  const pool = await notes({ file, name: file, ...options })
  const stranger = new Database(file, { timeout: 0 })
  onTestFinished(() => void stranger.close())
  return { file, pool, stranger }
}

const count = ({ connection }: Tx) => connection.prepare('select count(*) from note').pluck().get()

it('runs the body again when another connection wrote between its reads and its first write', async () => {
  const { file, pool, stranger } = await withStranger()
  const events = recordEvents(file, 'restart')
  const runs: { readonly tx: Tx; readonly seen: unknown }[] = []
  const result = await pool.transaction(
    async (tx) => {
      runs.push({ tx, seen: count(tx) })
      await sleep(1)
      if (runs.length === 1) write(stranger, 'stranger')
      write(tx.connection, `after ${String(count(tx))}`)
      return runs.length
    },
    { mode: 'deferred' },
  )
  expect(result).toBe(2)
  expect(runs.map(({ seen }) => seen)).toStrictEqual([0, 1])
  expect(runs.map(({ tx }) => tx.state)).toStrictEqual(['rolled-back', 'committed'])
  expect(runs.map(({ tx }) => tx.mode)).toStrictEqual(['deferred', 'deferred'])
  expect(await texts(pool)).toStrictEqual(['stranger', 'after 1'])
  expect(pool.stats()).toMatchObject({ restarts: 1, leased: 0 })
  expect(events).toHaveLength(1)
})

it('has the lock from the start the second time, so that there is no third', async () => {
  const { pool, stranger } = await withStranger()
  const attempts: unknown[] = []
  const strangerWrites = async () => write(stranger, 'stranger')
  await pool.transaction(
    async (tx) => {
      count(tx)
      attempts.push(await strangerWrites().catch((error: unknown) => error))
      write(tx.connection, 'mine')
    },
    { mode: 'deferred' },
  )
  expect(attempts).toStrictEqual([undefined, expect.objectContaining({ code: 'SQLITE_BUSY' })])
  expect(await texts(pool)).toStrictEqual(['stranger', 'mine'])
})

it('knows what was in the way where the body has wrapped the error, or an inner transaction has met it', async () => {
  const { pool, stranger } = await withStranger()
  const wrapping = async (tx: Tx) => {
    try {
      write(tx.connection, 'wrapped')
    } catch (cause) {
      throw new Error('could not write', { cause })
    }
  }
  const nesting = () => pool.transaction((inner) => write(inner.connection, 'nested'))
  for (const body of [wrapping, nesting]) {
    let runs = 0
    await pool.transaction(
      async (tx) => {
        count(tx)
        if (++runs === 1) write(stranger, 'stranger')
        await body(tx)
      },
      { mode: 'deferred' },
    )
    expect(runs).toBe(2)
  }
  expect(await texts(pool)).toStrictEqual(['stranger', 'wrapped', 'stranger', 'nested'])
})

it('runs nothing again that only reads, that began with the lock, or that failed for another reason', async () => {
  const { pool, stranger } = await withStranger()
  const runs: TransactionMode[] = []
  const fails = async (mode: TransactionMode, body: (tx: Tx) => void) => {
    const run = (tx: Tx) => (runs.push(mode), body(tx))
    return failure(() => pool.transaction(run, { mode }))
  }
  const held = await pool.begin()
  const busy = await failure(() => write(stranger, 'busy'))
  held.rollback()
  const mine = new Error('mine')
  const throwBusy = () => {
    throw busy
  }
  expect(await fails('immediate', throwBusy)).toBe(busy)
  expect(await fails('read', throwBusy)).toBe(busy)
  expect(
    await fails('deferred', () => {
      throw mine
    }),
  ).toBe(mine)
  const circle = new Error('circle')
  circle.cause = new Error('around', { cause: circle })
  expect(
    await fails('deferred', () => {
      throw circle
    }),
  ).toBe(circle)
  expect(runs).toStrictEqual(['immediate', 'read', 'deferred', 'deferred'])
  expect(pool.stats()).toMatchObject({ restarts: 0 })
})

it('waits, and leaves the event loop free, while another process holds the lock', async () => {
  const { file, pool } = await withStranger()
  const letGo = await lockInAnotherProcess(file)
  let turns = 0
  const counter = setInterval(() => turns++, 1)
  const seen: unknown[] = []
  const transaction = pool.transaction(
    (tx) => {
      seen.push(count(tx))
      write(tx.connection, 'mine')
    },
    { mode: 'deferred' },
  )
  await expect.poll(() => turns).toBeGreaterThan(20)
  clearInterval(counter)
  expect(pool.stats()).toMatchObject({ restarts: 1 })
  await letGo()
  await transaction
  expect(seen).toStrictEqual([0, 0])
  expect(pool.stats().busyRetries).toBeGreaterThan(2)
  expect(await texts(pool)).toStrictEqual(['mine'])
})

it('gives up at the deadline, with a typed error that leads to its caller', async () => {
  const { file, pool } = await withStranger({ busyDeadline: 20 })
  await lockInAnotherProcess(file)
  for (const mode of ['immediate', 'deferred'] as const) {
    async function asking(): Promise<void> {
      await pool.transaction((tx) => write(tx.connection, 'mine'), { mode })
    }
    const error = await failure(asking)
    expect(error).toMatchObject({ code: 'FORGE_DB_BUSY', details: { sql: 'begin' } })
    expect(firstFrame(error)).toContain('asking')
  }
  expect(await pool.transaction((tx) => count(tx), { mode: 'read' })).toBe(0)
})

it('stops waiting for the lock when the signal is aborted', async () => {
  const { file, pool } = await withStranger()
  await lockInAnotherProcess(file)
  const reason = new Error('enough')
  for (const mode of ['immediate', 'deferred'] as const) {
    const controller = new AbortController()
    const transaction = pool.transaction((tx) => write(tx.connection, 'mine'), { mode, signal: controller.signal })
    await expect.poll(() => pool.stats().leased).toBe(1)
    controller.abort(reason)
    await expect(transaction).rejects.toBe(reason)
  }
  expect(pool.stats()).toMatchObject({ leased: 0 })
})

it('loses no update of several processes, whatever the mode', async () => {
  const file = databaseFile()
  const pool = await notes({ file })
  await pool.write((connection) => connection.exec('create table number (n); insert into number values (0)'))
  const script = fileURLToPath(new URL('./count-up.ts', import.meta.url))
  const countUp = async (mode: TransactionMode): Promise<{ readonly restarts: number }> => {
    const args = ['--conditions=@forge/source', script, file, mode, '100']
    const { stdout } = await promisify(execFile)(process.execPath, args)
    return JSON.parse(stdout)
  }
  const stats = await Promise.all([countUp('deferred'), countUp('deferred'), countUp('immediate')])
  expect(await pool.get('select n from number')).toStrictEqual({ n: 300 })
  expect(stats[2]?.restarts).toBe(0)
})

it('leaves it to the caller where the transaction was begun by a call', async () => {
  const { pool, stranger } = await withStranger()
  await using tx = await pool.begin({ mode: 'deferred' })
  count(tx)
  write(stranger, 'stranger')
  expect(() => write(tx.connection, 'mine')).toThrow(expect.objectContaining({ code: 'SQLITE_BUSY_SNAPSHOT' }))
})
