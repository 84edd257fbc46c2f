import { ForgeError } from '@forge/errors'

/** A migration or an option has the wrong shape; the message says which and how. `details`: `{ id }` where it is about one migration. */
export class MigrateInvalidError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_INVALID'
}

/** Two migrations have one id. `details`: `{ id }`. */
export class MigrateDuplicateError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_DUPLICATE'
}

/** A migration depends on one that was not given. `details`: `{ id, missing }`. */
export class MigrateDependencyError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_DEPENDENCY'
}

/** Migrations depend on each other in a circle. `details`: `{ cycle }`, each id depending on the next, the first repeated last. */
export class MigrateCycleError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_CYCLE'
}

/** There is no such migration, or no such version, to go to or to repair. `details`: `{ to }` or `{ ids }`. */
export class MigrateTargetError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_TARGET'
}

/** The database holds migrations this code does not know. `details`: `{ unknown }`. */
export class MigrateNewerError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_NEWER'
}

/** Applied migrations read differently in the code now. `details`: `{ changes: [{ id, diff }] }`. */
export class MigrateChangedError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_CHANGED'
}

/** A pending migration belongs before one that is applied already. `details`: `{ pending, applied }`. */
export class MigrateOrderError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_ORDER'
}

/** A migration that is to be undone has no `down`. `details`: `{ id }`. */
export class MigrateIrreversibleError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_IRREVERSIBLE'
}

/** A migration that is to be undone is one that others, which stay, depend on. `details`: `{ id, requiredBy }`. */
export class MigrateRequiredError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_REQUIRED'
}

/**
 * A migration failed and left nothing behind. `cause` is the driver's error; `details`: `{ id, direction, statement, sql }`,
 * the statement counted from 1, both `null` where the commit failed.
 */
export class MigrateFailedError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_FAILED'
}

/**
 * A migration whose foreign keys are checked at its end leaves rows that refer to nothing; nothing of it was applied.
 * `details`: `{ id, count, violations: [{ table, rowid, parent }] }`, the first fifty of `count`; `rowid` is `null` in a table without.
 */
export class MigrateForeignKeysError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_FOREIGN_KEYS'
}

/** The backup that has to come first failed; nothing was migrated. `cause` is what it failed with. */
export class MigrateBackupError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_BACKUP'
}

/** The database cannot be taken for one that is migrated. `details`: `{ applied }` where it has a ledger, `{ missing }` where it lacks tables. */
export class MigrateBaselineError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_BASELINE'
}

/**
 * Another process held the database, or others the only connection of `db`, for longer than `busyTimeoutMs`.
 * `details`: `{ busyTimeoutMs }`; `cause` is the last refusal of the database, if there was one.
 */
export class MigrateBusyError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_BUSY'
}

/** The ledger contradicts itself: somebody else wrote to it. `details`: `{ damage }`. */
export class MigrateDamagedError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_DAMAGED'
}

/** The ledger could not be read or written; `cause` is the driver's error. */
export class MigrateLedgerError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_LEDGER'
}
