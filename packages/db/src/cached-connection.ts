import type { ConnectionRole, SqliteConnection, SqliteStatement } from '@forge/pool'
import {
  createStatementCache,
  type StatementCache,
  type StatementCacheOptions,
  type StatementKey,
} from '@forge/stmt-cache'

/** The bounds of the statement cache each connection has. */
export type StatementCacheBounds = Pick<StatementCacheOptions<SqliteStatement>, 'maxEntries' | 'maxBytes'>

/** A connection of the driver together with the statements prepared on it. */
export class CachedConnection implements SqliteConnection {
  /** The connection the driver opened. */
  readonly driver: SqliteConnection
  /** What it was opened for. */
  readonly role: ConnectionRole
  /** The statements prepared on it. */
  readonly statements: StatementCache<SqliteStatement>
  readonly #iterations = new Set<IterableIterator<unknown>>()
  #refusesWrites = false

  constructor(driver: SqliteConnection, role: ConnectionRole, bounds: StatementCacheBounds) {
    this.driver = driver
    this.role = role
    this.statements = createStatementCache({ ...bounds, prepare: (sql) => driver.prepare(sql) })
  }

  get inTransaction(): boolean {
    return this.driver.inTransaction
  }

  get open(): boolean {
    return this.driver.open
  }

  prepare(sql: string): SqliteStatement {
    return this.driver.prepare(sql)
  }

  exec(sql: string): unknown {
    return this.driver.exec(sql)
  }

  /** Runs a statement that returns nothing, such as `commit`. */
  run(sql: string): void {
    this.statements.use(sql, (statement) => statement.run())
  }

  /** Makes a writer read-only for a while, as a reader always is. */
  refuseWrites(refuse: boolean): void {
    if (this.role === 'reader' || refuse === this.#refusesWrites) return
    this.driver.exec(`pragma query_only = ${refuse ? 'on' : 'off'}`)
    this.#refusesWrites = refuse
  }

  /**
   * Iterates over the rows of a statement, which stays lent until the iteration ends.
   *
   * Invariant: every iteration ends with its consumer, with its transaction or with the connection, whichever comes
   * first: an open one keeps its connection from writing and the WAL from being moved into the file.
   */
  *iterate(key: StatementKey | string, values: readonly unknown[]): Generator<unknown, void, undefined> {
    const lease = this.statements.acquire(key)
    let rows: IterableIterator<unknown> | undefined
    try {
      rows = lease.statement.iterate(...values)
      this.#iterations.add(rows)
      yield* rows
    } finally {
      if (rows !== undefined) this.#iterations.delete(rows)
      rows?.return?.()
      lease.release()
    }
  }

  /** Ends every iteration that is still open. */
  endIterations(): void {
    for (const rows of this.#iterations) rows.return?.()
    this.#iterations.clear()
  }

  close(): void {
    this.endIterations()
    this.statements.clear()
    this.driver.close()
  }
}
