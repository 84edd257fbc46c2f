import { mapDriverError, type SqliteStatement } from '@forge/pool'
import type { StatementKey } from '@forge/stmt-cache'
import { type CompiledQuery, type QueryResult, RawNode, SelectQueryNode } from 'kysely'
import type { CachedConnection } from './cached-connection.ts'

/** A statement, the values bound to it, and what is done with both. */
export interface Execution<T> {
  readonly key: StatementKey | string
  readonly values: readonly unknown[]
  readonly read: (statement: SqliteStatement, values: readonly unknown[]) => T
}

/** Says that a statement that writes came to a connection that reads. */
export const writes: unique symbol = Symbol('writes')

// A statement that starts otherwise may change its connection when it is prepared, as some pragmas do.
const startsAsRead = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:select|with|values|explain)\b/i

/** Whether a query is worth asking a reader for; only the prepared statement knows for sure. */
export function looksReadOnly(compiled: CompiledQuery): boolean {
  if (SelectQueryNode.is(compiled.query)) return true
  return RawNode.is(compiled.query) && startsAsRead.test(compiled.sql)
}

/** Runs a statement; one that writes is not run on a reader, the result is then {@link writes}. */
export function execute<T>(connection: CachedConnection, { key, values, read }: Execution<T>): T | typeof writes {
  return connection.statements.use(key, (statement) =>
    connection.role === 'reader' && !statement.readonly ? writes : read(statement, values),
  )
}

/** Runs a statement where it is; one that writes fails on a reader, in SQLite's own words. */
export function runHere<T>(connection: CachedConnection, { key, values, read }: Execution<T>): T {
  return connection.statements.use(key, (statement) => read(statement, values))
}

/** The rows or the counts of a statement in Kysely's form. */
export function queryResult<R>(statement: SqliteStatement, values: readonly unknown[]): QueryResult<R> {
  if (statement.reader) return { rows: statement.all(...values) as R[] }
  const { changes, lastInsertRowid } = statement.run(...values)
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
}

/** `error` as a typed error that knows the statement. */
export function queryFailure(error: unknown, sql: string, callSite?: (...args: never[]) => unknown): unknown {
  return mapDriverError(error, callSite === undefined ? { sql } : { sql, callSite })
}
