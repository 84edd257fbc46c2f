import {
  type ConnectionRole,
  mapDriverError,
  needsWriter,
  type Pool,
  refuseTransactionControl,
  type SqliteStatement,
  startsAsRead,
} from '@forge/pool'
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

/** Whether a query is worth asking a reader for; only the prepared statement knows for sure. */
export function looksReadOnly(compiled: CompiledQuery): boolean {
  if (SelectQueryNode.is(compiled.query)) return true
  return RawNode.is(compiled.query) && startsAsRead(compiled.sql)
}

/**
 * Refuses raw SQL that begins or ends a transaction.
 *
 * @throws `FORGE_TRANSACTION_CONTROL`
 */
export function refuseControl(compiled: CompiledQuery, callSite: CallSite): void {
  if (RawNode.is(compiled.query)) refuseTransactionControl(compiled.sql, callSite)
}

/** How {@link executeOnPool} waits, and where its errors lead. */
export interface ExecuteOptions {
  readonly signal?: AbortSignal | undefined
  readonly callSite?: CallSite
}

/** Runs one statement, outside a transaction, on any connection of the role; one that writes on the writer. */
export function executeOnPool<T>(
  pool: Pool<CachedConnection>,
  role: ConnectionRole,
  execution: Execution<T>,
  { signal, callSite = executeOnPool }: ExecuteOptions = {},
): Promise<T> {
  const { sql } = execution
  return pool.execute(role, (connection, on) => executeForRole(connection, on, execution), { sql, signal, callSite })
}

function executeForRole<T>(
  connection: CachedConnection,
  role: ConnectionRole,
  { key, values, read }: Execution<T>,
): T | typeof needsWriter {
  if (role === 'writer') return connection.use(key, (statement) => read(statement, values))
  return connection.useQuery(key, (statement) => (isReadOnly(statement) ? read(statement, values) : needsWriter))
}

const readOnlyStatements = new WeakSet<SqliteStatement>()

/** To ask the driver costs a tenth of a point read, so each statement is asked for once. */
function isReadOnly(statement: SqliteStatement): boolean {
  if (readOnlyStatements.has(statement)) return true
  if (!statement.readonly) return false
  readOnlyStatements.add(statement)
  return true
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
