export type { CachedConnection, StatementCacheSettings } from './cached-connection.ts'
export { openDatabase } from './database.ts'
export type { CompilableQuery, Database, DatabaseOptions, TransactionOptions } from './database.ts'
export { NoResultError, ParameterError, StreamEndedError } from './errors.ts'
export type { ParameterArguments } from './parameters.ts'
export type { PreparedQuery, PrepareOptions } from './prepared-query.ts'
export type { Transaction } from './transaction.ts'
export { brokenConstraint } from './portable-constraint.ts'
export type { ConstraintKind } from './portable-constraint.ts'
export { databaseOver } from './portable-database.ts'
export type { DatabaseOverOptions } from './portable-database.ts'
export { TransactionFailedError } from './portable-errors.ts'
export type {
  Awaitable,
  PortableDatabase,
  PortableQuery,
  PortableRunResult,
  PortableTransaction,
  PortableTransactionOptions,
} from './portable.ts'
