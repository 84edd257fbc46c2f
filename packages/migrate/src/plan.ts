import { retryWhileBusy } from './busy.ts'
import type { ManagerContext } from './context.ts'
import { readLedger, versionOf } from './ledger.ts'
import type { ChooseSteps } from './steps.ts'

/** A migration that would run. */
export interface PlannedStep {
  readonly id: string
  readonly direction: 'up' | 'down'
  /** The version of the schema after it. */
  readonly version: number
  /** Its statements as they would be sent, with their parameters, separated by `;` and a line break. */
  readonly sql: string
  /** Whether foreign keys are off while it runs and are checked before its commit. */
  readonly foreignKeys: 'check-at-end' | undefined
}

/** What a call of `up` or `down` would do. */
export interface MigrationPlan {
  /** The version of the schema now. */
  readonly version: number
  /** In the order to run them; empty when there is nothing to do. */
  readonly steps: readonly PlannedStep[]
}

/** What `choose` says is left, with its SQL; nothing is written. */
export async function readPlan(
  context: ManagerContext,
  choose: ChooseSteps,
  signal: AbortSignal | undefined,
): Promise<MigrationPlan> {
  const [ledger, steps] = await retryWhileBusy(
    async (connection) => {
      const found = await readLedger(connection, context.dialect)
      return [found, await choose(found, connection)] as const
    },
    context,
    signal,
  )
  return {
    version: versionOf(ledger),
    steps: steps.map(({ migration: { id, foreignKeys }, direction, version, script: { text } }) => ({
      id,
      direction,
      version,
      sql: text,
      foreignKeys,
    })),
  }
}
