import { isForgeError } from '@forge/errors'
import type { Kysely } from 'kysely'
import { applyNext } from './apply.ts'
import { retryWhileBusy, type BusyPolicy } from './busy.ts'
import { withCallerStack } from './caller-stack.ts'
import { MigrateInvalidError, MigrateLedgerError } from './errors.ts'
import { createLedger, readLedger, type LedgerRow, type LedgerTables } from './ledger.ts'
import type { Migration } from './migration.ts'
import { comparePlan, createPlan, type Plan } from './plan.ts'
import { verifyPending } from './verify.ts'

/** What {@link createSchemaManager} is given. */
export interface SchemaManagerOptions<DB> {
  /** The database; its plugins change neither the migrations nor the ledger. Not a transaction. */
  readonly db: Kysely<DB>
  /** The migrations of all packages that share the database, in any order. */
  readonly migrations: readonly Migration[]
  /** Milliseconds since the epoch, for the ledger; `Date.now` if absent. */
  readonly clock?: () => number
  /** A number from 0 up to 1, which spreads retries; `Math.random` if absent. */
  readonly random?: () => number
  /** How long one step waits for a busy database, in milliseconds; 30,000 if absent. */
  readonly busyTimeoutMs?: number
}

/** What waits can be told to stop. */
export interface MigrateOptions {
  /** Ends the wait or the running migration; the promise rejects with its reason. */
  readonly signal?: AbortSignal
}

/** What {@link SchemaManager.up} did. */
export interface MigrateResult {
  /** The ids this call applied, in order; empty when nothing was pending or another process was faster. */
  readonly applied: readonly string[]
  /** The version of the schema now: the number of applied migrations. */
  readonly version: number
}

/** A migration the ledger holds. */
export interface AppliedMigration {
  readonly id: string
  /** The version of the schema that it made. */
  readonly version: number
  /** When, as ISO 8601 in UTC. */
  readonly appliedAt: string
  /** `changed`: the code has other SQL under this id; `unknown`: the code does not have it. */
  readonly state: 'current' | 'changed' | 'unknown'
}

/** How a database stands to the code. */
export interface MigrationStatus {
  readonly version: number
  /** Oldest first. */
  readonly applied: readonly AppliedMigration[]
  /** The ids that are not applied, in the order to run them. */
  readonly pending: readonly string[]
}

/** Brings one database to the schema of the code; made by {@link createSchemaManager}. */
export interface SchemaManager {
  /**
   * Applies what is pending, each migration in one transaction with its ledger row.
   *
   * Any number of processes may call it on one database at once. With nothing
   * pending it reads the ledger once and takes no lock. Rejects with
   * `FORGE_MIGRATE_NEWER`, `_CHANGED`, `_ORDER`, `_FAILED`, `_BUSY` or `_LEDGER`.
   */
  up(options?: MigrateOptions): Promise<MigrateResult>
  /** Tells what is applied and what is pending; writes nothing. Rejects with `FORGE_MIGRATE_BUSY` or `_LEDGER`. */
  status(options?: MigrateOptions): Promise<MigrationStatus>
}

/**
 * Checks, orders and compiles `migrations` for `db`, which is not touched yet.
 *
 * Throws `FORGE_MIGRATE_INVALID`, `FORGE_MIGRATE_DUPLICATE`,
 * `FORGE_MIGRATE_DEPENDENCY` or `FORGE_MIGRATE_CYCLE`.
 *
 * @example
 * ```ts
 * const manager = createSchemaManager({ db, migrations: [nodes, edges] })
 * const { applied, version } = await manager.up()
 * ```
 */
export function createSchemaManager<DB>(options: SchemaManagerOptions<DB>): SchemaManager {
  const { db, migrations, clock = Date.now, random = Math.random, busyTimeoutMs = 30_000 } = options
  const problem = optionProblem(options)
  if (problem !== undefined) throw new MigrateInvalidError(problem, { callSite: createSchemaManager })
  const plan = createPlan(migrations, db, createSchemaManager)
  const context: Context = {
    // The tables of a Kysely are types only; the ledger's are nobody else's.
    db: db.withoutPlugins() as unknown as Kysely<LedgerTables>,
    plan,
    clock,
    busy: { timeoutMs: busyTimeoutMs, random },
  }

  const up: SchemaManager['up'] = ({ signal } = {}) =>
    withCallerStack(up, () => guarded(() => migrateAll(context, signal), signal))
  const status: SchemaManager['status'] = ({ signal } = {}) =>
    withCallerStack(status, () => guarded(() => readStatus(context, signal), signal))
  return { up, status }
}

interface Context {
  readonly db: Kysely<LedgerTables>
  readonly plan: Plan
  readonly clock: () => number
  readonly busy: BusyPolicy
}

function optionProblem<DB>({ db, migrations, busyTimeoutMs = 0 }: SchemaManagerOptions<DB>): string | undefined {
  if (!(db instanceof Object && 'getExecutor' in db)) return 'db is not a Kysely database'
  if (db.isTransaction) return 'db is a transaction; a schema manager opens transactions of its own'
  if (!Array.isArray(migrations)) return 'migrations is not an array'
  if (!(busyTimeoutMs >= 0)) return `busyTimeoutMs is ${busyTimeoutMs}; give milliseconds, 0 or more`
  return undefined
}

async function migrateAll(context: Context, signal: AbortSignal | undefined): Promise<MigrateResult> {
  const { db, plan, clock, busy } = context
  const rows = await retryWhileBusy(() => readLedger(db), busy, signal)
  if (rows === undefined) await retryWhileBusy(() => createLedger(db), busy, signal)
  else if ((await verifyPending(plan, rows, db)).length === 0) return { applied: [], version: versionOf(rows) }

  const applied: string[] = []
  while (true) {
    const step = await retryWhileBusy(() => applyNext({ db, plan, clock, signal }), busy, signal)
    if (step.applied !== undefined) applied.push(step.applied)
    if (step.left === 0) return { applied, version: step.version }
  }
}

async function readStatus({ db, plan, busy }: Context, signal: AbortSignal | undefined): Promise<MigrationStatus> {
  const rows = (await retryWhileBusy(() => readLedger(db), busy, signal)) ?? []
  const { unknown, changed, pending } = comparePlan(plan, rows)
  const states = new Map<string, AppliedMigration['state']>([
    ...unknown.map((id) => [id, 'unknown'] as const),
    ...changed.map(({ id }) => [id, 'changed'] as const),
  ])
  return {
    version: versionOf(rows),
    applied: rows.map(({ id, position, appliedAt }) => ({
      id,
      version: position,
      appliedAt,
      state: states.get(id) ?? 'current',
    })),
    pending: pending.map(({ id }) => id),
  }
}

function versionOf(rows: readonly LedgerRow[]): number {
  return rows.at(-1)?.position ?? 0
}

/** Names the errors of the driver that are not about a migration: no ledger can be read or written. */
async function guarded<T>(run: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (isForgeError(error) || (signal?.aborted && error === signal.reason)) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new MigrateLedgerError(`The ledger of migrations cannot be read or written: ${message}`, {
      hint: 'Check that the file is a database this process may write to',
      cause: error,
    })
  }
}
