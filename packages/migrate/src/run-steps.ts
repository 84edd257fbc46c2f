import type { Kysely } from 'kysely'
import { makeBackup } from './backup.ts'
import { retryWhileBusy } from './busy.ts'
import { now, type ManagerContext } from './context.ts'
import { readLedger, versionOf, type Ledger } from './ledger.ts'
import { ledgerTable, versionTable, type LedgerTables } from './ledger-tables.ts'
import { eraseMigration, lockLedger, recordMigration } from './ledger-writes.ts'
import { report, type OnStep } from './progress.ts'
import { runScript, transactionError } from './run-script.ts'
import type { ChooseSteps, Step } from './steps.ts'

/** How a run can be stopped and watched. */
export interface RunOptions {
  readonly signal: AbortSignal | undefined
  readonly onStep: OnStep | undefined
}

/** What a run did. */
export interface RunResult {
  /** The ids, in the order they ran. */
  readonly done: readonly string[]
  readonly version: number
}

/** Runs what `choose` says is left, each migration in one transaction with its ledger row. */
export async function runSteps(
  context: ManagerContext,
  choose: ChooseSteps,
  { signal, onStep }: RunOptions,
): Promise<RunResult> {
  const [ledger, steps] = await retryWhileBusy(
    async (connection) => {
      const found = await readLedger(connection, context.dialect)
      return [found, await choose(found, connection)] as const
    },
    context,
    signal,
  )
  const run: Run = { context, choose, signal, onStep, ledgerAbsent: ledger.absent, untouched: true, done: [] }
  let state: State = { steps, version: versionOf(ledger) }
  while (state.steps.length > 0) {
    const [next] = state.steps
    state = await retryWhileBusy((connection) => runNext(run, next!, connection), context, signal)
  }
  return { done: run.done, version: state.version }
}

interface Run {
  readonly context: ManagerContext
  readonly choose: ChooseSteps
  readonly signal: AbortSignal | undefined
  readonly onStep: OnStep | undefined
  /** Whether the ledger has to be made. */
  ledgerAbsent: boolean
  /** Whether no backup was thought of yet. */
  untouched: boolean
  readonly done: string[]
}

interface State {
  readonly steps: readonly Step[]
  readonly version: number
}

/** Runs the first step that is left; `expected` is what it was before the lock, and settles how the transaction begins. */
async function runNext(run: Run, expected: Step, connection: Kysely<LedgerTables>): Promise<State> {
  const { context, choose, signal, onStep, done } = run
  const checkForeignKeysAtEnd = expected.migration.foreignKeys !== undefined
  let running: Step | undefined
  let total = 0
  let state: State
  try {
    state = await context.dialect.transaction(connection, { checkForeignKeysAtEnd }, async (transaction) => {
      running = undefined
      const ledger = await lockAndRead(run, transaction)
      const steps = await choose(ledger, transaction)
      const [step, ...left] = steps
      // Another process may have run the expected one; the next may need a transaction that begins otherwise.
      if (step === undefined || (step.migration.foreignKeys !== undefined) !== checkForeignKeysAtEnd)
        return { steps, version: versionOf(ledger) }
      total = done.length + steps.length
      if (run.untouched) await backUp(run, ledger, steps, transaction)
      running = step
      report(onStep, step, { state: 'started', number: done.length + 1, total })
      await runScript(step, transaction, signal)
      await writeDown(context, step, transaction)
      return { steps: left, version: step.version }
    })
  } catch (error) {
    throw running === undefined ? error : transactionError(running, error)
  }
  run.ledgerAbsent = false
  if (running !== undefined) {
    done.push(running.migration.id)
    report(onStep, running, { state: 'done', number: done.length, total })
  }
  return state
}

async function lockAndRead({ context, ledgerAbsent }: Run, transaction: Kysely<LedgerTables>): Promise<Ledger> {
  const { dialect, busy } = context
  await lockLedger(transaction, { dialect, lockTimeoutMs: busy.timeoutMs, create: ledgerAbsent })
  return readLedger(transaction, dialect)
}

/** Calls the backup hook, once a run and only where there is something to lose. */
async function backUp(
  run: Run,
  ledger: Ledger,
  steps: readonly Step[],
  transaction: Kysely<LedgerTables>,
): Promise<void> {
  const { context, signal } = run
  if (context.backup !== undefined && (await holdsData(ledger, context, transaction))) {
    await makeBackup(context.backup, {
      version: versionOf(ledger),
      steps: steps.map(({ migration: { id }, direction }) => ({ id, direction })),
      signal,
    })
  }
  run.untouched = false
}

async function holdsData(
  ledger: Ledger,
  { dialect }: ManagerContext,
  transaction: Kysely<LedgerTables>,
): Promise<boolean> {
  if (ledger.rows.length > 0) return true
  const names = await dialect.tables(transaction)
  return names.some((name) => name !== ledgerTable && name !== versionTable)
}

async function writeDown(
  context: ManagerContext,
  { migration, direction, from, version }: Step,
  transaction: Kysely<LedgerTables>,
): Promise<void> {
  if (direction === 'up') await recordMigration(transaction, migration, version, now(context))
  else await eraseMigration(transaction, migration.id, from)
}
