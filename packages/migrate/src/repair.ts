import { retryWhileBusy } from './busy.ts'
import type { ManagerContext } from './context.ts'
import { MigrateTargetError } from './errors.ts'
import { readLedger, versionOf, type Ledger } from './ledger.ts'
import { acceptMigration, lockLedger, renumber } from './ledger-writes.ts'
import { compareGraph, type GraphMigration, type MigrationGraph } from './migration-graph.ts'

/** What to repair besides a damaged ledger. */
export interface RepairRequest {
  readonly accept: readonly string[]
  readonly forget: readonly string[]
}

/** What a repair did. */
export interface RepairResult {
  /** The migrations whose SQL in the ledger is now that of the code. */
  readonly accepted: readonly string[]
  /** The migrations that are no longer in the ledger. */
  readonly forgotten: readonly string[]
  /** What was wrong with the ledger and is no longer, if anything was. */
  readonly mended: string | undefined
  /** The version of the schema now: the number of applied migrations. */
  readonly version: number
}

/** Makes the ledger what the caller says it should be, in one transaction; it touches nothing but the ledger. */
export async function repairLedger(
  context: ManagerContext,
  request: RepairRequest,
  signal: AbortSignal | undefined,
): Promise<RepairResult> {
  const { dialect, graph, busy } = context
  const before = await retryWhileBusy((connection) => readLedger(connection, dialect), context, signal)
  const expected = repairsOf(graph, before, request)
  if (!expected.needed) return resultOf(expected, before)
  return retryWhileBusy(
    (connection) =>
      dialect.transaction(connection, { checkForeignKeysAtEnd: false }, async (transaction) => {
        await lockLedger(transaction, { dialect, lockTimeoutMs: busy.timeoutMs, create: true })
        const ledger = await readLedger(transaction, dialect)
        const repairs = repairsOf(graph, ledger, request)
        for (const migration of repairs.accepted) await acceptMigration(transaction, migration)
        if (repairs.forgotten.length > 0 || repairs.damage !== undefined) {
          await renumber(transaction, repairs.forgotten)
        }
        return resultOf({ ...repairs, damage: expected.damage ?? repairs.damage }, ledger)
      }),
    context,
    signal,
  )
}

interface Repairs {
  readonly accepted: readonly GraphMigration[]
  readonly forgotten: readonly string[]
  readonly damage: string | undefined
  readonly needed: boolean
}

function repairsOf(graph: MigrationGraph, ledger: Ledger, { accept, forget }: RepairRequest): Repairs {
  const applied = new Set(ledger.rows.map(({ id }) => id))
  refuseIds(
    accept.filter((id) => !applied.has(id) || !graph.has(id)),
    'accepted: they are not both applied and in the code',
  )
  refuseIds(
    forget.filter((id) => !applied.has(id) || accept.includes(id)),
    'forgotten: they are not applied, or are accepted at the same time',
  )
  const { changed } = compareGraph(graph, ledger.rows)
  const accepted = changed.filter(({ id }) => accept.includes(id))
  const { damage } = ledger
  return { accepted, forgotten: forget, damage, needed: accepted.length + forget.length > 0 || damage !== undefined }
}

function refuseIds(ids: readonly string[], problem: string): void {
  if (ids.length === 0) return
  throw new MigrateTargetError(`These migrations cannot be ${problem}: ${ids.join(', ')}`, {
    hint: 'See status() for what is applied, and for what was changed',
    details: { ids },
  })
}

function resultOf({ accepted, forgotten, damage }: Repairs, ledger: Ledger): RepairResult {
  return {
    accepted: accepted.map(({ id }) => id),
    forgotten,
    mended: damage,
    version: versionOf(ledger) - forgotten.length,
  }
}
