import type { ConnectionPool } from './connection-pool.ts'
import { mapDriverError } from './driver-error.ts'
import type { ConnectionLease } from './lease.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { WalCare } from './wal-care.ts'

/** What takes care of the WAL of a pool. */
export function walCareOf<C extends SqliteConnection>(pool: ConnectionPool<C>): WalCare<ConnectionLease<C>> {
  const { settings, worker, events } = pool
  return new WalCare<ConnectionLease<C>>({
    settings: settings.wal,
    clock: settings.clock,
    inThread: worker && ((mode, signal) => worker.checkpoint(mode, signal)),
    tryWriter: () => {
      try {
        return pool.take('writer', walCareOf, true)
      } catch {
        // The pool is closing, or its file has moved; whoever uses it next is told.
        return undefined
      }
    },
    writer: (signal) => pool.lend('writer', { signal }, walCareOf),
    held: () => heldReaders(pool),
    end: (lease, heldFor) => {
      if (lease.pooled === undefined || !pool.readers.evict(lease.pooled)) return false
      lease.endedAfter = heldFor
      return true
    },
    onCheckpoint: ({ bytes, ...result }, milliseconds, error) => {
      const failure = error === undefined ? {} : { error: mapDriverError(error) }
      events.publish('checkpoint', { ...result, walBytes: bytes, milliseconds, ...failure })
    },
    onLongReader: ({ site }, heldMs, walBytes, ended) =>
      events.publish('long-reader', { heldMs, walBytes, ended, stack: site?.frames }),
  })
}

function* heldReaders<C extends SqliteConnection>(
  pool: ConnectionPool<C>,
): Generator<ConnectionLease<C>, void, undefined> {
  for (const lease of pool.leases()) if (lease.role === 'reader' && lease.endedAfter === undefined) yield lease
}
