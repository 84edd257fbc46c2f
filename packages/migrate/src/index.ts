export { sqliteBackup } from './backup.sqlite.ts'
export type { SqliteBackupConnection, SqliteBackupOptions } from './backup.sqlite.ts'
export type { BackupHook, BackupInfo } from './backup.ts'
export type { BaselineResult } from './baseline.ts'
export { createSchemaManager } from './create-schema-manager.ts'
export {
  MigrateBackupError,
  MigrateBaselineError,
  MigrateBusyError,
  MigrateChangedError,
  MigrateCycleError,
  MigrateDamagedError,
  MigrateDependencyError,
  MigrateDuplicateError,
  MigrateFailedError,
  MigrateForeignKeysError,
  MigrateInvalidError,
  MigrateIrreversibleError,
  MigrateLedgerError,
  MigrateNewerError,
  MigrateOrderError,
  MigrateRequiredError,
  MigrateTargetError,
} from './errors.ts'
export { defineMigration } from './migration.ts'
export type {
  Migration,
  MigrationDatabase,
  MigrationDefinition,
  MigrationStatement,
  MigrationStatements,
} from './migration.ts'
export type { MigrationPlan, PlannedStep } from './plan.ts'
export type { MigrationProgress, OnStep } from './progress.ts'
export type { RepairResult } from './repair.ts'
export type {
  BaselineOptions,
  DownOptions,
  DownResult,
  PlanOptions,
  RepairOptions,
  SchemaManager,
  SchemaManagerOptions,
  UpOptions,
  UpResult,
  WaitOptions,
} from './schema-manager.ts'
export type { AppliedMigration, MigrationStatus } from './status.ts'
export type { MigrationTarget } from './target.ts'
