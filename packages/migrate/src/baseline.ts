import { retryWhileBusy } from './busy.ts'
import { now, type ManagerContext } from './context.ts'
import { MigrateBaselineError } from './errors.ts'
import { readLedger, type Ledger } from './ledger.ts'
import { lockLedger, recordMigration } from './ledger-writes.ts'
import { leftoverTables } from './made-tables.ts'
import { stepsUp } from './steps.ts'
import type { MigrationTarget } from './target.ts'

/** What a baseline did. */
export interface BaselineResult {
  /** The migrations that count as applied from now on, in order. */
  readonly marked: readonly string[]
  /** The version of the schema now: the number of applied migrations. */
  readonly version: number
}

/** Writes the migrations up to `to` into an empty ledger without running them. */
export async function adoptDatabase(
  context: ManagerContext,
  to: MigrationTarget | undefined,
  signal: AbortSignal | undefined,
): Promise<BaselineResult> {
  const { dialect, graph, busy } = context
  const choose = stepsUp(graph, to)
  const refuse = (ledger: Ledger): void => {
    if (ledger.rows.length > 0) throw appliedError(ledger)
  }
  refuse(await retryWhileBusy((connection) => readLedger(connection, dialect), context, signal))
  return retryWhileBusy(
    (connection) =>
      dialect.transaction(connection, { checkForeignKeysAtEnd: false }, async (transaction) => {
        await lockLedger(transaction, { dialect, lockTimeoutMs: busy.timeoutMs, create: true })
        const ledger = await readLedger(transaction, dialect)
        refuse(ledger)
        const steps = await choose(ledger, transaction)
        const present = new Set((await dialect.tables(transaction)).map((name) => name.toLowerCase()))
        const missing = leftoverTables(steps.map(({ script }) => script)).filter((name) => !present.has(name))
        if (missing.length > 0) throw missingError(missing)
        for (const { migration, version } of steps) await recordMigration(transaction, migration, version, now(context))
        return { marked: steps.map(({ migration }) => migration.id), version: steps.length }
      }),
    context,
    signal,
  )
}

function appliedError({ rows }: Ledger): MigrateBaselineError {
  const applied = rows.map(({ id }) => id)
  return new MigrateBaselineError(`The database has a ledger already, with ${applied.length} applied migrations`, {
    hint: 'Call up(); a baseline is for a database that was made without a ledger',
    details: { applied },
  })
}

function missingError(missing: readonly string[]): MigrateBaselineError {
  return new MigrateBaselineError(`The database lacks tables that the migrations make: ${missing.join(', ')}`, {
    hint: 'Take a version for "to" that this database has reached; call up() where it is empty',
    details: { missing },
  })
}
