import type { Kysely } from 'kysely'
import type { MigrationDialect } from './dialect.ts'
import { ledgerTable, versionTable, type LedgerTables } from './ledger-tables.ts'

/** An applied migration without its SQL, which is read only when it is needed. */
export interface LedgerRow {
  readonly position: number
  readonly id: string
  readonly checksum: string
  readonly appliedAt: string
}

/** What the database says about itself. */
export interface Ledger {
  /** The applied migrations, oldest first. */
  readonly rows: readonly LedgerRow[]
  /** What is wrong with it, if anything: somebody else wrote to it. */
  readonly damage: string | undefined
  /** Whether the database lacks a table of it. */
  readonly absent: boolean
}

/** The version a ledger stands for: the number of applied migrations. */
export function versionOf({ rows }: Ledger): number {
  return rows.length
}

/** The ledger; empty where the database has none yet. */
export async function readLedger(db: Kysely<LedgerTables>, dialect: MigrationDialect): Promise<Ledger> {
  try {
    return await readTables(db)
  } catch {
    // Asking for the tables first would cost every start a second read.
    const names = await dialect.tables(db)
    const lacking = [ledgerTable, versionTable].filter((name) => !names.includes(name))
    if (lacking.length === 2) return { rows: [], damage: undefined, absent: true }
    // Another process made them in between, or this fails again and says why.
    if (lacking.length === 0) return readTables(db)
    const rows = lacking[0] === ledgerTable ? [] : await readRows(db)
    return { rows, damage: `the table ${lacking[0]} is missing`, absent: true }
  }
}

async function readTables(db: Kysely<LedgerTables>): Promise<Ledger> {
  const found = await db
    .selectFrom(ledgerTable)
    .select(['position', 'id', 'checksum', 'applied_at as appliedAt'])
    .select((row) => row.selectFrom(versionTable).select('version').where('id', '=', 1).as('version'))
    .orderBy('position')
    .execute()
  const version = found.length > 0 ? found[0]!.version : await readVersion(db)
  const rows = found.map(({ position, id, checksum, appliedAt }) => ({ position, id, checksum, appliedAt }))
  return { rows, damage: damageOf(rows, version), absent: false }
}

async function readVersion(db: Kysely<LedgerTables>): Promise<number | null> {
  const row = await db.selectFrom(versionTable).select('version').where('id', '=', 1).executeTakeFirst()
  // Before the first migration there may be no row.
  return row?.version ?? 0
}

function damageOf(rows: readonly LedgerRow[], version: number | null): string | undefined {
  const wrong = rows.findIndex(({ position }, index) => position !== index + 1)
  if (wrong !== -1)
    return `migration "${rows[wrong]!.id}" has position ${rows[wrong]!.position} instead of ${wrong + 1}`
  if (version === rows.length) return undefined
  return `the version is ${version ?? 'missing'} and the number of applied migrations is ${rows.length}`
}

function readRows(db: Kysely<LedgerTables>): Promise<readonly LedgerRow[]> {
  return db
    .selectFrom(ledgerTable)
    .select(['position', 'id', 'checksum', 'applied_at as appliedAt'])
    .orderBy('position')
    .execute()
}

/** The SQL that was run for each of `ids`. */
export async function readSql(db: Kysely<LedgerTables>, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom(ledgerTable).select(['id', 'sql']).where('id', 'in', ids).execute()
  return new Map(rows.map(({ id, sql }) => [id, sql]))
}
