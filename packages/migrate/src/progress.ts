import { MigrateInvalidError } from './errors.ts'
import type { Step } from './steps.ts'

/** How far a call of `up` or `down` has come. */
export interface MigrationProgress {
  readonly id: string
  readonly direction: 'up' | 'down'
  /** `started`: its statements are about to run, and will again where the database was busy; `done`: it is committed. */
  readonly state: 'started' | 'done'
  /** Which of the migrations of this call it is, from 1. */
  readonly number: number
  /** How many migrations this call runs. */
  readonly total: number
}

/** Is told how far a migration has come; it must not throw. */
export type OnStep = (progress: MigrationProgress) => void

/** Tells `onStep`; what it throws ends the migration as `FORGE_MIGRATE_INVALID`. */
export function report(
  onStep: OnStep | undefined,
  { migration: { id }, direction }: Step,
  progress: Pick<MigrationProgress, 'state' | 'number' | 'total'>,
): void {
  try {
    onStep?.({ id, direction, ...progress })
  } catch (cause) {
    throw new MigrateInvalidError(`onStep threw when migration "${id}" was ${progress.state}`, {
      details: { id },
      cause,
    })
  }
}
