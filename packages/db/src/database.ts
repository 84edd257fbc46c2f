import { createPool, type Pool, type PoolOptions, type SqliteConnection } from '@forge/pool'
import { createStatementCache } from '@forge/stmt-cache'
import { type CompiledQuery, Kysely, type QueryExecutorProvider } from 'kysely'
import { CachedConnection, type StatementCacheBounds } from './cached-connection.ts'
import { PoolDialect } from './kysely-dialect.ts'
import { PoolDriver } from './kysely-driver.ts'
import { placeholders } from './parameters.ts'
import { createPreparedQuery, type PreparedQuery } from './prepared-query.ts'
import { begin, type TransactionMode } from './transaction-control.ts'
import { bindKysely, OpenTransaction, type Transaction } from './transaction.ts'

/** How a database is opened: the options of its pool, and the bounds of the statement cache of each connection. */
export interface DatabaseOptions extends PoolOptions<SqliteConnection> {
  readonly statementCache?: StatementCacheBounds
}

/** How a transaction begins. */
export interface TransactionOptions {
  /** Default `immediate`. */
  readonly mode?: TransactionMode
  /** Stops the waiting for the connection and for the write lock; aborted before the commit, it rolls back. */
  readonly signal?: AbortSignal
}

/** How a prepared query hands over its rows. */
export interface PrepareOptions {
  /** Integers as `bigint`, exact over 64 bits. Default false: as `number`. */
  readonly bigint?: boolean
}

/** What Kysely's query builders, and `` sql`…` ``, have in common: they compile. */
export interface CompilableQuery<R> {
  compile(provider: QueryExecutorProvider): CompiledQuery<R>
}

/** One SQLite file with the tables `S`, behind typed queries. */
export interface Database<S> extends AsyncDisposable {
  /**
   * Kysely over the pool: reads go to the readers, everything else to the writer, each statement prepared once a
   * connection. Its transactions begin immediate; `setAccessMode('read only')` gives a snapshot on a reader. A stream
   * keeps its connection until it ends.
   */
  readonly kysely: Kysely<S>

  /** The connections. */
  readonly pool: Pool<CachedConnection>

  /**
   * Builds and compiles a query once; running it costs no building and no compiling.
   *
   * Each property of `param` stands for a value given later. It takes the place of one value: a list for `in` is one
   * JSON text, `` sql`(select value from json_each(${param.names}))` ``.
   *
   * @example
   * ```ts
   * const adults = db.prepared((db, param: { age: number }) =>
   *   db.selectFrom('person').select('name').where('age', '>=', param.age),
   * )
   * const rows = await adults.all({ age: 18 })
   * ```
   * @throws `FORGE_DB_PARAMETER` when `build` computes with a parameter
   */
  prepared<P extends object = {}, R = unknown>(
    build: (db: Kysely<S>, param: P) => CompilableQuery<R>,
    options?: PrepareOptions,
  ): PreparedQuery<P, R>

  /**
   * Runs `body` in a transaction: it commits when `body` is done, and rolls back and throws what `body` throws.
   *
   * `immediate` has the writer alone, and waits for other processes without blocking the event loop; `deferred` sees
   * one snapshot, on a reader, and cannot write.
   *
   * @throws `FORGE_DB_BUSY`, what {@link Pool.acquire} throws, `FORGE_DB_CONSTRAINT` for a deferred constraint at
   * commit, the reason of the signal
   */
  transaction<T>(body: (tx: Transaction<S>) => T | PromiseLike<T>, options?: TransactionOptions): Promise<T>

  /** Closes the pool, see {@link Pool.close}. */
  close(options?: { readonly deadline?: number }): Promise<void>
}

/**
 * Opens a database; its connections are opened when they are first needed.
 *
 * @example
 * ```ts
 * import Driver from 'better-sqlite3'
 * import { openDatabase } from '@forge/db'
 *
 * interface Schema {
 *   person: { name: string; age: number }
 * }
 * await using db = openDatabase<Schema>({ open: () => new Driver('people.db') })
 * const people = await db.kysely.selectFrom('person').selectAll().execute()
 * ```
 * @throws `FORGE_POOL_OPTIONS`, `FORGE_STATEMENT_CACHE_OPTIONS`
 */
export function openDatabase<S>(options: DatabaseOptions): Database<S> {
  // What cannot work is refused now, not by the first query.
  createPool(options)
  const { open, statementCache = {}, ...rest } = options
  createStatementCache({ ...statementCache, prepare: (sql) => open('reader').prepare(sql) })
  const pool = createPool({ ...rest, open: (role) => new CachedConnection(open(role), role, statementCache) })
  return new PooledDatabase<S>(pool)
}

class PooledDatabase<S> implements Database<S> {
  readonly kysely: Kysely<S>
  readonly pool: Pool<CachedConnection>
  readonly #driver: PoolDriver
  readonly #dialect: PoolDialect

  constructor(pool: Pool<CachedConnection>) {
    this.pool = pool
    this.#driver = new PoolDriver(pool)
    this.#dialect = new PoolDialect(this.#driver)
    this.kysely = new Kysely<S>({ dialect: this.#dialect })
  }

  prepared<P extends object = {}, R = unknown>(
    build: (db: Kysely<S>, param: P) => CompilableQuery<R>,
    options: PrepareOptions = {},
  ): PreparedQuery<P, R> {
    const compiled = build(this.kysely, placeholders<P>()).compile(this.kysely)
    return createPreparedQuery(this.pool, compiled, options)
  }

  async transaction<T>(body: (tx: Transaction<S>) => T | PromiseLike<T>, options: TransactionOptions = {}): Promise<T> {
    const { mode = 'immediate', signal } = options
    const role = mode === 'immediate' ? 'writer' : 'reader'
    signal?.throwIfAborted()
    const lease = this.pool.tryAcquire(role) ?? (await this.pool.acquire(role, { signal }))
    try {
      const { connection } = lease
      await begin(this.pool, connection, mode, signal)
      const tx = this.#openTransaction(connection)
      try {
        const result = await body(tx)
        signal?.throwIfAborted()
        await tx.commit()
        return result
      } catch (error) {
        if (tx.state === 'active') tx.rollback()
        throw error
      }
    } finally {
      lease.release()
    }
  }

  close(options?: { readonly deadline?: number }): Promise<void> {
    return this.pool.close(options)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #openTransaction(connection: CachedConnection): OpenTransaction<S> {
    const props = { config: { dialect: this.#dialect }, dialect: this.#dialect, driver: this.#driver }
    return new OpenTransaction<S>({
      pool: this.pool,
      connection,
      levels: [],
      bindKysely: (inner) => bindKysely<S>({ ...props, executor: this.kysely.getExecutor() }, inner),
    })
  }
}
