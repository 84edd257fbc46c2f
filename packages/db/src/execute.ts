import { isForgeError } from '@forge/errors'
import { type ConnectionRole, isBusy, mapDriverError, type Pool, type SqliteStatement } from '@forge/pool'
import type { StatementKey } from '@forge/stmt-cache'
import { type CompiledQuery, type QueryResult, RawNode, SelectQueryNode } from 'kysely'
import type { CachedConnection } from './cached-connection.ts'

type CallSite = (...args: never[]) => unknown

/** A statement, the values bound to it, and what is done with both. */
export interface Execution<T> {
  readonly sql: string
  readonly key: StatementKey | string
  readonly values: readonly unknown[]
  readonly read: (statement: SqliteStatement, values: readonly unknown[]) => T
}

// A statement that starts otherwise may change its connection when it is prepared, as some pragmas do.
const startsAsRead = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:select|with|values|explain)\b/i

/** Whether a query is worth asking a reader for; only the prepared statement knows for sure. */
export function looksReadOnly(compiled: CompiledQuery): boolean {
  if (SelectQueryNode.is(compiled.query)) return true
  return RawNode.is(compiled.query) && startsAsRead.test(compiled.sql)
}

/** How {@link executeOnPool} waits, and where its errors lead. */
export interface ExecuteOptions {
  readonly signal?: AbortSignal | undefined
  readonly callSite?: CallSite
}

/**
 * Runs one statement, outside a transaction, on any connection of the role: at once where one is free and no lock is
 * in the way, so that a hit costs one promise and no turn of the event loop; otherwise as soon as possible.
 *
 * A statement that writes is run on the writer, whatever the role says.
 */
export function executeOnPool<T>(
  pool: Pool<CachedConnection>,
  role: ConnectionRole,
  execution: Execution<T>,
  options: ExecuteOptions = {},
): Promise<T> {
  try {
    options.signal?.throwIfAborted()
    const lease = pool.tryAcquire(role)
    if (lease === undefined) return executeLater(pool, role, execution, options)
    try {
      const result = executeForRole(lease.connection, execution)
      return result === writes ? executeLater(pool, 'writer', execution, options) : Promise.resolve(result)
    } catch (error) {
      if (!isBusy(error)) throw queryFailure(error, execution.sql, options.callSite)
    } finally {
      lease.release()
    }
    return executeLater(pool, role, execution, options)
  } catch (error) {
    return Promise.reject(error)
  }
}

async function executeLater<T>(
  pool: Pool<CachedConnection>,
  role: ConnectionRole,
  execution: Execution<T>,
  options: ExecuteOptions,
): Promise<T> {
  const { signal } = options
  const lease = await pool.acquire(role, { signal })
  try {
    const attempt = () => executeForRole(lease.connection, execution)
    const result = await pool.retryBusy(attempt, { signal, sql: execution.sql })
    if (result !== writes) return result
  } catch (error) {
    // The call is over; its line is now the first of the asynchronous frames below this function.
    if (isForgeError(error)) Error.captureStackTrace(error, executeLater)
    throw error
  } finally {
    lease.release()
  }
  return executeLater(pool, 'writer', execution, options)
}

/** Says that a statement that writes came to a connection that reads. */
const writes: unique symbol = Symbol('writes')

function executeForRole<T>(connection: CachedConnection, { key, values, read }: Execution<T>): T | typeof writes {
  if (connection.role === 'writer') return connection.use(key, (statement) => read(statement, values))
  return connection.useQuery(key, (statement) => (statement.readonly ? read(statement, values) : writes))
}

/** Runs a statement where it is; one that writes fails on a reader, in SQLite's own words. */
export function runHere<T>(connection: CachedConnection, { key, values, read }: Omit<Execution<T>, 'sql'>): T {
  return connection.use(key, (statement) => read(statement, values))
}

/** The rows or the counts of a statement in Kysely's form. */
export function queryResult<R>(statement: SqliteStatement, values: readonly unknown[]): QueryResult<R> {
  if (statement.reader) return { rows: statement.all(...values) as R[] }
  const { changes, lastInsertRowid } = statement.run(...values)
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
}

/** `error` as a typed error that knows the statement. */
export function queryFailure(error: unknown, sql: string, callSite?: CallSite): unknown {
  return mapDriverError(error, callSite === undefined ? { sql } : { sql, callSite })
}
