/** What a connection is used for: the one that writes, or one of those that read. */
export type ConnectionRole = 'writer' | 'reader'

/** What a statement that was run reports. */
export interface SqliteRunResult {
  readonly changes: number
  readonly lastInsertRowid: number | bigint
}

/** The methods of a prepared statement that Forge calls; a `better-sqlite3` statement fits. */
export interface SqliteStatement {
  /** Whether the statement returns rows. */
  readonly reader: boolean
  /** Whether SQLite promises that running the statement writes nothing. */
  readonly readonly: boolean
  run(...parameters: unknown[]): SqliteRunResult
  get(...parameters: unknown[]): unknown
  all(...parameters: unknown[]): unknown[]
  iterate(...parameters: unknown[]): IterableIterator<unknown>
  raw(enabled?: boolean): unknown
  pluck(enabled?: boolean): unknown
  safeIntegers(enabled?: boolean): unknown
}

/** The methods of a SQLite connection that Forge calls; a `better-sqlite3` database fits. */
export interface SqliteConnection {
  /** Whether a transaction is open on the connection. */
  readonly inTransaction: boolean
  /** Whether the connection can be used. */
  readonly open: boolean
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
  /** Lends a prepared statement to `use` for the time of the call; for connections that keep theirs. */
  use?<T>(sql: string, use: (statement: SqliteStatement) => T): T
  /** Ends every iteration over rows that is still open; for connections that know theirs. */
  endIterations?(): void
  /** Lets `exec` do what it refuses while an iteration over rows is open; for drivers that refuse it. */
  unsafeMode?(enabled: boolean): unknown
}
