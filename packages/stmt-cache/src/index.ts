export { StatementCacheOptionsError, StatementKeyError } from './errors.ts'
export { createStatementCache } from './statement-cache.ts'
export type {
  ModalStatement,
  StatementCache,
  StatementCacheOptions,
  StatementCacheStats,
  StatementLease,
} from './statement-cache.ts'
export { statementKey } from './statement-key.ts'
export type { ResultMode, StatementKey, StatementMode } from './statement-key.ts'
