import type { TransactionMode, TransactionState } from '@forge/pool'
import type { Kysely } from 'kysely'
import type { CompilableQuery } from './database.ts'
import type { ParameterArguments } from './parameters.ts'

/** A result that is there at once on SQLite, and later on a server: `await` it. */
export type Awaitable<T> = T | Promise<T>

/** What a statement changed. */
export interface PortableRunResult {
  /** How many rows it inserted, updated or deleted. */
  readonly changes: number
}

/** A query that was built and compiled once, to be run often with different values, on any database. */
export interface PortableQuery<P, R> {
  readonly sql: string
  /** The names of the parameters, each once. */
  readonly parameters: readonly string[]

  /**
   * The values to bind, in the order of the placeholders.
   *
   * @throws `FORGE_DB_PARAMETER` for a parameter that has no value; SQL's null is `null`
   */
  bind(...params: ParameterArguments<P>): readonly unknown[]

  /**
   * All rows.
   *
   * @throws `FORGE_DB_PARAMETER`, `FORGE_DB_QUERY`, `FORGE_DB_BUSY` and other `FORGE_DB_` errors, `FORGE_POOL_TIMEOUT`,
   * `FORGE_POOL_CLOSED`; the same is true of the methods below
   */
  all(...params: ParameterArguments<P>): Promise<R[]>

  /** The first row, if there is one. */
  first(...params: ParameterArguments<P>): Promise<R | undefined>

  /** The first row; throws `FORGE_DB_NO_RESULT` where there is none. */
  firstOrThrow(...params: ParameterArguments<P>): Promise<R>

  /** Runs a query for what it changes. */
  run(...params: ParameterArguments<P>): Promise<PortableRunResult>

  /** The same query, which stops waiting when the signal is aborted. */
  withSignal(signal: AbortSignal): PortableQuery<P, R>
}

/**
 * One connection, alone, between begin and commit.
 *
 * Every method throws `FORGE_TRANSACTION_FINISHED` once the transaction has ended. A statement that fails is undone alone
 * on SQLite; on PostgreSQL it spoils everything since the last savepoint (`FORGE_TRANSACTION_FAILED`). So put one that may
 * fail into a savepoint, which does the same on both.
 */
export interface PortableTransaction<S> {
  /** The mode it was asked for. */
  readonly mode: TransactionMode

  /** A savepoint is `committed` when it is part of what is around it, which may be undone itself. */
  readonly state: TransactionState

  /** Kysely on the connection of the transaction. */
  readonly kysely: Kysely<S>

  /** All rows. */
  all<P, R>(query: PortableQuery<P, R>, ...params: ParameterArguments<P>): Awaitable<R[]>

  /** The first row, if there is one. */
  first<P, R>(query: PortableQuery<P, R>, ...params: ParameterArguments<P>): Awaitable<R | undefined>

  /** The first row; throws `FORGE_DB_NO_RESULT` where there is none. */
  firstOrThrow<P, R>(query: PortableQuery<P, R>, ...params: ParameterArguments<P>): Awaitable<R>

  /** Runs a query for what it changes. */
  run<P, R>(query: PortableQuery<P, R>, ...params: ParameterArguments<P>): Awaitable<PortableRunResult>

  /**
   * Runs `body` inside a savepoint: what it throws undoes what was done since, and is thrown again.
   *
   * Savepoints side by side run one after the other.
   *
   * @throws `FORGE_SAVEPOINT_ORDER` when a savepoint inside it has not ended, or where it would wait for itself
   */
  savepoint<T>(body: (savepoint: PortableTransaction<S>) => T | PromiseLike<T>): Promise<T>

  /**
   * Undoes what was done since a savepoint began, and ends the savepoints inside it; it goes on itself.
   *
   * @throws `FORGE_SAVEPOINT_ORDER` unless it is a savepoint of this transaction that is still active
   */
  rollbackTo(savepoint: PortableTransaction<S>): Awaitable<void>
}

/** How a transaction begins. */
export interface PortableTransactionOptions {
  /**
   * `read` sees one snapshot and cannot write. `immediate` (the default) and `deferred` write; that SQLite locks at the
   * begin of the one and at the first write of the other makes no difference to what they see.
   */
  readonly mode?: TransactionMode | undefined
  /** Stops the waiting, for a connection, a lock or a statement; aborted before the commit, it rolls back. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A database with the tables `S`, whichever it is: what {@link Database} of SQLite and {@link databaseOver} of PostgreSQL
 * have in common.
 */
export interface PortableDatabase<S> extends AsyncDisposable {
  /** Kysely itself; each query takes any free connection. */
  readonly kysely: Kysely<S>

  /**
   * Builds and compiles a query once; running it costs no building and no compiling.
   *
   * @param build gets one property of `param` for each value that is given later
   * @throws `FORGE_DB_QUERY` when `build` makes no query, `FORGE_DB_PARAMETER` when it computes with a parameter,
   * `FORGE_TRANSACTION_CONTROL` for raw SQL that begins or
   * ends a transaction
   */
  prepared<P extends object = {}, R = unknown>(
    build: (db: Kysely<S>, param: P) => CompilableQuery<R>,
  ): PortableQuery<P, R>

  /**
   * Runs `body` in a transaction: it commits when `body` is done, and rolls back and throws what `body` throws. Called
   * inside a transaction of the same task, it is a savepoint of that.
   *
   * Transactions see the database as if they ran one after the other. Where another one was in the way, the whole body is run
   * again: it must not do elsewhere what may not be done twice.
   *
   * @throws `FORGE_DB_BUSY`, `FORGE_DB_CONSTRAINT` for a deferred constraint at commit, `FORGE_POOL_TIMEOUT`,
   * `FORGE_POOL_CLOSED`, `FORGE_TRANSACTION_READ_ONLY` for one that writes inside one that reads, the reason of the signal
   */
  transaction<T>(
    body: (tx: PortableTransaction<S>) => T | PromiseLike<T>,
    options?: PortableTransactionOptions,
  ): Promise<T>

  /** Lets what is under way finish, and closes all connections. Closing twice is harmless. */
  close(): Promise<void>
}
