import type { CheckpointMode, CheckpointResult } from './checkpoint.ts'
import { ConnectionPool } from './connection-pool.ts'
import type { ExecuteOptions, ExecuteWork, StatementOptions } from './execute.ts'
import type { Lease } from './lease.ts'
import { type PoolOptions, poolSettings } from './pool-options.ts'
import type { PoolSnapshot } from './pool-snapshot.ts'
import type { ConnectionRole, SqliteConnection, SqliteRunResult } from './sqlite-connection.ts'
import type { BeginOptions, OpenTransaction, TransactionBody, TransactionOptions } from './transaction.ts'
import type { WaitStats } from './wait-times.ts'
import type { WalStats } from './wal-care.ts'
import type { WorkerReadOptions, WorkerStats } from './worker/worker-options.ts'

/** How one `acquire` waits. */
export interface AcquireOptions {
  /** Stops waiting; the promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
  /**
   * Counts what the calling function does from now on as done with the lease, as in the body of {@link Pool.write}, until
   * the lease is released: to wait for it once more is `FORGE_POOL_DEADLOCK`. Default false.
   */
  readonly enter?: boolean
  /** Milliseconds to wait for a free connection. Default: `acquireTimeout` of the pool. */
  readonly timeout?: number
}

/** How {@link Pool.retryBusy} waits. */
export interface RetryOptions {
  /** Stops trying; the promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
  /** The statement that is tried, for the error. */
  readonly sql?: string
}

/** A pool in numbers. */
export interface PoolStats {
  /** Connections the pool may open. */
  readonly max: number
  /** Connections that are open. */
  readonly open: number
  /** Open connections nobody uses. */
  readonly idle: number
  /** Open connections in use. */
  readonly leased: number
  /** Calls that wait for a connection. */
  readonly waiting: number
  /** Attempts that were repeated because another connection held a lock, since the pool was made. */
  readonly busyRetries: number
  /** Deferred transactions whose body ran a second time, since the pool was made. */
  readonly restarts: number
  /** Calls that waited in vain, since the pool was made. */
  readonly timeouts: number
  /** How long calls waited that had to wait, since the pool was made. */
  readonly waits: WaitStats
  /** The longest time a connection was lent, since the pool was made, in milliseconds; one that is lent now counts. */
  readonly longestLeaseMs: number
  /** Connections that were opened, since the pool was made. */
  readonly opened: number
  /** Connections that were closed, since the pool was made. */
  readonly closed: number
  /** The WAL, as it was when it was looked at last. */
  readonly wal: WalStats
  /** The threads; absent where the pool has none. */
  readonly worker?: WorkerStats
}

/** The connections of one SQLite file: one writer and some readers, lent out first come, first served. */
export interface Pool<C extends SqliteConnection> extends AsyncDisposable {
  /** What errors and events call the pool. */
  readonly name: string

  /** Whether the pool only reads. */
  readonly readOnly: boolean

  /**
   * Lends a connection of the role, waiting in line for it where none is free.
   *
   * @throws `FORGE_POOL_TIMEOUT`, whose `details.snapshot` says who holds what; `FORGE_POOL_DEADLOCK` inside a `write`,
   * `read` or `transaction` that holds what is waited for; `FORGE_DB_MOVED`, `FORGE_POOL_CLOSED`, `FORGE_POOL_READ_ONLY`,
   * `FORGE_POOL_OPTIONS`, the reason of the signal; where a connection has to be opened also `FORGE_DB_CORRUPT`,
   * `FORGE_DB_UNAVAILABLE`, `FORGE_DB_BUSY`, `FORGE_DB_FULL`, `FORGE_SQLITE_TOO_OLD`
   */
  acquire(role: ConnectionRole, options?: AcquireOptions): Promise<Lease<C>>

  /**
   * Lends an open and free connection of the role at once, or nothing where there is none.
   *
   * @throws `FORGE_DB_MOVED`, `FORGE_POOL_CLOSED`, `FORGE_POOL_READ_ONLY`, `FORGE_POOL_OPTIONS`
   */
  tryAcquire(role: ConnectionRole): Lease<C> | undefined

