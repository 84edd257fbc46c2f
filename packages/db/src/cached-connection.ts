import type { ConnectionRole, SqliteConnection, SqliteStatement } from '@forge/pool'
import {
  createStatementCache,
  type StatementCache,
  type StatementCacheOptions,
  type StatementCacheStats,
  type StatementKey,
  type StatementStatsOptions,
} from '@forge/stmt-cache'
import { StreamEndedError } from './errors.ts'
import type { SchemaVersion } from './schema-version.ts'

/** The statement cache each connection has: everything but how it prepares. */
export type StatementCacheSettings = Omit<StatementCacheOptions<SqliteStatement>, 'prepare'>

/** What a {@link CachedConnection} is made from. */
export interface CachedConnectionContext {
  readonly role: ConnectionRole
  readonly statementCache: StatementCacheSettings
  /** What the connections of one database tell each other about its schema. */
  readonly schema: SchemaVersion
  /** Called once, when the connection is closed. */
  readonly onClose: (connection: CachedConnection) => void
}

/** A connection of the driver together with the statements prepared on it. */
export class CachedConnection implements SqliteConnection {
  /** What it was opened for. */
  readonly role: ConnectionRole
  readonly #driver: SqliteConnection
  readonly #statements: StatementCache<SqliteStatement>
  readonly #schema: SchemaVersion
  readonly #onClose: (connection: CachedConnection) => void
  readonly #iterations = new Set<IterableIterator<unknown>>()
  /** The last answer of the driver, until something is run that may have begun or ended a transaction. */
  #inTransaction: boolean | undefined

  constructor(driver: SqliteConnection, { role, statementCache, schema, onClose }: CachedConnectionContext) {
    this.role = role
    this.#driver = driver
    this.#schema = schema
    this.#onClose = onClose
    this.#statements = createStatementCache({ ...statementCache, prepare: (sql) => driver.prepare(sql) })
  }

  /** The connection the driver opened. */
  get driver(): SqliteConnection {
    this.#inTransaction = undefined
    return this.#driver
  }

  /** Asking the driver costs a tenth of a point read, so it is asked only where the answer is not known. */
  get inTransaction(): boolean {
    return (this.#inTransaction ??= this.#driver.inTransaction)
  }

  get open(): boolean {
    return this.#driver.open
  }

  prepare(sql: string): SqliteStatement {
    return this.driver.prepare(sql)
  }

  exec(sql: string): unknown {
    const result = this.driver.exec(sql)
    this.#schema.noteScript(sql)
    return result
  }

  /** Lends the cached statement to `use` for the time of the call. */
  use<T>(key: StatementKey | string, use: (statement: SqliteStatement) => T): T {
    this.#inTransaction = undefined
    const result = this.useQuery(key, use)
    this.#schema.noteRun(typeof key === 'string' ? key : key.sql)
    return result
  }

  /** {@link CachedConnection.use} for a statement that is known to change neither the schema nor the transaction. */
  useQuery<T>(key: StatementKey | string, use: (statement: SqliteStatement) => T): T {
    this.#statements.useSchemaVersion(this.#schema.value)
    return this.#statements.use(key, use)
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
      this.#inTransaction = undefined
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

  unsafeMode(enabled: boolean): void {
    this.#driver.unsafeMode?.(enabled)
  }

  /** The statement cache in numbers, now. */
  statementStats(options?: StatementStatsOptions): StatementCacheStats {
    return this.#statements.stats(options)
  }

  close(): void {
    this.endIterations()
    // First, since a driver that is in the middle of something refuses: then the connection is as good as before.
    this.#driver.close()
    this.#statements.close()
    this.#onClose(this)
  }
}

function endedEarly(): StreamEndedError {
  return new StreamEndedError('The transaction or the connection of this stream ended before the stream did', {
    hint: 'Read streams to their end before the transaction ends or rolls back to a savepoint',
  })
}
