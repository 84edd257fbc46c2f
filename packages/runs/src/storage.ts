import type { ChangePage, ChangesOptions } from './changes.ts'
import type { RunComparison } from './comparing.ts'
import type { ExportOptions } from './exporting.ts'
import type { ImportOptions, ImportResult } from './importing.ts'
import type { LostOptions } from './lost.ts'
import type { FinishedRun, RunDetails, RunOutcome, RunStart, StepInput } from './recording.ts'
import type { RetentionOptions, RetentionPolicy, RetentionResult } from './retention.ts'
import type { RunQuery } from './run-query.ts'
import type { RunRecord, RunSummary } from './run-types.ts'
import type { FacetOptions, RunFacets, RunPage, SearchOptions } from './searching.ts'
import type { StepPage, StepsOptions } from './steps.ts'
import type { WaitOptions } from './wait-options.ts'

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

  /**
   * A run that was started, by its id: to go on with it where only the id is known. Nothing is asked of the database yet.
   */
  resume(id: string): RunHandle

  /**
   * What a list shows of a run, without reading a snapshot.
   *
   * @throws `FORGE_RUN_NOT_FOUND`
   */
  getSummary(id: string): Promise<RunSummary>

  /**
   * Steps that were recorded one by one, with their outputs.
   *
   * @throws `FORGE_RUN_NOT_FOUND`, `FORGE_RUN_INVALID`
   */
  stepsOf(id: string, options?: StepsOptions): Promise<StepPage>

  /**
   * A page of the runs that a query is about, without reading a snapshot. Pages are stable while runs arrive: a run that was
   * there when the first page was read is on one page, unless it has changed so that the query is no longer about it.
   *
   * A query with words first brings the full-text index up to date, see {@link RunStorage.indexTexts}.
   *
   * @throws `FORGE_RUN_INVALID`, the reason of the signal
   */
  search(query?: RunQuery, options?: SearchOptions): Promise<RunPage>

  /** How many runs a query is about. Throws what {@link RunStorage.search} throws. */
  count(query?: RunQuery, options?: WaitOptions): Promise<number>

  /** The runs a query is about by status, tag and plan. Throws what {@link RunStorage.search} throws. */
  facets(query?: RunQuery, options?: FacetOptions): Promise<RunFacets>

  /**
   * Brings the full-text index up to date. A search with words does so too; call it when there is time, so that no search
   * has to wait.
   *
   * @returns how many texts were indexed: a run has one for its plan, one for its execution, and one for each step
   */
  indexTexts(options?: WaitOptions): Promise<number>

  /**
   * Adds tags to a run.
   *
   * @returns those it then has
   * @throws `FORGE_RUN_NOT_FOUND`, `FORGE_RUN_INVALID`
   */
  addTags(id: string, tags: readonly string[]): Promise<readonly string[]>

  /** Removes tags of a run, if it has them; as {@link RunStorage.addTags}. */
  removeTags(id: string, tags: readonly string[]): Promise<readonly string[]>

  /**
   * What differs between two runs.
   *
   * @throws `FORGE_RUN_NOT_FOUND`
   */
  compare(before: string, after: string): Promise<RunComparison>

  /**
   * Deletes a run with all that belongs to it.
   *
   * @throws `FORGE_RUN_NOT_FOUND`, `FORGE_RUN_STATE` for one that goes on
   */
  delete(id: string): Promise<void>

  /**
   * Deletes the runs that a policy does not keep, the oldest first, some at a time; those that go on are kept.
   *
   * @throws `FORGE_RUN_INVALID`, the reason of the signal: what was deleted until then stays deleted
   */
  applyRetention(policy: RetentionPolicy, options?: RetentionOptions): Promise<RetentionResult>

  /**
   * Marks running runs as `lost` whose process is gone; one that cannot be seen from here, after a time without a sign of
   * life. A run that is lost goes on when its process gives another sign.
   *
   * @returns the ids of those it marked
   * @throws `FORGE_RUN_INVALID`
   */
  markLost(options?: LostOptions): Promise<readonly string[]>

  /**
   * What has changed since: each run that was started, changed or deleted, by all processes. A sign of life is no change.
   *
   * @example
   * ```ts
   * let after = 0
   * for (;;) {
   *   const page = await runs.changes({ after })
   *   for (const change of page.changes) show(change)
   *   after = page.last
   *   if (!page.more) await aSecond()
   * }
   * ```
   * @throws `FORGE_RUN_INVALID`
   */
  changes(options?: ChangesOptions): Promise<ChangePage>

  /**
   * Runs as lines of JSON, without line breaks, in the order they were recorded; those that come after the first line is
   * asked for are left out.
   *
   * @throws the reason of the signal
   */
  exportLines(options?: ExportOptions): AsyncIterable<string>

  /**
   * Reads lines of {@link RunStorage.exportLines}, some in a transaction; after a failure it can be run again.
   *
   * @throws `FORGE_RUN_INVALID` for a line that is none, `details.line` says which, from 1; the reason of the signal
   */
  importLines(lines: Iterable<string> | AsyncIterable<string>, options?: ImportOptions): Promise<ImportResult>
}
