export {
  MigrateBusyError,
  MigrateChangedError,
  MigrateCycleError,
  MigrateDependencyError,
  MigrateDuplicateError,
  MigrateFailedError,
  MigrateInvalidError,
  MigrateLedgerError,
  MigrateNewerError,
  MigrateOrderError,
} from './errors.ts'
export { defineMigration } from './migration.ts'
export type { Migration, MigrationDatabase, MigrationDefinition, MigrationStatement } from './migration.ts'
export { createSchemaManager } from './schema-manager.ts'
export type {
  AppliedMigration,
  MigrateOptions,
  MigrateResult,
  MigrationStatus,
  SchemaManager,
  SchemaManagerOptions,
} from './schema-manager.ts'
