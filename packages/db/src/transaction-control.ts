import { isBusy, type Pool } from '@forge/pool'
import type { CachedConnection } from './cached-connection.ts'
import { TransactionFinishedError } from './errors.ts'
import { queryFailure } from './execute.ts'

/** `immediate` takes the write lock at once; `deferred` reads one snapshot and cannot write. */
export type TransactionMode = 'immediate' | 'deferred'

/** Begins a transaction, trying again while another connection holds the write lock. */
export async function begin(
  pool: Pool<CachedConnection>,
  connection: CachedConnection,
  mode: TransactionMode,
  signal: AbortSignal | undefined,
): Promise<void> {
  const attempt = mode === 'immediate' ? () => connection.run('begin immediate') : () => beginSnapshot(connection)
  await tryNowOrLater(pool, attempt, 'begin', signal)
}

/** Commits; only a database that is not in WAL mode may be busy now, and keeps the transaction open then. */
export async function commit(pool: Pool<CachedConnection>, connection: CachedConnection): Promise<void> {
  connection.endIterations()
  if (!connection.inTransaction) {
    throw new TransactionFinishedError('SQLite had rolled the transaction back before it could be committed', {
      hint: 'Look for the statement that failed inside the transaction, or ended it, and run the transaction again',
    })
  }
  await tryNowOrLater(pool, () => connection.run('commit'), 'commit', undefined)
  connection.refuseWrites(false)
}

/** Rolls back what is left of the transaction; a connection that cannot even do that is dropped by the pool. */
export function rollback(connection: CachedConnection): void {
  connection.endIterations()
  try {
    if (connection.inTransaction) connection.run('rollback')
    connection.refuseWrites(false)
  } catch {
    // What led to the rollback says more, and the pool sees that the transaction is still open.
  }
}

/** The snapshot is taken by the first read, so one is made here: what is busy, is busy now. */
function beginSnapshot(connection: CachedConnection): void {
  connection.run('begin')
  try {
    connection.use('select count(*) from sqlite_schema', (statement) => statement.get())
    connection.refuseWrites(true)
  } catch (error) {
    connection.run('rollback')
    throw error
  }
}

async function tryNowOrLater(
  pool: Pool<CachedConnection>,
  attempt: () => void,
  sql: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    attempt()
  } catch (error) {
    if (!isBusy(error)) throw queryFailure(error, sql)
    await pool.retryBusy(attempt, { signal, sql })
  }
}
