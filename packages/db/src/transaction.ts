import { isForgeError, startStackAt } from '@forge/errors'
import {
  mapDriverError,
  type PoolTransaction,
  type SqliteRunResult,
  type TransactionMode,
  type TransactionState,
} from '@forge/pool'
import type { StatementKey } from '@forge/stmt-cache'
import type { Kysely } from 'kysely'
import type { CachedConnection } from './cached-connection.ts'
import { type Execution, runHere } from './execute.ts'
import type { ParameterArguments } from './parameters.ts'
import { noResult, type PreparedQuery, readAll, readChanges, readFirst } from './prepared-query.ts'
import { TransactionConnection } from './transaction-connection.ts'

type CallSite = (...args: never[]) => unknown

/**
 * One connection, alone, between begin and commit.
 *
 * Its own methods are synchronous: nothing else can use the connection, and half a million rows cost no promise each.
 * Every method throws `FORGE_TRANSACTION_FINISHED` once the transaction has ended, and `FORGE_DB_` errors for what
 * SQLite refuses.
 */
export interface Transaction<S> {
  /** The mode it was asked for. */
  readonly mode: TransactionMode

  /** A savepoint is `committed` when it is part of what is around it, which may be undone itself. */
  readonly state: TransactionState

  /** Kysely on the connection of the transaction. */
  readonly kysely: Kysely<S>

  /** All rows. */
  all<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R[]

  /** The first row, if there is one. */
  first<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R | undefined

  /** The first row; throws `FORGE_DB_NO_RESULT` where there is none. */
  firstOrThrow<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R

  /** All rows as arrays of their columns. */
  allRaw<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): unknown[][]

  /** Runs a query for what it changes. */
  run<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): SqliteRunResult

  /**
   * Runs a query once for each row, as fast as a loop written by hand.
   *
   * @param rows the values in the order of {@link PreparedQuery.parameters}: that in which the placeholders first
   * appear in the SQL, for an insert that of its columns
   * @returns how many rows were changed
   * @throws `FORGE_DB_PARAMETER` for a row of another length; `details.row` is the index of the row that failed
   */
  runMany<P, R>(query: PreparedQuery<P, R>, rows: Iterable<readonly unknown[]>): number

  /**
   * Runs `body` inside a savepoint: what it throws undoes what was done since, and is thrown again.
   *
   * Savepoints side by side run one after the other. Until one ends, the statements of the transaction around it belong to
   * it too.
   *
   * @param options.signal stops the waiting for the savepoint before it; aborted before its end, it undoes the savepoint
   * @throws `FORGE_SAVEPOINT_ORDER` when a savepoint inside it has not ended, or where it would wait for itself;
   * `FORGE_DB_QUERY` while a stream of the transaction is open, the reason of the signal
   */
  savepoint<T>(
    body: (savepoint: Transaction<S>) => T | PromiseLike<T>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<T>

  /**
   * Undoes what was done since a savepoint began, and ends the savepoints inside it; it goes on itself.
   *
   * @throws `FORGE_SAVEPOINT_ORDER` unless it is a savepoint of this transaction that is still active
   */
  rollbackTo(savepoint: Transaction<S>): void
}

/** The typed side of a transaction of the pool, or of a savepoint in one. */
export class TypedTransaction<S> implements Transaction<S> {
  readonly #inner: PoolTransaction<CachedConnection>
  readonly #connection: CachedConnection
  readonly #bindKysely: (connection: TransactionConnection) => Kysely<S>
  #kysely: Kysely<S> | undefined

  /** @param bindKysely makes a Kysely that runs its queries on a connection of the transaction */
  constructor(inner: PoolTransaction<CachedConnection>, bindKysely: (connection: TransactionConnection) => Kysely<S>) {
    this.#inner = inner
    this.#connection = inner.connection
    this.#bindKysely = bindKysely
  }

  get mode(): TransactionMode {
    return this.#inner.mode
  }

  get state(): TransactionState {
    return this.#inner.state
  }

  get kysely(): Kysely<S> {
    this.#kysely ??= this.#bindKysely(
      new TransactionConnection(this.#connection, (sql, work) => this.#guard(sql, work)),
    )
    return this.#kysely
  }

  all<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R[] {
    return this.#run(query.keys.rows, query.bind(...params), readAll, this.all) as R[]
  }

  first<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R | undefined {
    return this.#run(query.keys.rows, query.bind(...params), readFirst, this.first) as R | undefined
  }

  firstOrThrow<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R {
    const row = this.#run(query.keys.rows, query.bind(...params), readFirst, this.firstOrThrow)
    if (row === undefined) throw noResult(query, this.firstOrThrow)
    return row as R
  }

  allRaw<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): unknown[][] {
    return this.#run(query.keys.raw, query.bind(...params), readAll, this.allRaw) as unknown[][]
  }

  run<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): SqliteRunResult {
    return this.#run(query.keys.rows, query.bind(...params), readChanges, this.run)
  }

  runMany<P, R>(query: PreparedQuery<P, R>, rows: Iterable<readonly unknown[]>): number {
    this.#inner.requireActive(this.runMany)
    return this.#connection.use(query.keys.rows, (statement) => {
      let changes = 0
      let index = 0
      for (const row of rows) {
        // Where the rows come from a generator, it may have ended this savepoint.
        this.#inner.requireActive(this.runMany)
        const values = query.bindPositional(row, index)
        try {
          changes += statement.run(...values).changes
        } catch (error) {
          throw this.#failure(error, query.sql, this.runMany, { row: index })
        }
        index++
      }
      return changes
    })
  }

  savepoint<T>(
    body: (savepoint: Transaction<S>) => T | PromiseLike<T>,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    const typed = (inner: PoolTransaction<CachedConnection>) => body(new TypedTransaction(inner, this.#bindKysely))
    return this.#inner.savepoint(typed, { ...options, callSite: this.savepoint })
  }

  rollbackTo(savepoint: Transaction<S>): void {
    try {
      // What is no transaction of this package is no savepoint of this one either.
      this.#inner.rollbackTo(savepoint instanceof TypedTransaction ? savepoint.#inner : this.#inner)
    } catch (error) {
      if (isForgeError(error)) startStackAt(error, this.rollbackTo)
      throw error
    }
  }

  #run<T>(key: StatementKey, values: readonly unknown[], read: Execution<T>['read'], callSite: CallSite): T {
    this.#inner.requireActive(callSite)
    try {
      return runHere(this.#connection, { key, values, read })
    } catch (error) {
      throw this.#failure(error, key.sql, callSite)
    }
  }

  #guard<T>(sql: string, work: () => T): T {
    this.#inner.requireActive(this.#guard)
    try {
      return work()
    } catch (error) {
      throw this.#failure(error, sql, this.#guard)
    }
  }

  #failure(error: unknown, sql: string, callSite: CallSite, details: Record<string, unknown> = {}): unknown {
    // To ask is to notice: a full disk, an I/O error or `or rollback` ends the whole transaction inside SQLite.
    const transaction = this.state
    return mapDriverError(error, { sql, callSite, details: { ...details, transaction } })
  }
}
