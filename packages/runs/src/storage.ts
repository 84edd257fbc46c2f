import type { FinishedRun, RunDetails, RunOutcome, RunStart, StepInput } from './recording.ts'
import type { RunRecord, RunSummary } from './run-types.ts'

/**
 * Where the runs of agents are kept. It is passive: it changes nothing it is given, tries nothing twice, and what fails in
 * the database surfaces as `FORGE_RUNS_STORAGE`.
 *
 * A plan or an execution is a JSON text, which is kept to the byte, or a value, which is kept as JSON.
 */
export interface Storage {
  /**
   * Starts a run.
   *
   * @returns its id
   * @throws `FORGE_RUN_SNAPSHOT`, `FORGE_RUN_INVALID`, `FORGE_RUN_NOT_FOUND` for an unknown parent
   */
  savePlanResult(plan: unknown, details?: RunDetails): Promise<string>

  /**
   * Ends a run.
   *
   * @throws `FORGE_RUN_NOT_FOUND`, `FORGE_RUN_STATE` for one that is over, `FORGE_RUN_SNAPSHOT`
   */
  saveExecutionResult(runId: string, execution: unknown): Promise<void>

  /** Both in one transaction. */
  saveRun(run: FinishedRun): Promise<string>

  /**
   * A run with its snapshots.
   *
   * @throws `FORGE_RUN_NOT_FOUND`
   */
  getRun(id: string): Promise<RunRecord>

  /**
   * Runs, the newest first, without reading a snapshot.
   *
   * @param limit 1 to 1,000, default 20
   * @throws `FORGE_RUN_INVALID`
   */
  listRuns(limit?: number, offset?: number): Promise<readonly RunSummary[]>
}

/** A run that goes on. Left without an end by `await using`, it ends as `cancelled`. */
export interface RunHandle extends AsyncDisposable {
  readonly id: string

  /**
   * Writes a step; it is safe on the disk when the promise is resolved.
   *
   * @returns its position, from 0
   * @throws `FORGE_RUN_INVALID`, `FORGE_RUN_SNAPSHOT`, `FORGE_RUN_STATE`, `FORGE_RUN_NOT_FOUND`
   */
  step(step: StepInput): Promise<number>

  /** Gives a sign of life, for those who cannot see the process. Throws `FORGE_RUN_STATE`, `FORGE_RUN_NOT_FOUND`. */
  heartbeat(): Promise<void>

  /** Ends the run. Throws `FORGE_RUN_STATE` when it is over, `FORGE_RUN_SNAPSHOT`, `FORGE_RUN_INVALID`. */
  finish(outcome?: RunOutcome): Promise<void>
}

/** {@link Storage} with what a run history is asked beyond. */
export interface RunStorage extends Storage {
  readonly project: string

  /**
   * Starts a run that is written step by step, so that a crash leaves it visible.
   *
   * @throws `FORGE_RUN_SNAPSHOT`, `FORGE_RUN_INVALID`, `FORGE_RUN_NOT_FOUND` for an unknown parent
   */
  start(start?: RunStart): Promise<RunHandle>
}
