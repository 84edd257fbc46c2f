export type { Clock } from './clock.ts'
export {
  ConstraintError,
  DatabaseBusyError,
  DatabaseCorruptError,
  DatabaseFullError,
  DatabaseReadOnlyError,
  DatabaseUnavailableError,
  QueryError,
  SqliteTooOldError,
} from './database-errors.ts'
export { isBusy, mapDriverError } from './driver-error.ts'
export type { DriverErrorContext } from './driver-error.ts'
export type { Lease } from './lease.ts'
export { createPool } from './pool.ts'
export type { AcquireOptions, Pool, PoolStats, RetryOptions } from './pool.ts'
export {
  LeaseReleasedError,
  PoolClosedError,
  PoolDrainError,
  PoolOptionsError,
  PoolReadOnlyError,
  PoolTimeoutError,
} from './pool-errors.ts'
export type { PoolOptions } from './pool-options.ts'
export type { ConnectionRole, SqliteConnection, SqliteRunResult, SqliteStatement } from './sqlite-connection.ts'
