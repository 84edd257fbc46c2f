import type { Kysely } from 'kysely'
import type { BackupHook } from './backup.ts'
import type { BusyPolicy } from './busy.ts'
import type { MigrationDialect } from './dialect.ts'
import type { LedgerTables } from './ledger-tables.ts'
import type { MigrationGraph } from './migration-graph.ts'

/** What a schema manager works with. */
export interface ManagerContext {
  readonly db: Kysely<LedgerTables>
  readonly dialect: MigrationDialect
  readonly graph: MigrationGraph
  readonly clock: () => number
  readonly busy: BusyPolicy
  readonly backup: BackupHook | undefined
}

/** The time of `context` as the ledger writes it. */
export function now({ clock }: ManagerContext): string {
  return new Date(clock()).toISOString()
}
