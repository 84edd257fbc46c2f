export type { CheckpointMode, CheckpointResult, WalSize } from './checkpoint.ts'
export type { Clock } from './clock.ts'
export {
  ConstraintError,
  DatabaseBusyError,
  DatabaseCorruptError,
  DatabaseFullError,
  DatabaseMovedError,
  DatabaseReadOnlyError,
  DatabaseUnavailableError,
  QueryError,
  SqliteTooOldError,
} from './database-errors.ts'
export { isBusy, mapDriverError } from './driver-error.ts'
export type { DriverErrorContext } from './driver-error.ts'
export { needsWriter } from './execute.ts'
export type { ExecuteOptions, ExecuteWork, StatementOptions } from './execute.ts'
export type { Lease } from './lease.ts'
export { createPool } from './pool.ts'
export type { AcquireOptions, Pool, PoolStats, RetryOptions } from './pool.ts'
export {
  LeaseReleasedError,
  PoolClosedError,
  PoolDeadlockError,
  PoolDrainError,
  PoolOptionsError,
  PoolReadOnlyError,
  PoolTimeoutError,
  ReaderEndedError,
} from './pool-errors.ts'
export type { CloseReason, PoolEventMap, PoolEventName } from './pool-events.ts'
export type { PoolOptions } from './pool-options.ts'
export type { ConnectionSnapshot, LineSnapshot, PoolSnapshot } from './pool-snapshot.ts'
export type { ConnectionRole, SqliteConnection, SqliteRunResult, SqliteStatement } from './sqlite-connection.ts'
export type { WaitStats } from './wait-times.ts'
export type { WalStats } from './wal-care.ts'
export type { WalOptions } from './wal-options.ts'
export { NoWorkerError, WorkerFailedError, WorkerFullError } from './worker/worker-errors.ts'
export type { ResultMode, WorkerOptions, WorkerReadOptions, WorkerStats } from './worker/worker-options.ts'
export { refuseTransactionControl, startsAsRead } from './statement-text.ts'
export type { TransactionMode } from './transaction-control.ts'
export {
  SavepointOrderError,
  TransactionControlError,
  TransactionFinishedError,
  TransactionReadOnlyError,
} from './transaction-errors.ts'
export type {
  BeginOptions,
  OpenTransaction,
  PoolTransaction,
  SavepointOptions,
  TransactionBody,
  TransactionOptions,
  TransactionState,
} from './transaction.ts'
