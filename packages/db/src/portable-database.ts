import { AsyncLocalStorage } from 'node:async_hooks'
import { isForgeError, startStackAt } from '@forge/errors'
import type { Clock, TransactionMode } from '@forge/pool'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  Kysely,
  type QueryCompiler,
  type QueryResult,
  Transaction as KyselyTransaction,
} from 'kysely'
import { compileQuery } from './compile-query.ts'
import type { CompilableQuery } from './database.ts'
import { backendOf } from './portable-backend.ts'
import { PortableDriver } from './portable-driver.ts'
import { wrongOption } from './portable-errors.ts'
import { CompiledOnce } from './portable-query.ts'
import { type PortableBody, PortableLevel, type PortableScope } from './portable-transaction.ts'
import { orAborted, type PortableTiming } from './portable-waiting.ts'
import type { PortableDatabase, PortableQuery, PortableTransactionOptions } from './portable.ts'

/** How {@link databaseOver} reaches a database, and how long it waits. */
export interface DatabaseOverOptions {
  /** Kysely's own, for instance `new PostgresDialect({ pool })`; closing the database closes what it was made from. */
  readonly dialect: Dialect
  /** Milliseconds a call waits for a free connection. Default 30 000. */
  readonly acquireTimeout?: number
  /** Milliseconds a transaction is run again while others are in its way. Default 30 000. */
  readonly busyDeadline?: number
  /** Default: the clock and the timers of the process. */
  readonly clock?: PortableTiming['clock']
  /** A number from 0 up to 1, for the jitter of retries. Default `Math.random`. */
  readonly random?: () => number
}

/**
 * Puts the database of any Kysely dialect behind what `openDatabase` gives for SQLite. Nothing is connected before it is
 * needed.
 *
 * On PostgreSQL transactions that write are serializable, and `read` ones see one snapshot; errors have the codes they have
 * on SQLite, with `details.sqlState`; streams need no cursor package. Other databases keep their isolation and errors.
 *
 * @example
 * ```ts
 * import { databaseOver } from '@forge/db'
 * import { PostgresDialect } from 'kysely'
 * import { Pool } from 'pg'
 *
 * await using db = databaseOver<Schema>({ dialect: new PostgresDialect({ pool: new Pool({ database: 'people' }) }) })
 * const people = await db.kysely.selectFrom('person').selectAll().execute()
 * ```
 * @throws `FORGE_POOL_OPTIONS`
 */
export function databaseOver<S>(options: DatabaseOverOptions): PortableDatabase<S> {
  if (typeof options?.dialect?.createDriver !== 'function') {
    throw wrongOption('dialect', 'a dialect of Kysely', options?.dialect, databaseOver)
  }
  const {
    dialect,
    acquireTimeout = 30_000,
    busyDeadline = 30_000,
    clock = processClock,
    random = Math.random,
  } = options
  if (dialect.createAdapter().supportsMultipleConnections === false) {
    throw wrongOption('dialect', 'one of several connections; for SQLite there is openDatabase', dialect, databaseOver)
  }
  for (const [name, value] of Object.entries({ acquireTimeout, busyDeadline })) {
    if (!(typeof value === 'number' && value >= 0)) {
      throw wrongOption(name, 'a number of milliseconds, 0 or more', value, databaseOver)
    }
  }
  return new DialectDatabase<S>(dialect, { acquireTimeout, busyDeadline, clock, random })
}

const processClock: Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'> = {
  now: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timeout) => clearTimeout(timeout as NodeJS.Timeout),
}

class DialectDatabase<S> implements PortableDatabase<S> {
  readonly kysely: Kysely<S>
  readonly #driver: PortableDriver
  readonly #dialect: Dialect
  readonly #scope: PortableScope<S> = new AsyncLocalStorage()

