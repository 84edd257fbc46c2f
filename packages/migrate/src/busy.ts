import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { ManagerContext } from './context.ts'
import { MigrateBusyError } from './errors.ts'
import type { LedgerTables } from './ledger-tables.ts'
import { withConnection } from './with-connection.ts'

/** How to wait for a database that others write to. */
export interface BusyPolicy {
  /** Milliseconds after which to give up. */
  readonly timeoutMs: number
  /** A number from 0 up to 1. */
  readonly random: () => number
}

/**
 * Runs `attempt` on a connection, and again while the database is busy, with pauses that grow to 100 ms.
 *
 * `attempt` starts over each time, with a new transaction: one that SQLite
 * refused because its snapshot is old can never succeed.
 */
export async function retryWhileBusy<T>(
  attempt: (connection: Kysely<LedgerTables>) => Promise<T>,
  { db, dialect, busy: policy }: ManagerContext,
  signal: AbortSignal | undefined,
): Promise<T> {
  const deadline = performance.now() + policy.timeoutMs
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    signal?.throwIfAborted()
    try {
      const limitMs = dialect.connectsAtOnce ? Math.max(0, deadline - performance.now()) : undefined
      return await withConnection(db, attempt, { limitMs, onLimit: () => inUseError(policy.timeoutMs), signal })
    } catch (error) {
      if (!isBusy(error)) throw error
      const leftMs = deadline - performance.now()
      if (leftMs <= 0) throw busyError(policy.timeoutMs, error)
      await pause(Math.min(pauseMs * (0.5 + policy.random()), leftMs), signal)
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal })
  } catch {
    signal?.throwIfAborted()
  }
}

function busyError(busyTimeoutMs: number, cause: unknown): MigrateBusyError {
  return new MigrateBusyError(`The database was busy for ${busyTimeoutMs} ms`, {
    hint: 'End the process that holds a transaction open on this database, or allow more time with busyTimeoutMs',
    details: { busyTimeoutMs },
    cause,
  })
}

function inUseError(busyTimeoutMs: number): MigrateBusyError {
  return new MigrateBusyError(`The connection of db was in use for ${busyTimeoutMs} ms`, {
    hint: 'Call it outside transactions of the same db, or allow more time with busyTimeoutMs',
    details: { busyTimeoutMs },
  })
}

/** PostgreSQL: serialization failure, deadlock, lock not available. */
const busyStates: ReadonlySet<unknown> = new Set(['40001', '40P01', '55P03'])

/** Errors that end a run whatever caused them: a backup has its own way of waiting, and a callback's error is no lock. */
const finalCodes: ReadonlySet<unknown> = new Set(['FORGE_MIGRATE_BACKUP', 'FORGE_MIGRATE_INVALID'])

/** Whether `error`, or what it was caused by, says that another connection was in the way. */
function isBusy(error: unknown, deepest = 16): boolean {
  // The causes may lead in a circle.
  if (typeof error !== 'object' || error === null || deepest === 0) return false
  if ('code' in error) {
    if (finalCodes.has(error.code)) return false
    if (typeof error.code === 'string' && /^SQLITE_(?:BUSY|LOCKED|PROTOCOL)/.test(error.code)) return true
    if (busyStates.has(error.code)) return true
    // node:sqlite has one code for all errors and SQLite's own number beside it: 5 is busy, 6 locked, 15 protocol.
    if (error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error && [5, 6, 15].includes(Number(error.errcode) & 0xff))
      return true
  }
  return 'cause' in error && isBusy(error.cause, deepest - 1)
}
