import type { Kysely } from 'kysely'
import { diffSql } from './diff.ts'
import { MigrateChangedError, MigrateNewerError, MigrateOrderError } from './errors.ts'
import { readSql, type LedgerRow, type LedgerTables } from './ledger.ts'
import { comparePlan, type Plan, type PlannedMigration } from './plan.ts'

/**
 * What is left to apply, in order.
 *
 * Throws where the ledger forbids to go on: `FORGE_MIGRATE_NEWER`,
 * `FORGE_MIGRATE_CHANGED` or `FORGE_MIGRATE_ORDER`.
 */
export async function verifyPending(
  plan: Plan,
  rows: readonly LedgerRow[],
  db: Kysely<LedgerTables>,
): Promise<readonly PlannedMigration[]> {
  const { unknown, changed, pending } = comparePlan(plan, rows)
  if (unknown.length > 0) throw newerError(unknown)
  if (changed.length > 0) throw await changedError(changed, db)
  for (const { id } of pending) {
    const applied = rows.find((row) => plan.get(row.id)?.before.has(id))
    if (applied !== undefined) throw orderError(id, applied.id)
  }
  return pending
}

function newerError(unknown: readonly string[]): MigrateNewerError {
  return new MigrateNewerError(`The database is newer than this code, which does not know: ${unknown.join(', ')}`, {
    hint: 'Use the version of the program that last wrote this database, or a newer one',
    details: { unknown },
  })
}

async function changedError(
  changed: readonly PlannedMigration[],
  db: Kysely<LedgerTables>,
): Promise<MigrateChangedError> {
  const applied = await readSql(
    db,
    changed.map(({ id }) => id),
  )
  const changes = await Promise.all(
    changed.map(async ({ id, text }) => ({ id, diff: await diffSql(applied.get(id)!, text) })),
  )
  const list = changes.map(({ id, diff }) => `${id}\n${diff}`).join('\n\n')
  return new MigrateChangedError(`Migrations were changed after they were applied: ${list}`, {
    hint: 'Restore them as they were applied, and put the change into a new migration',
    details: { changes },
  })
}

function orderError(pending: string, applied: string): MigrateOrderError {
  return new MigrateOrderError(`Migration "${pending}" runs before "${applied}", which is applied already`, {
    hint: `Name it so that it comes after "${applied}", and let nothing that is applied depend on it`,
    details: { pending, applied },
  })
}
