import type { Kysely } from 'kysely'
import { diffSql } from './diff.ts'
import { MigrateChangedError } from './errors.ts'
import { readSql } from './ledger.ts'
import type { LedgerTables } from './ledger-tables.ts'
import type { GraphMigration } from './migration-graph.ts'

/** A migration that was changed after it was applied. */
export interface MigrationChange {
  readonly id: string
  /** From the SQL that was applied to that of the code, as a unified diff. */
  readonly diff: string
}

/** What changed in each of `changed`. */
export async function readChanges(
  changed: readonly GraphMigration[],
  db: Kysely<LedgerTables>,
): Promise<readonly MigrationChange[]> {
  const applied = await readSql(
    db,
    changed.map(({ id }) => id),
  )
  return Promise.all(changed.map(async ({ id, up }) => ({ id, diff: await diffSql(applied.get(id) ?? '', up.text) })))
}

/** Says what changed, if anything. */
export async function refuseChanges(changed: readonly GraphMigration[], db: Kysely<LedgerTables>): Promise<void> {
  if (changed.length === 0) return
  const changes = await readChanges(changed, db)
  const list = changes.map(({ id, diff }) => `${id}\n${diff}`).join('\n\n')
  throw new MigrateChangedError(`Migrations were changed after they were applied: ${list}`, {
    hint: 'Restore them as they were applied and put the change into a new migration, or take the new text for what was applied with repair({ accept })',
    details: { changes },
  })
}
