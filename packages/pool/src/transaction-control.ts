import { isBusy, mapDriverError } from './driver-error.ts'
import type { Pool } from './pool.ts'
import type { SqliteConnection, SqliteStatement } from './sqlite-connection.ts'
import { TransactionFinishedError } from './transaction-errors.ts'

/**
 * `immediate` takes the write lock at once, so that it never fails halfway because somebody else wrote.
 *
 * `deferred` reads one snapshot and takes the write lock with its first write; where another process wrote in between,
 * the whole body is run once more, with the lock from the start.
 *
 * `read` reads one snapshot, on a reader, and cannot write.
 */
export type TransactionMode = 'immediate' | 'deferred' | 'read'

type Retry = Pick<Pool<SqliteConnection>, 'retryBusy'>

/** Begins a transaction: at once, or later where another connection holds the lock. */
export function begin(
  pool: Retry,
  connection: SqliteConnection,
  mode: TransactionMode,
  signal: AbortSignal | undefined,
): Promise<void> | undefined {
  const attempt = mode === 'immediate' ? () => control(connection, 'begin immediate') : () => beginSnapshot(connection)
  return nowOrLater(pool, attempt, 'begin', signal)
}

/** Commits; only a database that is not in WAL mode may be busy now, and keeps the transaction open until later. */
export function commit(pool: Retry, connection: SqliteConnection): Promise<void> | undefined {
  connection.endIterations?.()
  if (!connection.inTransaction) {
    throw new TransactionFinishedError('SQLite had rolled the transaction back before it could be committed', {
      hint: 'Look for the statement that failed inside the transaction, or ended it, and run the transaction again',
      details: { state: 'rolled-back' },
    })
  }
  return nowOrLater(pool, () => control(connection, 'commit'), 'commit', undefined)
}

/** Whether a connection refuses to write; `false` where asking would cost as much as telling it to. */
export function refusesWrites(connection: SqliteConnection): boolean {
  const ask = (statement: SqliteStatement): boolean => {
    statement.pluck(true)
    return statement.get() === 1
  }
  return connection.use?.('pragma query_only', ask) ?? false
}

/**
 * Makes a connection refuse to write, or lets it write again.
 *
 * SQLite compiles every statement of the connection anew afterwards, so it is not to be told what it does already:
 * that was most of the time of a short read [measured].
 */
export function refuseWrites(connection: SqliteConnection, refuse: boolean): void {
  connection.exec(`pragma query_only = ${refuse ? 'on' : 'off'}`)
}

/** The snapshot is taken by the first read, so one is made here: what is busy, is busy now. */
function beginSnapshot(connection: SqliteConnection): void {
  control(connection, 'begin')
  try {
    control(connection, 'select 1 from sqlite_schema limit 1')
  } catch (error) {
    control(connection, 'rollback')
    throw error
  }
}

/** Runs a statement, prepared where the connection keeps it so: these are run more often than any other. */
function control(connection: SqliteConnection, sql: string): void {
  if (connection.use === undefined) connection.exec(sql)
  else connection.use(sql, (statement) => (statement.reader ? statement.get() : statement.run()))
}

function nowOrLater(
  pool: Retry,
  attempt: () => void,
  sql: string,
  signal: AbortSignal | undefined,
): Promise<void> | undefined {
  try {
    attempt()
    return undefined
  } catch (error) {
    if (!isBusy(error)) throw mapDriverError(error, { sql })
    return pool.retryBusy(attempt, { signal, sql })
  }
}
