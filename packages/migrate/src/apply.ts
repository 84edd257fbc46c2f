import type { Kysely } from 'kysely'
import { MigrateFailedError } from './errors.ts'
import { lockLedger, readRows, recordMigration, type LedgerTables } from './ledger.ts'
import type { Plan, PlannedMigration } from './plan.ts'
import { verifyPending } from './verify.ts'

/** What one step needs. */
export interface ApplyOptions {
  readonly db: Kysely<LedgerTables>
  readonly plan: Plan
  readonly clock: () => number
  readonly signal: AbortSignal | undefined
}

/** What one step did. */
export interface ApplyStep {
  /** The id; `undefined` when nothing was left to do. */
  readonly applied: string | undefined
  readonly version: number
  /** How many are still pending. */
  readonly left: number
}

/** Applies the first pending migration and writes its ledger row, in one transaction. */
export async function applyNext(options: ApplyOptions): Promise<ApplyStep> {
  let failure: { readonly error: unknown } | undefined
  let step: ApplyStep | undefined
  try {
    return await options.db.transaction().execute(async (transaction) => {
      try {
        step = await applyWithin(transaction, options)
        return step
      } catch (error) {
        failure = { error }
        throw error
      }
    })
  } catch (error) {
    // A statement may have rolled back on its own ("or rollback"); then Kysely's rollback fails and hides why.
    if (failure !== undefined) throw failure.error
    if (step?.applied !== undefined) throw commitError(step.applied, error)
    throw error
  }
}

async function applyWithin(transaction: Kysely<LedgerTables>, options: ApplyOptions): Promise<ApplyStep> {
  await lockLedger(transaction)
  const rows = await readRows(transaction)
  const [next, ...rest] = await verifyPending(options.plan, rows, transaction)
  const version = rows.at(-1)?.position ?? 0
  if (next === undefined) return { applied: undefined, version, left: 0 }
  await runStatements(next, transaction, options.signal)
  await recordMigration(transaction, next, version + 1, new Date(options.clock()).toISOString())
  return { applied: next.id, version: version + 1, left: rest.length }
}

async function runStatements(
  { id, queries }: PlannedMigration,
  transaction: Kysely<LedgerTables>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [index, query] of queries.entries()) {
    signal?.throwIfAborted()
    try {
      await transaction.executeQuery(query)
    } catch (cause) {
      throw new MigrateFailedError(`Migration "${id}" failed at statement ${index + 1}: ${messageOf(cause)}`, {
        hint: 'Nothing of it was applied: correct the statement and migrate again',
        details: { id, statement: index + 1, sql: query.sql },
        cause,
      })
    }
  }
}

function commitError(id: string, cause: unknown): MigrateFailedError {
  return new MigrateFailedError(`Migration "${id}" could not be committed: ${messageOf(cause)}`, {
    hint: 'Nothing of it was applied: correct what its statements leave behind and migrate again',
    details: { id, statement: null, sql: null },
    cause,
  })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
