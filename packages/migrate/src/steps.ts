import type { Kysely } from 'kysely'
import { refuseChanges } from './changes.ts'
import type { Script } from './compile.ts'
import {
  MigrateDamagedError,
  MigrateIrreversibleError,
  MigrateNewerError,
  MigrateOrderError,
  MigrateRequiredError,
} from './errors.ts'
import { versionOf, type Ledger, type LedgerRow } from './ledger.ts'
import type { LedgerTables } from './ledger-tables.ts'
import { compareGraph, type GraphMigration, type MigrationGraph } from './migration-graph.ts'
import { pendingUpTo, versionBelow, type MigrationTarget } from './target.ts'

/** One migration to run in one direction. */
export interface Step {
  readonly migration: GraphMigration
  readonly direction: 'up' | 'down'
  readonly script: Script
  /** The version of the schema before it. */
  readonly from: number
  /** The version of the schema after it. */
  readonly version: number
}

/** Says what is left to do, given what a ledger holds; throws where the ledger forbids to go on. */
export type ChooseSteps = (ledger: Ledger, db: Kysely<LedgerTables>) => Promise<readonly Step[]>

/**
 * The pending migrations up to `to`.
 *
 * Throws `FORGE_MIGRATE_DAMAGED`, `_NEWER`, `_CHANGED`, `_ORDER` or `_TARGET`.
 */
export function stepsUp(graph: MigrationGraph, to: MigrationTarget | undefined): ChooseSteps {
  return async (ledger, db) => {
    refuseDamage(ledger)
    const { unknown, changed, pending } = compareGraph(graph, ledger.rows)
    if (unknown.length > 0) throw newerError(unknown)
    await refuseChanges(changed, db)
    const wanted = pendingUpTo(graph, ledger, pending, to)
    for (const { id } of wanted) {
      const applied = ledger.rows.find((row) => graph.get(row.id)?.before.has(id))
      if (applied !== undefined) throw orderError(id, applied.id)
    }
    const version = versionOf(ledger)
    return wanted.map((migration, index) => ({
      migration,
      direction: 'up',
      script: migration.up,
      from: version + index,
      version: version + index + 1,
    }))
  }
}

/**
 * The applied migrations down to a target, the newest first.
 *
 * How far is settled by the ledger it is asked about first, so that a number of steps is not counted anew after each.
 * Throws `FORGE_MIGRATE_DAMAGED`, `_NEWER`, `_CHANGED`, `_IRREVERSIBLE`, `_REQUIRED` or `_TARGET`.
 */
export function stepsDown(
  graph: MigrationGraph,
  target: { readonly to?: MigrationTarget | undefined; readonly steps?: number | undefined },
): ChooseSteps {
  let end: number | undefined
  return async (ledger, db) => {
    refuseDamage(ledger)
    end ??= versionBelow(ledger, target)
    const kept = ledger.rows.slice(0, end)
    const undone = ledger.rows.slice(end)
    const { unknown, changed } = compareGraph(graph, undone)
    if (unknown.length > 0) throw newerError(unknown)
    await refuseChanges(changed, db)
    return undone.toReversed().map(({ id, position }) => {
      const migration = graph.get(id)!
      const { down } = migration
      if (down === undefined) throw irreversibleError(id)
      refuseRequired(graph, id, kept)
      return { migration, direction: 'down', script: down, from: position, version: position - 1 }
    })
  }
}

/** Says that somebody else wrote to the ledger. */
function refuseDamage({ damage }: Ledger): void {
  if (damage === undefined) return
  throw new MigrateDamagedError(`The ledger of migrations contradicts itself: ${damage}`, {
    hint: 'Compare what status() lists with what the database holds; then call repair()',
    details: { damage },
  })
}

function refuseRequired(graph: MigrationGraph, id: string, kept: readonly LedgerRow[]): void {
  const requiredBy = kept.find((row) => graph.get(row.id)?.before.has(id))?.id
  if (requiredBy === undefined) return
  throw new MigrateRequiredError(`Migration "${id}" cannot be undone: "${requiredBy}" stays and depends on it`, {
    hint: `Go down far enough to undo "${requiredBy}" too`,
    details: { id, requiredBy },
  })
}

function newerError(unknown: readonly string[]): MigrateNewerError {
  return new MigrateNewerError(`The database is newer than this code, which does not know: ${unknown.join(', ')}`, {
    hint: 'Use the version of the program that last wrote this database, or a newer one',
    details: { unknown },
  })
}

function orderError(pending: string, applied: string): MigrateOrderError {
  return new MigrateOrderError(`Migration "${pending}" runs before "${applied}", which is applied already`, {
    hint: `Name it so that it comes after "${applied}", and let nothing that is applied depend on it`,
    details: { pending, applied },
  })
}

function irreversibleError(id: string): MigrateIrreversibleError {
  return new MigrateIrreversibleError(`Migration "${id}" cannot be undone: it has no down`, {
    hint: 'Give it a down, or restore a backup made before it',
    details: { id },
  })
}
