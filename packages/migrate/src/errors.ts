import { ForgeError } from '@forge/errors'

/** A migration or an option has the wrong shape; the message says which and how. */
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

/**
 * A migration failed and left nothing behind. `cause` is the driver's error; `details`: `{ id, statement, sql }`,
 * the statement counted from 1, both `null` where the commit failed.
 */
export class MigrateFailedError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_FAILED'
}

/** Another process held the database for longer than `busyTimeoutMs`. `details`: `{ busyTimeoutMs }`; `cause` is the last refusal. */
export class MigrateBusyError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_BUSY'
}

/** The ledger could not be read or written; `cause` is the driver's error. */
export class MigrateLedgerError extends ForgeError {
  override readonly code = 'FORGE_MIGRATE_LEDGER'
}
