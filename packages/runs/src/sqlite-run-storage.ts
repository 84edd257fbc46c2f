import { randomBytes } from 'node:crypto'
import type { Database } from '@forge/db'
import { type ChangePage, changesAfter, type ChangesOptions } from './changes.ts'
import { compareRuns, type RunComparison } from './comparing.ts'
import { deleteRun } from './deleting.ts'
import { NotFoundError, RunStateError } from './errors.ts'
import { type ExportOptions, exportRuns } from './exporting.ts'
import { type ImportOptions, type ImportResult, importRuns } from './importing.ts'
import { type LostOptions, markLost } from './lost.ts'
import { currentProcess, type ProcessProbe, probeProcess } from './process-identity.ts'
import { getRun, getSummary, listRuns } from './reading.ts'
import {
  beat,
  endRun,
  type FinishedRun,
  recordStep,
  type RunDetails,
  type RunOutcome,
  type RunStart,
  saveRun,
  startRun,
  type StepInput,
} from './recording.ts'
import { applyRetention, type RetentionOptions, type RetentionPolicy, type RetentionResult } from './retention.ts'
import { invalid, requireInteger } from './run-arguments.ts'
import { RunContext } from './run-context.ts'
import { type PreparedSearch, prepareSearch, type RunQuery } from './run-query.ts'
import type { RunProcess, RunRecord, RunSummary } from './run-types.ts'
import type { RunTables } from './schema.ts'
import {
  countRuns,
  type FacetOptions,
  type RunFacets,
  runFacets,
  type RunPage,
  searchRuns,
  type SearchOptions,
} from './searching.ts'
import { type StepPage, type StepsOptions, stepsOf } from './steps.ts'
import type { RunHandle, RunStorage } from './storage.ts'
import { changeTags } from './tags.ts'
import { pooledBytes, uuidMaker } from './uuid-v7.ts'
import type { WaitOptions } from './wait-options.ts'

/** How the runs of a project are kept. */
export interface RunStorageOptions<S extends RunTables = RunTables> {
  /** A database that has been migrated with `runMigrations`, or is by `ready`. */
  readonly db: Database<S>
  /** Called before the database is first used, and again where it failed: to migrate one that has not been. */
  readonly ready?: () => Promise<void>
  /** Runs of different projects do not see each other. */
  readonly project: string
  /** Most bytes of a snapshot as UTF-8. Default 64 MiB. */
  readonly maxSnapshotBytes?: number
  /** From how many bytes on a snapshot is compressed. Default 65,536: smaller ones are read
   * and written in half the time as they are. */
  readonly compressFrom?: number
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number
  /** For the ids of runs. Default: those of `node:crypto`. */
  readonly randomBytes?: (length: number) => Uint8Array
  /** The process that runs belong to. Default: this one. */
  readonly process?: RunProcess
  /** Tells whether the process of a run still runs. Default: looks for it on this machine. */
  readonly probe?: ProcessProbe
}

/**
 * Opens the runs of a project.
 *
 * @example
 * ```ts
 * const db = openDatabase<RunTables>({ open: () => new Driver('runs.db'), synchronous: 'FULL' })
 * await createSchemaManager({ db: db.kysely, migrations: runMigrations }).up()
 * const runs = createRunStorage({ db, project: 'shop' })
 * const id = await runs.saveRun({ plan: { objective: 'tidy up' }, execution: { success: true } })
 * ```
 * @throws `FORGE_RUN_INVALID`
 */
export function createRunStorage<S extends RunTables>(options: RunStorageOptions<S>): RunStorage {
  return new SqliteRunStorage(options)
}

/** {@link RunStorage} in SQLite. */
export class SqliteRunStorage<S extends RunTables = RunTables> implements RunStorage {
  readonly project: string
  readonly #context: RunContext

