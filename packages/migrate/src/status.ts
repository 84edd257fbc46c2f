import { readChanges } from './changes.ts'
import { retryWhileBusy } from './busy.ts'
import type { ManagerContext } from './context.ts'
import { readLedger, versionOf } from './ledger.ts'
import { compareGraph } from './migration-graph.ts'

/** A migration the ledger holds. */
export interface AppliedMigration {
  readonly id: string
  /** The version of the schema that it made. */
  readonly version: number
  /** When, as ISO 8601 in UTC. */
  readonly appliedAt: string
  /** `changed`: the code has other SQL under this id; `unknown`: the code does not have it. */
  readonly state: 'current' | 'changed' | 'unknown'
  /** Where it is `changed`: from the SQL that was applied to that of the code, as a unified diff. */
  readonly diff?: string
}

/** How a database stands to the code. */
export interface MigrationStatus {
  /** The number of applied migrations. */
  readonly version: number
  /** Oldest first. */
  readonly applied: readonly AppliedMigration[]
  /** The ids that are not applied, in the order to run them. */
  readonly pending: readonly string[]
  /** What is wrong with the ledger itself, if anything; `repair()` mends it. */
  readonly damage: string | undefined
}

/** Reads the ledger and compares it with the code. */
export async function readStatus(context: ManagerContext, signal: AbortSignal | undefined): Promise<MigrationStatus> {
  const { dialect, graph } = context
  const [ledger, changes] = await retryWhileBusy(
    async (connection) => {
      const found = await readLedger(connection, dialect)
      return [found, await readChanges(compareGraph(graph, found.rows).changed, connection)] as const
    },
    context,
    signal,
  )
  const diffs = new Map(changes.map(({ id, diff }) => [id, diff]))
  return {
    version: versionOf(ledger),
    applied: ledger.rows.map(({ id, position, appliedAt }) => {
      const diff = diffs.get(id)
      const entry = { id, version: position, appliedAt }
      if (diff !== undefined) return { ...entry, state: 'changed', diff }
      return { ...entry, state: graph.has(id) ? 'current' : 'unknown' }
    }),
    pending: compareGraph(graph, ledger.rows).pending.map(({ id }) => id),
    damage: ledger.damage,
  }
}
