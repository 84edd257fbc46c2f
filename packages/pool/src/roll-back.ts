import type { ConnectionLease } from './lease.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/**
 * Rolls back the transaction of a connection, if one is open.
 *
 * Invariant: the write lock is let go of, whatever was left open: a connection that nobody can reach any more, and that
 * still holds it, would keep everyone from writing.
 *
 * @returns whether the connection can be used on; otherwise an iteration over rows was left open on it
 */
export function rollBack(connection: SqliteConnection): boolean {
  try {
    connection.endIterations?.()
    if (connection.inTransaction) connection.exec('rollback')
    return true
  } catch {
    rollBackUnderIterations(connection)
    return false
  }
}

/** Whether a connection is open, and no iteration over rows was left open on it; one that writes is undone. */
export function isAtRest(connection: SqliteConnection): boolean {
  try {
    // The driver refuses even this while an iteration is open.
    connection.exec('')
    return true
  } catch {
    rollBackUnderIterations(connection)
    return false
  }
}

/** SQLite itself rolls back under statements that still run: https://sqlite.org/lang_transaction.html */
function rollBackUnderIterations(connection: SqliteConnection): void {
  try {
    connection.unsafeMode?.(true)
    // An iteration outside a transaction holds the write lock where it writes, until a rollback ends that.
    connection.exec(connection.inTransaction ? 'rollback' : 'begin; rollback')
    connection.unsafeMode?.(false)
  } catch {
    // The connection is closed, or its file out of reach: it is given up either way.
  }
}

/** {@link rollBack} for a connection that is lent; one that cannot be used on is closed when it comes back. */
export function giveUp<C extends SqliteConnection>({ pooled }: ConnectionLease<C>): void {
  if (pooled !== undefined && !rollBack(pooled.connection)) pooled.broken = true
}