  /** Makes a Kysely whose every query runs on one connection. */
  readonly #bind = (connection: DatabaseConnection): Kysely<S> => {
    const dialect = this.#dialect
    const executor = this.kysely.getExecutor().withConnectionProvider({
      provideConnection: (consumer) => consumer(connection),
    })
    return new KyselyTransaction<S>({ config: { dialect }, dialect, driver: this.#driver, executor })
  }

  constructor(dialect: Dialect, timing: PortableTiming) {
    this.#driver = new PortableDriver(dialect.createDriver(), backendOf(dialect.createAdapter()), timing)
    this.#dialect = new DrivenDialect(dialect, this.#driver)
    this.kysely = new Kysely<S>({ dialect: this.#dialect })
  }

  prepared<P extends object = {}, R = unknown>(
    build: (db: Kysely<S>, param: P) => CompilableQuery<R>,
  ): PortableQuery<P, R> {
    const compiled = compileQuery(this.kysely, build, this.prepared)
    return new CompiledOnce<P, R>((statement, signal) => this.#execute(statement, signal), compiled)
  }

  transaction<T>(body: PortableBody<S, T>, options: PortableTransactionOptions = {}): Promise<T> {
    const { mode = 'immediate', signal } = options
    try {
      requireTransaction(body, mode, this.transaction)
      const around = this.#scope.getStore()
      if (around?.over === false) return around.nest(body, { mode, signal }, this.transaction)
      return this.#outermost(body, mode, signal)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  close(): Promise<void> {
    return this.#driver.destroy()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #execute<R>(compiled: CompiledQuery, signal: AbortSignal | undefined): Promise<QueryResult<R>> {
    const connection = await this.#driver.lend(signal)
    const work = async (): Promise<QueryResult<R>> => {
      try {
        return await connection.execute<R>(compiled, signal)
      } finally {
        await this.#driver.releaseConnection(connection)
      }
    }
    return await orAborted(work(), signal)
  }

  async #outermost<T>(body: PortableBody<S, T>, mode: TransactionMode, signal: AbortSignal | undefined): Promise<T> {
    let thrown: unknown
    const attempt = async (): Promise<T> => {
      thrown = undefined
      return await this.#attempt(mode, signal, async (level) => {
        try {
          return await this.#scope.run(level, () => body(level))
        } catch (error) {
          thrown = error
          throw error
        }
      })
    }
    try {
      return await this.#driver.runAgain(attempt, signal)
    } catch (error) {
      // The line that asked for the transaction is now the first of the asynchronous frames below this function.
      if (error !== thrown && error !== signal?.reason && isForgeError(error)) {
        startStackAt(error, this.#outermost)
      }
      throw error
    }
  }

  /** One transaction, run once. */
  async #attempt<T>(
    mode: TransactionMode,
    signal: AbortSignal | undefined,
    body: (level: PortableLevel<S>) => Promise<T>,
  ): Promise<T> {
    const connection = await this.#driver.lend(signal)
    try {
      const { begin } = this.#driver.backend
      await this.#driver.beginTransaction(connection, mode === 'read' ? begin.read : begin.write)
      const context = { driver: this.#driver, connection, signal, scope: this.#scope, bind: this.#bind, levels: [] }
      const level = new PortableLevel<S>(context, mode)
      try {
        const result = await body(level)
        await level.commit()
        return result
      } catch (error) {
        await level.rollback()
        throw error
      }
    } finally {
      await this.#driver.releaseConnection(connection)
    }
  }
}

/** A dialect with another driver. */
class DrivenDialect implements Dialect {
  readonly #dialect: Dialect
  readonly #driver: Driver

  constructor(dialect: Dialect, driver: Driver) {
    this.#dialect = dialect
    this.#driver = driver
  }

  createDriver(): Driver {
    return this.#driver
  }

  createQueryCompiler(): QueryCompiler {
    return this.#dialect.createQueryCompiler()
  }

  createAdapter(): DialectAdapter {
    return this.#dialect.createAdapter()
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return this.#dialect.createIntrospector(db)
  }
}

function requireTransaction(body: unknown, mode: unknown, callSite: (...args: never[]) => unknown): void {
  if (typeof body !== 'function') throw wrongOption('body', 'a function', body, callSite)
  if (mode === 'immediate' || mode === 'deferred' || mode === 'read') return
  throw wrongOption('mode', `'immediate', 'deferred' or 'read'`, mode, callSite)
}
