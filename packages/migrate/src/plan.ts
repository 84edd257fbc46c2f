import type { Kysely } from 'kysely'
import { compileMigration, compileOnly, type CompiledMigration } from './compile.ts'
import { MigrateInvalidError } from './errors.ts'
import type { LedgerRow } from './ledger.ts'
import { problemOf, type Migration } from './migration.ts'
import { orderOf } from './order.ts'

/** A migration of the code: its SQL and the ids that run before it. */
export interface PlannedMigration extends CompiledMigration {
  readonly before: ReadonlySet<string>
}

/** All migrations of the code by id, in the order to run them. */
export type Plan = ReadonlyMap<string, PlannedMigration>

/** How a ledger and a plan stand to each other. */
export interface Comparison {
  /** Applied, and not in the code. */
  readonly unknown: readonly string[]
  /** Applied, and other SQL in the code. */
  readonly changed: readonly PlannedMigration[]
  /** In the code, and not applied; in the order to run them. */
  readonly pending: readonly PlannedMigration[]
}

/** Checks, orders and compiles `migrations`; what is wrong with them is thrown. */
export function createPlan<DB>(
  migrations: readonly Migration[],
  db: Kysely<DB>,
  callSite: (...args: never[]) => unknown,
): Plan {
  for (const migration of migrations) {
    const problem = problemOf(migration)
    if (problem !== undefined) throw new MigrateInvalidError(problem, { callSite })
  }
  const byId = new Map(migrations.map((migration) => [migration.id, migration]))
  const compiler = compileOnly(db)
  const plan = new Map<string, PlannedMigration>()
  for (const [id, before] of orderOf(migrations, callSite)) {
    plan.set(id, { ...compileMigration(byId.get(id)!, compiler, callSite), before })
  }
  return plan
}

/** Compares what was applied with what the code has. */
export function comparePlan(plan: Plan, ledger: readonly LedgerRow[]): Comparison {
  const unknown: string[] = []
  const changed: PlannedMigration[] = []
  const applied = new Set<string>()
  for (const { id, checksum } of ledger) {
    applied.add(id)
    const migration = plan.get(id)
    if (migration === undefined) unknown.push(id)
    else if (migration.checksum !== checksum) changed.push(migration)
  }
  return { unknown, changed, pending: [...plan.values()].filter(({ id }) => !applied.has(id)) }
}
