import type { Kysely } from 'kysely'
import type { BackupHook } from './backup.ts'
import type { BaselineResult } from './baseline.ts'
import type { Migration } from './migration.ts'
import type { MigrationPlan } from './plan.ts'
import type { OnStep } from './progress.ts'
import type { RepairResult } from './repair.ts'
import type { MigrationStatus } from './status.ts'
import type { MigrationTarget } from './target.ts'

/** What a schema manager is made from. */
export interface SchemaManagerOptions<DB> {
  /** The database, SQLite or PostgreSQL; its plugins change neither the migrations nor the ledger. Not a transaction. */
  readonly db: Kysely<DB>
  /** The migrations of all packages that share the database, in any order. */
  readonly migrations: readonly Migration[]
  /**
   * Called once before the first step of `up` or `down`, where the database holds applied migrations or tables of others.
   *
   * It runs inside the transaction of the first step, after the lock was taken
   * and before anything was changed. On SQLite nobody else can write from
   * there to the commit of that step; on PostgreSQL nobody else can migrate.
   * What it rejects with stops the migration as `FORGE_MIGRATE_BACKUP`.
   */
  readonly backup?: BackupHook | undefined
  /** Milliseconds since the epoch, for the ledger; `Date.now` if absent. */
  readonly clock?: (() => number) | undefined
  /** A number from 0 up to 1, which spreads retries; `Math.random` if absent. */
  readonly random?: (() => number) | undefined
  /** How long one step waits for a busy database, in milliseconds; 30,000 if absent. */
  readonly busyTimeoutMs?: number | undefined
}

/** What a call that reads or writes can be told. */
export interface WaitOptions {
  /**
   * Ends the wait, or the run between two statements; the promise rejects with its reason.
   *
   * Migrations that were committed before stay; nothing is left of the one that was running.
   */
  readonly signal?: AbortSignal | undefined
}

/** What {@link SchemaManager.up} can be told. */
export interface UpOptions extends WaitOptions {
  /** The id to reach, with all that has to run before it, or the version; everything if absent. */
  readonly to?: MigrationTarget | undefined
  readonly onStep?: OnStep | undefined
}

/** What {@link SchemaManager.down} can be told; with neither `to` nor `steps` it undoes the newest migration. */
export interface DownOptions extends WaitOptions {
  /** The id that is to be the newest one, which stays, or the version; 0 undoes everything. */
  readonly to?: MigrationTarget | undefined
  /** How many migrations to undo. */
  readonly steps?: number | undefined
  readonly onStep?: OnStep | undefined
}

/** What {@link SchemaManager.plan} can be told: what the call that it stands for would be. */
export interface PlanOptions extends WaitOptions {
  /** `up` if absent. */
  readonly direction?: 'up' | 'down' | undefined
  readonly to?: MigrationTarget | undefined
  /** For `down` only. */
  readonly steps?: number | undefined
}

/** What {@link SchemaManager.baseline} can be told. */
export interface BaselineOptions extends WaitOptions {
  /** The id the database has reached, with all that has to run before it, or the version; everything if absent. */
  readonly to?: MigrationTarget | undefined
}

/** What {@link SchemaManager.repair} can be told. */
export interface RepairOptions extends WaitOptions {
  /** Migrations that were changed after they were applied: the ledger takes the SQL of the code for what was run. */
  readonly accept?: readonly string[] | undefined
  /** Applied migrations to strike out of the ledger. Nothing is undone; one that the code still has is pending again. */
  readonly forget?: readonly string[] | undefined
}

/** What {@link SchemaManager.up} did. */
export interface UpResult {
  /** The ids this call applied, in order; empty when nothing was pending or another process was faster. */
  readonly applied: readonly string[]
  /** The version of the schema now: the number of applied migrations. */
  readonly version: number
}

/** What {@link SchemaManager.down} did. */
export interface DownResult {
  /** The ids this call undid, in order. */
  readonly undone: readonly string[]
  /** The version of the schema now: the number of applied migrations. */
  readonly version: number
}

/**
 * Moves one database between the schemas of the code; made by `createSchemaManager`.
 *
 * Any number of processes may call any of it on one database at once. All of
 * it may reject with `FORGE_MIGRATE_BUSY`, with `FORGE_MIGRATE_LEDGER`, with
 * `FORGE_MIGRATE_INVALID` for wrong options, and with the reason of an aborted signal.
 */
export interface SchemaManager {
  /**
   * Applies what is pending, each migration in one transaction with its ledger row.
   *
   * With nothing pending it reads the ledger once and takes no lock. It never
   * goes back: where `to` is reached or passed, it does nothing. Rejects with
   * `FORGE_MIGRATE_NEWER`, `_CHANGED`, `_ORDER`, `_TARGET`, `_DAMAGED`, `_BACKUP`, `_FAILED` or `_FOREIGN_KEYS`.
   */
  up(options?: UpOptions): Promise<UpResult>
  /**
   * Undoes the newest migrations, the newest first, each in one transaction with its ledger row.
   *
   * Whether all of them can be undone is settled before the first is. Rejects
   * with `FORGE_MIGRATE_IRREVERSIBLE`, `_REQUIRED`, `_NEWER`, `_CHANGED`,
   * `_TARGET`, `_DAMAGED`, `_BACKUP`, `_FAILED` or `_FOREIGN_KEYS`.
   */
  down(options?: DownOptions): Promise<DownResult>
  /** Tells what `up` or `down` would run, SQL included, and rejects as they would before they start; writes nothing. */
  plan(options?: PlanOptions): Promise<MigrationPlan>
  /** Tells what is applied, what was changed and how, and what is pending; writes nothing. */
  status(options?: WaitOptions): Promise<MigrationStatus>
  /**
   * Makes the ledger what you say it should be, after you have looked at `status`: accepts changed migrations,
   * strikes out others, and numbers a ledger that contradicts itself anew. Touches no other table.
   *
   * Rejects with `FORGE_MIGRATE_TARGET` for an id it cannot be done to.
   */
  repair(options?: RepairOptions): Promise<RepairResult>
  /**
   * Adopts a database that was made without a ledger: writes down the migrations up to `to` as applied and runs none.
   *
   * It checks that the ledger is empty and that the tables and views which
   * these migrations leave are there by name; columns, indexes and rows are not
   * compared. Rejects with `FORGE_MIGRATE_BASELINE` or `_TARGET`.
   */
  baseline(options?: BaselineOptions): Promise<BaselineResult>
}