  /** @throws `FORGE_RUN_INVALID` */
  constructor(options: RunStorageOptions<S>) {
    const { db, project, maxSnapshotBytes = 64 * 2 ** 20, compressFrom = 65_536, clock = Date.now } = options
    const callSite = new.target as unknown as () => unknown
    if (typeof project !== 'string' || project === '' || project.length > 1000 || !project.isWellFormed()) {
      throw invalid('project', 'a text of 1 to 1000 characters', project, callSite)
    }
    requireInteger('maxSnapshotBytes', maxSnapshotBytes, [1, 900 * 2 ** 20], callSite)
    requireInteger('compressFrom', compressFrom, [0, Number.MAX_SAFE_INTEGER], callSite)
    this.project = project
    this.#context = new RunContext({
      // A database with more tables serves every query of one with fewer; Kysely's types do not say so.
      db: db as unknown as Database<RunTables>,
      project,
      clock: () => Math.trunc(clock()),
      newId: uuidMaker(clock, options.randomBytes ?? pooledBytes(randomBytes)),
      limits: { maxBytes: maxSnapshotBytes, compressFrom },
      process: options.process ?? currentProcess(),
      probe: options.probe ?? probeProcess,
      ready: options.ready ?? (async () => undefined),
    })
  }

  savePlanResult(plan: unknown, details: RunDetails = {}): Promise<string> {
    return startRun(this.#context, { ...details, plan }, { withSnapshot: true, callSite: this.savePlanResult })
  }

  saveExecutionResult(runId: string, execution: unknown): Promise<void> {
    return endRun(this.#context, runId, { execution }, { withSnapshot: true, callSite: this.saveExecutionResult })
  }

  saveRun(run: FinishedRun): Promise<string> {
    return saveRun(this.#context, run, this.saveRun)
  }

  getRun(id: string): Promise<RunRecord> {
    return getRun(this.#context, id)
  }

  listRuns(limit: number = 20, offset: number = 0): Promise<readonly RunSummary[]> {
    return listRuns(this.#context, limit, offset, this.listRuns)
  }

  async start(start: RunStart = {}): Promise<RunHandle> {
    return new RecordedRun(
      this.#context,
      await startRun(this.#context, start, { withSnapshot: false, callSite: this.start }),
    )
  }

  resume(id: string): RunHandle {
    return new RecordedRun(this.#context, id)
  }

  getSummary(id: string): Promise<RunSummary> {
    return getSummary(this.#context, id)
  }

  stepsOf(id: string, options: StepsOptions = {}): Promise<StepPage> {
    return stepsOf(this.#context, id, options, this.stepsOf)
  }

  async search(query?: RunQuery, options: SearchOptions = {}): Promise<RunPage> {
    return await searchRuns(this.#context, this.#prepare(query, this.search), options, this.search)
  }

  async count(query?: RunQuery, options: WaitOptions = {}): Promise<number> {
    return await countRuns(this.#context, this.#prepare(query, this.count), options)
  }

  async facets(query?: RunQuery, options: FacetOptions = {}): Promise<RunFacets> {
    return await runFacets(this.#context, this.#prepare(query, this.facets), options, this.facets)
  }

  indexTexts(options: WaitOptions = {}): Promise<number> {
    return this.#context.indexing.catchUp(this.#context, options)
  }

  addTags(id: string, tags: readonly string[]): Promise<readonly string[]> {
    return changeTags(this.#context, id, { add: tags }, this.addTags)
  }

  removeTags(id: string, tags: readonly string[]): Promise<readonly string[]> {
    return changeTags(this.#context, id, { remove: tags }, this.removeTags)
  }

  compare(before: string, after: string): Promise<RunComparison> {
    return compareRuns(this.#context, before, after)
  }

  delete(id: string): Promise<void> {
    return deleteRun(this.#context, id)
  }

  applyRetention(policy: RetentionPolicy, options: RetentionOptions = {}): Promise<RetentionResult> {
    return applyRetention(this.#context, policy, options, this.applyRetention)
  }

  markLost(options: LostOptions = {}): Promise<readonly string[]> {
    return markLost(this.#context, options, this.markLost)
  }

  changes(options: ChangesOptions = {}): Promise<ChangePage> {
    return changesAfter(this.#context, options, this.changes)
  }

  exportLines(options: ExportOptions = {}): AsyncIterable<string> {
    return exportRuns(this.#context, this.#prepare(options.query, this.exportLines), options.signal)
  }

  importLines(lines: Iterable<string> | AsyncIterable<string>, options: ImportOptions = {}): Promise<ImportResult> {
    return importRuns(this.#context, lines, options, this.importLines)
  }

  #prepare(query: RunQuery | undefined, callSite: (...args: never[]) => unknown): PreparedSearch {
    return prepareSearch(query, this.#context.clock(), callSite)
  }
}

class RecordedRun implements RunHandle {
  readonly id: string
  readonly #context: RunContext
  #finished = false

  constructor(context: RunContext, id: string) {
    this.#context = context
    this.id = id
  }

  step(step: StepInput): Promise<number> {
    return recordStep(this.#context, this.id, step, this.step)
  }

  heartbeat(): Promise<void> {
    return beat(this.#context, this.id)
  }

  async finish(outcome: RunOutcome = {}): Promise<void> {
    await endRun(this.#context, this.id, outcome, { withSnapshot: false, callSite: this.finish })
    this.#finished = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#finished) return
    try {
      await this.finish({ status: 'cancelled', error: 'The run was left without an end' })
    } catch (error) {
      // Somebody else has ended it, by its id, or deleted it.
      if (!(error instanceof RunStateError || error instanceof NotFoundError)) throw error
    }
  }
}
