export type { CachedConnection, StatementCacheBounds } from './cached-connection.ts'
export { openDatabase } from './database.ts'
export type { CompilableQuery, Database, DatabaseOptions, PrepareOptions, TransactionOptions } from './database.ts'
export {
  NoResultError,
  ParameterError,
  SavepointOrderError,
  StreamEndedError,
  TransactionFinishedError,
} from './errors.ts'
export type { ParameterArguments } from './parameters.ts'
export type { PreparedQuery } from './prepared-query.ts'
export type { Transaction, TransactionState } from './transaction.ts'
export type { TransactionMode } from './transaction-control.ts'
