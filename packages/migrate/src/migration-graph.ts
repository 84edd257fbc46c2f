import type { Kysely } from 'kysely'
import { compileMigration, compileOnly, type CompiledMigration } from './compile.ts'
import type { MigrationDialect } from './dialect.ts'
import { MigrateInvalidError } from './errors.ts'
import type { LedgerRow } from './ledger.ts'
import { problemOf, type Migration } from './migration.ts'
import { orderOf } from './order.ts'

/** A migration of the code: its SQL and the ids that run right before it. */
export interface GraphMigration extends CompiledMigration {
  readonly before: ReadonlySet<string>
}

/** All migrations of the code by id, in the order to run them. */
export type MigrationGraph = ReadonlyMap<string, GraphMigration>

/** How a ledger and the code stand to each other. */
export interface Comparison {
  /** Applied, and not in the code. */
  readonly unknown: readonly string[]
  /** Applied, and other SQL in the code. */
  readonly changed: readonly GraphMigration[]
  /** In the code, and not applied; in the order to run them. */
  readonly pending: readonly GraphMigration[]
}

/** Checks, orders and compiles `migrations`; what is wrong with them is thrown. */
export function createMigrationGraph<DB>(
  migrations: readonly Migration[],
  target: { readonly db: Kysely<DB>; readonly dialect: MigrationDialect },
  callSite: (...args: never[]) => unknown,
): MigrationGraph {
  for (const migration of migrations) {
    const problem = problemOf(migration)
    if (problem !== undefined) throw new MigrateInvalidError(problem, { callSite })
  }
  const byId = new Map(migrations.map((migration) => [migration.id, migration]))
  const compiler = { db: compileOnly(target.db), dialect: target.dialect, callSite }
  const graph = new Map<string, GraphMigration>()
  for (const [id, before] of orderOf(migrations, callSite)) {
    graph.set(id, { ...compileMigration(byId.get(id)!, compiler), before })
  }
  return graph
}

/** Compares what was applied with what the code has. */
export function compareGraph(graph: MigrationGraph, rows: readonly LedgerRow[]): Comparison {
  const applied = new Set(rows.map(({ id }) => id))
  return {
    unknown: rows.filter(({ id }) => !graph.has(id)).map(({ id }) => id),
    changed: rows.flatMap(({ id, checksum }) => {
      const migration = graph.get(id)
      return migration === undefined || migration.checksum === checksum ? [] : [migration]
    }),
    pending: [...graph.values()].filter(({ id }) => !applied.has(id)),
  }
}

/** `id` and all that has to run before it. */
export function withRequirements(graph: MigrationGraph, id: string): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [id]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue
    found.add(next)
    waiting.push(...(graph.get(next)?.before ?? []))
  }
  return found
}
