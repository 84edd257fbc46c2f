/** The table of applied migrations. */
export const ledgerTable = 'forge_migrations'

/** The table of the version: one row, which is also what writers lock. */
export const versionTable = 'forge_schema_version'

/** The two tables of this package. */
export interface LedgerTables {
  [ledgerTable]: { position: number; id: string; checksum: string; sql: string; applied_at: string }
  [versionTable]: { id: number; version: number }
}
