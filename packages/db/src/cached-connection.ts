import type { ConnectionRole, SqliteConnection, SqliteStatement } from '@forge/pool'
import {
  createStatementCache,
  type StatementCache,
  type StatementCacheOptions,
  type StatementCacheStats,
  type StatementKey,
} from '@forge/stmt-cache'
import { StreamEndedError } from './errors.ts'

/** The bounds of the statement cache each connection has. */
export type StatementCacheBounds = Pick<StatementCacheOptions<SqliteStatement>, 'maxEntries' | 'maxBytes'>

/** A connection of the driver together with the statements prepared on it. */
export class CachedConnection implements SqliteConnection {
  /** What it was opened for. */
  readonly role: ConnectionRole
  readonly #driver: SqliteConnection
  readonly #statements: StatementCache<SqliteStatement>
  readonly #iterations = new Set<IterableIterator<unknown>>()
  #refusesWrites = false
  /** Whether something was run that may have begun a transaction. */
  #mayBeInTransaction = true

  constructor(driver: SqliteConnection, role: ConnectionRole, bounds: StatementCacheBounds) {
    this.role = role
    this.#driver = driver
    this.#statements = createStatementCache({ ...bounds, prepare: (sql) => driver.prepare(sql) })
  }

  /** The connection the driver opened. */
  get driver(): SqliteConnection {
    this.#mayBeInTransaction = true
    return this.#driver
  }

  /** Asking the driver costs a tenth of a point read, so it is asked only where the answer is not known. */
  get inTransaction(): boolean {
    return this.#mayBeInTransaction && (this.#mayBeInTransaction = this.#driver.inTransaction)
  }

  get open(): boolean {
    return this.#driver.open
  }

  prepare(sql: string): SqliteStatement {
    return this.driver.prepare(sql)
  }

  exec(sql: string): unknown {
    return this.driver.exec(sql)
  }

  /** Lends the cached statement to `use` for the time of the call. */
  use<T>(key: StatementKey | string, use: (statement: SqliteStatement) => T): T {
    this.#mayBeInTransaction = true
    return this.#statements.use(key, use)
  }

  /** {@link CachedConnection.use} for a statement that is known to be a query, and so to begin no transaction. */
  useQuery<T>(key: StatementKey | string, use: (statement: SqliteStatement) => T): T {
    return this.#statements.use(key, use)
  }

  /** Runs a cached statement that returns nothing, such as `commit`. */
  run(sql: string): void {
    this.use(sql, (statement) => statement.run())
  }

  /** Makes a writer read-only for a while, as a reader always is. */
  refuseWrites(refuse: boolean): void {
    if (this.role === 'reader' || refuse === this.#refusesWrites) return
    this.exec(`pragma query_only = ${refuse ? 'on' : 'off'}`)
    this.#refusesWrites = refuse
  }

  /**
   * Iterates over the rows of a statement, which stays lent until the iteration ends.
   *
   * Invariant: every iteration ends with its consumer, with its transaction or with the connection, whichever comes
   * first: an open one keeps its connection from writing and the WAL from being moved into the file.
   *
   * @throws `FORGE_DB_STREAM_ENDED` when it is read on after one of the latter, rather than hide that rows are missing
   */
  *iterate(key: StatementKey | string, values: readonly unknown[]): Generator<unknown, void, undefined> {
    const lease = this.#statements.acquire(key)
    let rows: IterableIterator<unknown> | undefined
    try {
      rows = lease.statement.iterate(...values)
      this.#iterations.add(rows)
      yield* rows
      if (!this.#iterations.has(rows)) throw endedEarly()
    } finally {
      if (rows !== undefined) this.#iterations.delete(rows)
      rows?.return?.()
      lease.release()
    }
  }

  /** Ends every iteration that is still open. */
  endIterations(): void {
    if (this.#iterations.size === 0) return
    for (const rows of this.#iterations) rows.return?.()
    this.#iterations.clear()
  }

  /** The statement cache in numbers, now. */
  statementStats(): StatementCacheStats {
    return this.#statements.stats()
  }

  close(): void {
    this.endIterations()
    this.#statements.clear()
    this.#driver.close()
  }
}

function endedEarly(): StreamEndedError {
  return new StreamEndedError('The transaction or the connection of this stream ended before the stream did', {
    hint: 'Read streams to their end before the transaction ends or rolls back to a savepoint',
  })
}
