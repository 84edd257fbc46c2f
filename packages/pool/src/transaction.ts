import type { Lease } from './lease.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import type { TransactionMode } from './transaction-control.ts'

type CallSite = (...args: never[]) => unknown

/** Where a transaction or a savepoint is in its life. */
export type TransactionState = 'active' | 'committed' | 'rolled-back'

/** What runs in a transaction or a savepoint. */
export type TransactionBody<C extends SqliteConnection, T> = (transaction: PoolTransaction<C>) => T | PromiseLike<T>

/** How a transaction begins. */
export interface TransactionOptions {
  /** Default `immediate`. */
  readonly mode?: TransactionMode | undefined
  /**
   * Runs it on a connection of its own even inside another transaction of the same task, of which it sees nothing then,
   * since that has not committed. Default false.
   */
  readonly separate?: boolean | undefined
  /**
   * Stops the waiting for the connection and for the lock. Aborted later, it rolls back: the next use of the
   * transaction, or its commit, throws the reason of the signal.
   */
  readonly signal?: AbortSignal | undefined
  /** The function whose frames are left out of the stacks of errors, for what is built on top. */
  readonly callSite?: CallSite | undefined
}

/** How a savepoint begins. */
export interface SavepointOptions {
  /** Stops the waiting for the savepoint before it; aborted before its end, it undoes the savepoint. */
  readonly signal?: AbortSignal | undefined
  /** The function whose frames are left out of the stacks of errors, for what is built on top. */
  readonly callSite?: CallSite | undefined
}

/** One connection, alone, between begin and commit, or between a savepoint and its release. */
export interface PoolTransaction<C extends SqliteConnection> {
  /** The mode it was asked for. */
  readonly mode: TransactionMode

  /** A savepoint is `committed` when it is part of what is around it, which may be undone itself. */
  readonly state: TransactionState

  /**
   * The connection, which nobody else uses meanwhile. Never keep it longer than the transaction.
   *
   * @throws `FORGE_TRANSACTION_FINISHED`, the reason of the signal
   */
  readonly connection: C

  /**
   * Runs `body` inside a savepoint: what it throws undoes what was done since, and is thrown again.
   *
   * Savepoints side by side run one after the other. Until one ends, what is done in the transaction around it belongs to
   * it too.
   *
   * @throws `FORGE_SAVEPOINT_ORDER` when a savepoint inside it has not ended, or where it would wait for itself;
   * `FORGE_TRANSACTION_FINISHED`, the reason of the signal
   */
  savepoint<T>(body: TransactionBody<C, T>, options?: SavepointOptions): Promise<T>

  /**
   * Undoes what was done since a savepoint began, and ends the savepoints inside it; it goes on itself.
   *
   * @throws `FORGE_SAVEPOINT_ORDER` unless it is a savepoint of this transaction that is still active,
   * `FORGE_TRANSACTION_FINISHED`
   */
  rollbackTo(savepoint: PoolTransaction<C>): void

  /**
   * Throws unless it goes on; for what is built on top, since unlike `connection` it asks SQLite nothing.
   *
   * @param callSite the function whose frames are left out of the stack of the error
   * @throws `FORGE_TRANSACTION_FINISHED`, the reason of the signal
   */
  requireActive(callSite?: CallSite): void
}

/** How {@link Pool.begin} begins. */
export interface BeginOptions<C extends SqliteConnection> extends TransactionOptions {
  /** A lease of this pool to begin on, which the caller keeps and releases. Default: one of its own. */
  readonly lease?: Lease<C> | undefined
}

/** A transaction that ends when it is told to; at the end of an `await using` block, it is rolled back if it still goes on. */
export interface OpenTransaction<C extends SqliteConnection> extends PoolTransaction<C>, AsyncDisposable {
  /**
   * Keeps what was done, or, where that fails, undoes it; its own lease is released either way.
   *
   * @throws `FORGE_TRANSACTION_FINISHED`, `FORGE_SAVEPOINT_ORDER` while a savepoint is open, `FORGE_DB_CONSTRAINT` for a
   * deferred constraint, `FORGE_DB_MOVED`, other `FORGE_DB_` errors, the reason of the signal
   */
  commit(): Promise<void>

  /** Undoes what was done, and releases its own lease. Harmless once the transaction has ended. */
  rollback(): void
}