  /**
   * Calls `use` with the writer and releases it when `use` is done. Throws what {@link Pool.acquire} and `use` throw, and
   * `FORGE_DB_MOVED` when what was written went to a file that is gone.
   */
  write<T>(use: (connection: C) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T>

  /**
   * Calls `use` with a reader and releases it when `use` is done. Throws what {@link Pool.acquire} and `use` throw, and
   * `FORGE_POOL_READER_ENDED` when the reader was closed because it was in the way of checkpoints for too long.
   */
  read<T>(use: (connection: C) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T>

  /**
   * Runs `body` in a transaction: it commits when `body` is done, and rolls back and throws what `body` throws.
   *
   * Inside a transaction of the same task it is a savepoint of that one; several side by side run one after the other.
   * Begun `deferred`, `body` runs a second time where another process wrote between its reads and its first write.
   *
   * @throws what {@link Pool.acquire} throws, `FORGE_DB_BUSY`, `FORGE_DB_CONSTRAINT` for a deferred constraint,
   * `FORGE_TRANSACTION_READ_ONLY` for one that writes inside one that reads, `FORGE_SAVEPOINT_ORDER` when something
   * inside it has not ended, `FORGE_DB_MOVED`, the reason of the signal
   */
  transaction<T>(body: TransactionBody<C, T>, options?: TransactionOptions): Promise<T>

  /**
   * Begins a transaction that ends when it is told to, on a connection of its own, whatever the task is in.
   *
   * @throws as {@link Pool.transaction}
   */
  begin(options?: BeginOptions<C>): Promise<OpenTransaction<C>>

  /**
   * Runs a statement outside a transaction and hands over all rows: on a reader where it only reads, otherwise on the
   * writer.
   *
   * @param parameters a value for each `?`, or one object with a value for each name
   * @throws `FORGE_DB_QUERY`, also for more than one statement; `FORGE_TRANSACTION_CONTROL` for one that begins or ends a
   * transaction; `FORGE_DB_BUSY`, `FORGE_DB_CONSTRAINT` and other `FORGE_DB_` errors, what {@link Pool.acquire} throws
   */
  all(sql: string, parameters?: readonly unknown[], options?: StatementOptions): Promise<unknown[]>

  /** {@link Pool.all} for the first row, if there is one. */
  get(sql: string, parameters?: readonly unknown[], options?: StatementOptions): Promise<unknown>

  /** {@link Pool.all} for what a statement without rows changes. */
  run(sql: string, parameters?: readonly unknown[], options?: StatementOptions): Promise<SqliteRunResult>

  /**
   * Runs work of one statement, outside a transaction, on a connection of the role: at once where one is free and no lock
   * is in the way, and again while another connection holds one. `work` that turns out to write, on a reader, returns
   * {@link needsWriter} instead of running, and is then called with the writer.
   *
   * @throws what {@link Pool.all} throws
   */
  execute<T>(role: ConnectionRole, work: ExecuteWork<C, T>, options?: ExecuteOptions<C>): Promise<T>

  /**
   * Runs a statement that only reads in a thread, outside a transaction, and hands over all rows: for one that takes so
   * long that the event loop must not wait for it. The rows are those of the driver's `all`.
   *
   * A statement that is aborted while it looks for its first row goes on in its thread, which another one replaces.
   *
   * @throws `FORGE_POOL_NO_WORKER` where the pool was made without `worker`; `FORGE_POOL_WORKER_FULL`,
   * `FORGE_POOL_WORKER_FAILED`; `FORGE_DB_READ_ONLY` for a statement that writes; what {@link Pool.all} throws
   */
  readInWorker(sql: string, parameters?: readonly unknown[], options?: WorkerReadOptions): Promise<unknown[]>

  /**
   * Runs `attempt`, and again every few milliseconds while it fails on a lock, up to `busyDeadline`.
   *
   * `attempt` must be safe to repeat: one statement outside a transaction, or the begin of one.
   *
   * @throws `FORGE_DB_BUSY`, any other error of the driver as {@link mapDriverError} maps it, the reason of the signal
   */
  retryBusy<T>(attempt: () => T, options?: RetryOptions): Promise<T>

  /**
   * Moves what is in the WAL into the database file: in a thread where the pool has `worker`, otherwise on the writer.
   *
   * The pool does this by itself as the WAL grows, see {@link PoolOptions.wal}; call it before you copy the file, or when
   * there is time for it. It waits for the writer, and never for readers or for other processes: where those are in the
   * way, the result is not `complete`.
   *
   * @param mode default `'passive'`, during which others may write if there is a thread
   * @throws `FORGE_DB_FULL`, `FORGE_DB_UNAVAILABLE`, `FORGE_POOL_OPTIONS`, what {@link Pool.acquire} throws for the writer
   */
  checkpoint(mode?: CheckpointMode, options?: { readonly signal?: AbortSignal | undefined }): Promise<CheckpointResult>

  /** The pool in numbers, now. */
  stats(): PoolStats

  /** What each connection does, now, and who waits; a timeout carries the same. */
  snapshot(): PoolSnapshot

  /**
   * Lets everyone who holds or waits for a connection finish, then closes all of them; new calls are refused from now on.
   *
   * Closing twice is harmless.
   *
   * @param options.deadline milliseconds to wait, default 10 000; afterwards the connections are closed under whoever
   * uses them
   * @throws `FORGE_POOL_DRAIN` when the deadline passed or a connection could not be closed; `FORGE_POOL_DEADLOCK`
   * where the task that closes holds a connection and would wait for itself: the pool stays open then
   */
  close(options?: { readonly deadline?: number }): Promise<void>
}

/**
 * Makes a pool over one SQLite file; connections are opened when they are first needed.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { createPool } from '@forge/pool'
 *
 * await using pool = createPool({ open: () => new Database('graph.db') })
 * await pool.write((connection) => connection.exec('create table if not exists note (text)'))
 * const notes = await pool.read((connection) => connection.prepare('select text from note').all())
 * ```
 * @throws `FORGE_POOL_OPTIONS`
 */
export function createPool<C extends SqliteConnection>(options: PoolOptions<C>): Pool<C> {
  return new ConnectionPool(poolSettings(options))
}
