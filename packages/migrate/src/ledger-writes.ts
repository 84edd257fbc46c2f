import type { Kysely } from 'kysely'
import type { CompiledMigration } from './compile.ts'
import type { MigrationDialect } from './dialect.ts'
import { ledgerTable, versionTable, type LedgerTables } from './ledger-tables.ts'

/** How to lock a ledger. */
export interface LockOptions {
  readonly dialect: MigrationDialect
  readonly lockTimeoutMs: number
  /** Whether to make the tables of the ledger where they are missing. */
  readonly create: boolean
}

/**
 * Makes `transaction` the only one that migrates until it ends; on SQLite, the only one that writes at all.
 *
 * Invariant: this comes first in the transaction. One that has read already
 * looks at an old ledger, and SQLite refuses to let it write.
 */
export async function lockLedger(transaction: Kysely<LedgerTables>, options: LockOptions): Promise<void> {
  await options.dialect.lockOut(transaction, options.lockTimeoutMs)
  if (options.create) await createLedger(transaction)
  await transaction
    .insertInto(versionTable)
    .values({ id: 1, version: 0 })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ version: (row) => row.ref(`${versionTable}.version`) }),
    )
    .execute()
}

async function createLedger(transaction: Kysely<LedgerTables>): Promise<void> {
  await transaction.schema
    .createTable(ledgerTable)
    .ifNotExists()
    .addColumn('position', 'integer', (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('checksum', 'text', (column) => column.notNull())
    .addColumn('sql', 'text', (column) => column.notNull())
    .addColumn('applied_at', 'text', (column) => column.notNull())
    .execute()
  await transaction.schema
    .createTable(versionTable)
    .ifNotExists()
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute()
}

/** Writes down that `migration` made version `position`. */
export async function recordMigration(
  transaction: Kysely<LedgerTables>,
  migration: CompiledMigration,
  position: number,
  appliedAt: string,
): Promise<void> {
  const { id, checksum, up } = migration
  await transaction
    .insertInto(ledgerTable)
    .values({ position, id, checksum, sql: up.text, applied_at: appliedAt })
    .execute()
  await writeVersion(transaction, position)
}

/** Strikes out `id`, which made the newest version, `position`. */
export async function eraseMigration(transaction: Kysely<LedgerTables>, id: string, position: number): Promise<void> {
  await transaction.deleteFrom(ledgerTable).where('id', '=', id).execute()
  await writeVersion(transaction, position - 1)
}

/** Takes the SQL of the code for what was applied. */
export async function acceptMigration(
  transaction: Kysely<LedgerTables>,
  { id, checksum, up }: CompiledMigration,
): Promise<void> {
  await transaction.updateTable(ledgerTable).set({ checksum, sql: up.text }).where('id', '=', id).execute()
}

/** Writes the ledger anew without `forgotten`: positions from 1 on, in their order, and the version that follows from them. */
export async function renumber(transaction: Kysely<LedgerTables>, forgotten: readonly string[]): Promise<void> {
  const rows = await transaction.selectFrom(ledgerTable).selectAll().orderBy('position').execute()
  const kept = rows.filter(({ id }) => !forgotten.includes(id))
  await transaction.deleteFrom(ledgerTable).execute()
  for (const [index, row] of kept.entries()) {
    await transaction
      .insertInto(ledgerTable)
      .values({ ...row, position: index + 1 })
      .execute()
  }
  await writeVersion(transaction, kept.length)
}

async function writeVersion(transaction: Kysely<LedgerTables>, version: number): Promise<void> {
  await transaction.updateTable(versionTable).set({ version }).where('id', '=', 1).execute()
}
