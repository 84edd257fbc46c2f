import {
  type ConnectionRole,
  createPool,
  type Pool,
  type PoolOptions,
  type PoolTransaction,
  type SqliteConnection,
  type TransactionOptions as PoolTransactionOptions,
} from '@forge/pool'
import { createStatementCache, type StatementCacheStats, type StatementStatsOptions } from '@forge/stmt-cache'
import { type CompiledQuery, Kysely, type QueryExecutorProvider } from 'kysely'
import { CachedConnection, type StatementCacheSettings } from './cached-connection.ts'
import { compileQuery } from './compile-query.ts'
import { PoolDialect, PreparedQueryCompiler } from './kysely-dialect.ts'
import { PoolDriver } from './kysely-driver.ts'
import { createPreparedQuery, type PreparedQuery, type PrepareOptions } from './prepared-query.ts'
import { SchemaVersion } from './schema-version.ts'
import { addUp } from './statement-stats.ts'
import { bindKysely, type TransactionConnection } from './transaction-connection.ts'
import { type Transaction, TypedTransaction } from './transaction.ts'

/** How a database is opened: the options of its pool, and those of the statement cache each connection has. */
export interface DatabaseOptions extends PoolOptions<SqliteConnection> {
  readonly statementCache?: StatementCacheSettings
}

/** How a transaction begins. */
export type TransactionOptions = Omit<PoolTransactionOptions, 'callSite'>

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
   * @throws `FORGE_DB_QUERY` when `build` makes no query, `FORGE_DB_PARAMETER` when it computes with a parameter, `FORGE_TRANSACTION_CONTROL` for raw SQL that begins
   * or ends a transaction
   */
  prepared<P extends object = {}, R = unknown>(
    build: (db: Kysely<S>, param: P) => CompilableQuery<R>,
    options?: PrepareOptions,
  ): PreparedQuery<P, R>

  /**
   * Runs `body` in a transaction: it commits when `body` is done, and rolls back and throws what `body` throws.
   *
   * Inside a transaction of the same task, of Kysely's too, it is a savepoint of that one; several side by side run one
   * after the other. For the modes see {@link TransactionMode}: `immediate`, the default, never fails halfway because
   * somebody else wrote; `deferred` may run `body` twice; `read` sees one snapshot and cannot write.
   *
   * @throws what {@link Pool.transaction} throws
   */
  transaction<T>(body: (tx: Transaction<S>) => T | PromiseLike<T>, options?: TransactionOptions): Promise<T>

  /**
   * The statement caches of all open connections in numbers, added up.
   *
   * @param options.top how many statements to list by time, for a `statementCache` with `timing`. Default 0
   */
  statementStats(options?: StatementStatsOptions): StatementCacheStats

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
  const schema = new SchemaVersion()
  const connections = new Set<CachedConnection>()
  const onClose = (connection: CachedConnection) => void connections.delete(connection)
  const connect = (role: ConnectionRole) => {
    const connection = new CachedConnection(open(role), { role, statementCache, schema, onClose })
    connections.add(connection)
    return connection
  }
  return new PooledDatabase<S>(createPool({ ...rest, open: connect }), connections)
}

class PooledDatabase<S> implements Database<S> {
  readonly kysely: Kysely<S>
  readonly pool: Pool<CachedConnection>
  /** Builds and compiles prepared queries, and runs none. */
  readonly #preparing: Kysely<S>
  readonly #connections: ReadonlySet<CachedConnection>
  readonly #bindKysely: (connection: TransactionConnection) => Kysely<S>

  constructor(pool: Pool<CachedConnection>, connections: ReadonlySet<CachedConnection>) {
    this.pool = pool
    this.#connections = connections
    const driver = new PoolDriver(pool)
    const dialect = new PoolDialect(driver)
    // Kysely's own wrapper of a driver destroys nothing before the first query.
    const props = { config: { dialect }, dialect, driver, executor: new Kysely<S>({ dialect }).getExecutor() }
    this.kysely = new Kysely<S>(props)
    this.#preparing = new Kysely<S>({ dialect: new PoolDialect(driver, () => new PreparedQueryCompiler()) })
    this.#bindKysely = (connection) => bindKysely<S>(props, connection)
  }

  prepared<P extends object = {}, R = unknown>(
    build: (db: Kysely<S>, param: P) => CompilableQuery<R>,
    options: PrepareOptions = {},
  ): PreparedQuery<P, R> {
    const compiled = compileQuery(this.#preparing, build, this.prepared)
    return createPreparedQuery(this.pool, compiled, options)
  }

  transaction<T>(body: (tx: Transaction<S>) => T | PromiseLike<T>, options: TransactionOptions = {}): Promise<T> {
    const typed = (tx: PoolTransaction<CachedConnection>) => body(new TypedTransaction<S>(tx, this.#bindKysely))
    return this.pool.transaction(typeof body === 'function' ? typed : body, { ...options, callSite: this.transaction })
  }

  statementStats({ top = 0 }: StatementStatsOptions = {}): StatementCacheStats {
    // All of them from each: what is on top in sum need not be on top anywhere.
    const all = Array.from(this.#connections, (each) => each.statementStats({ top: Number.MAX_SAFE_INTEGER }))
    return addUp(all, top)
  }

  close(options?: { readonly deadline?: number }): Promise<void> {
    return this.pool.close(options)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
