import type { Kysely } from 'kysely'

/** How long to wait for a connection. */
export interface ConnectionWait {
  /** Milliseconds; without a limit if absent. */
  readonly limitMs: number | undefined
  /** What to reject with when the time is over. */
  readonly onLimit: () => Error
  readonly signal: AbortSignal | undefined
}

/** The longest time a timer of Node can be set to; a longer one would go off at once. */
const longestTimerMs = 2 ** 31 - 1

/**
 * Runs `work` on one connection of `db`, and stops waiting for it when the time is over or the signal is aborted.
 *
 * Kysely gives one connection to one user after the other, and whoever waits
 * for it inside a transaction of the same `db` waits for itself. A connection
 * that comes after the wait was given up goes back unused.
 */
export async function withConnection<DB, T>(
  db: Kysely<DB>,
  work: (connection: Kysely<DB>) => Promise<T>,
  { limitMs = Infinity, onLimit, signal }: ConnectionWait,
): Promise<T> {
  let givenUp: { readonly reason: unknown } | undefined
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const giveUp = (reason: unknown): void => {
    givenUp = { reason }
    reject(reason)
  }
  const onAbort = (): void => giveUp(signal?.reason)
  signal?.addEventListener('abort', onAbort)
  const timer = limitMs > longestTimerMs ? undefined : setTimeout(() => giveUp(onLimit()), limitMs)
  const waitNoMore = (): void => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
  const worked = db.connection().execute((connection) => {
    if (givenUp !== undefined) throw givenUp.reason
    waitNoMore()
    return work(connection)
  })
  try {
    return await Promise.race([worked, stopped])
  } finally {
    waitNoMore()
  }
}
