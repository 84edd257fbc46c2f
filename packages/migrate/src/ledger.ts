import type { Kysely } from 'kysely'
import type { CompiledMigration } from './compile.ts'

/** The two tables of this package; `forge_schema_version` is one row, which is also what writers lock. */
export interface LedgerTables {
  forge_migrations: { position: number; id: string; checksum: string; sql: string; applied_at: string }
  forge_schema_version: { id: number; version: number }
}

/** An applied migration without its SQL, which is read only when it is needed. */
export interface LedgerRow {
  readonly position: number
  readonly id: string
  readonly checksum: string
  readonly appliedAt: string
}

/** The applied migrations, oldest first. */
export function readRows(db: Kysely<LedgerTables>): Promise<readonly LedgerRow[]> {
  return db
    .selectFrom('forge_migrations')
    .select(['position', 'id', 'checksum', 'applied_at as appliedAt'])
    .orderBy('position')
    .execute()
}

/** The applied migrations, oldest first; `undefined` where the database has no ledger yet. */
export async function readLedger(db: Kysely<LedgerTables>): Promise<readonly LedgerRow[] | undefined> {
  try {
    return await readRows(db)
  } catch {
    // Asking for the table first would cost every start a second read.
    const tables = await db.introspection.getTables()
    if (!tables.some(({ name }) => name === 'forge_migrations')) return undefined
    // Another process made it in between, or this fails again and says why.
    return readRows(db)
  }
}

/** The SQL that was run for each of `ids`. */
export async function readSql(db: Kysely<LedgerTables>, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('forge_migrations').select(['id', 'sql']).where('id', 'in', ids).execute()
  return new Map(rows.map(({ id, sql }) => [id, sql]))
}

/** Creates the ledger where there is none. */
export async function createLedger(db: Kysely<LedgerTables>): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction.schema
      .createTable('forge_migrations')
      .ifNotExists()
      .addColumn('position', 'integer', (column) => column.primaryKey())
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('checksum', 'text', (column) => column.notNull())
      .addColumn('sql', 'text', (column) => column.notNull())
      .addColumn('applied_at', 'text', (column) => column.notNull())
      .execute()
    await transaction.schema
      .createTable('forge_schema_version')
      .ifNotExists()
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('version', 'integer', (column) => column.notNull())
      .execute()
  })
}

/**
 * Makes `transaction` the only writer until it ends.
 *
 * Invariant: this is the first statement of the transaction. One that has read
 * already looks at an old ledger, and SQLite refuses to let it write.
 */
export async function lockLedger(transaction: Kysely<LedgerTables>): Promise<void> {
  await transaction
    .insertInto('forge_schema_version')
    .values({ id: 1, version: 0 })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ version: (row) => row.ref('forge_schema_version.version') }),
    )
    .execute()
}

/** Writes down that `migration` made version `position`. */
export async function recordMigration(
  transaction: Kysely<LedgerTables>,
  migration: CompiledMigration,
  position: number,
  appliedAt: string,
): Promise<void> {
  const { id, checksum, text } = migration
  await transaction
    .insertInto('forge_migrations')
    .values({ position, id, checksum, sql: text, applied_at: appliedAt })
    .execute()
  await transaction.updateTable('forge_schema_version').set({ version: position }).where('id', '=', 1).execute()
}
