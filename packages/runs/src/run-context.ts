import type { Database, Transaction } from '@forge/db'
import { InternalError, isForgeError } from '@forge/errors'
import { NotFoundError, RunInvalidError, StorageError } from './errors.ts'
import { TextIndexing } from './indexing.ts'
import type { ProcessProbe } from './process-identity.ts'
import { shown } from './run-arguments.ts'
import { type ChangeNumbers, RunQueries } from './run-queries.ts'
import type { SummaryRow } from './run-rows.ts'
import type { RunProcess } from './run-types.ts'
import type { RunTables } from './schema.ts'
import type { SnapshotLimits } from './snapshot.ts'
import { TextIndex, textIndexLimits } from './text-index.sqlite.ts'
import type { WaitOptions } from './wait-options.ts'

/** What a {@link RunContext} is made from. */
export interface RunContextOptions {
  readonly db: Database<RunTables>
  readonly project: string
  readonly clock: () => number
  readonly newId: () => string
  readonly limits: SnapshotLimits
  readonly process: RunProcess
  readonly probe: ProcessProbe
  readonly ready: () => Promise<void>
}

type Tx = Transaction<RunTables>

/** What every operation on the runs of one project needs. */
export class RunContext {
  readonly db: Database<RunTables>
  readonly project: string
  readonly clock: () => number
  readonly newId: () => string
  readonly limits: SnapshotLimits
  readonly process: RunProcess
  readonly probe: ProcessProbe
  readonly queries: RunQueries
  readonly texts: TextIndex
  readonly indexing: TextIndexing
  readonly #ready: () => Promise<void>
  #opening: Promise<void> | undefined
  #projectId: number | undefined

  constructor(options: RunContextOptions) {
    this.db = options.db
    this.project = options.project
    this.clock = options.clock
    this.newId = options.newId
    this.limits = options.limits
    this.process = options.process
    this.probe = options.probe
    this.#ready = options.ready
    this.queries = new RunQueries(options.db)
    this.texts = new TextIndex(options.db)
    this.indexing = new TextIndexing(options.db)
  }

  /** The id of the project, or {@link noProject}. */
  async projectId(): Promise<number> {
    if (this.#projectId === undefined) this.#projectId = (await this.projectRow())?.id
    return this.#projectId ?? noProject
  }

  /** The numbers of the project, if it has any. */
  projectRow(): Promise<{ id: number; change: number; forgotten: number } | undefined> {
    return this.guard(() => this.queries.projectId.first({ name: this.project }))
  }

  /** Answers from one snapshot of the database. */
  async read<T>(body: (tx: Tx, project: number) => T | Promise<T>, { signal }: WaitOptions = {}): Promise<T> {
    const project = await this.projectId()
    return await this.guard(() => this.db.transaction((tx) => body(tx, project), { mode: 'read', signal }), signal)
  }

  /** Runs a query of one statement. */
  async ask<T>(query: (project: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const project = await this.projectId()
    return await this.guard(() => query(project), signal)
  }

  /**
   * Writes in one transaction; `body` may be abandoned and is never run twice.
   *
   * Invariant: whoever changes a run that others see takes a number with {@link RunContext.change} and writes it to the run.
   */
  write<T>(body: (tx: Tx) => T | Promise<T>, { signal }: WaitOptions = {}): Promise<T> {
    return this.guard(() => this.db.transaction(body, { mode: 'immediate', signal }), signal)
  }

  /** The number of a new change, and with `runs: 1` of a new run. */
  change(tx: Tx, runs: 0 | 1 = 0): ChangeNumbers {
    const next = { name: this.project, runs }
    let numbers = tx.first(this.queries.nextChange, next)
    if (numbers === undefined) {
      tx.run(this.queries.addProject, { name: this.project })
      numbers = tx.first(this.queries.nextChange, next)
    }
    if (numbers === undefined) throw new InternalError('A project that was added is missing')
    if (numbers.id >= textIndexLimits.projects || numbers.last_number >= textIndexLimits.runs) {
      throw new RunInvalidError('The database has no room for more projects or runs', {
        hint: 'Keep other projects, or newer runs, in another database file',
        details: { projects: textIndexLimits.projects, runs: textIndexLimits.runs },
      })
    }
    return numbers
  }

  /** The run with this id, inside a write; throws `FORGE_RUN_NOT_FOUND`. */
  find(tx: Tx, id: unknown): SummaryRow {
    const project = tx.first(this.queries.projectId, { name: this.project })?.id ?? noProject
    const row = typeof id === 'string' ? tx.first(this.queries.byId, { project, id }) : undefined
    if (row === undefined) throw notFound(id, this.project)
    return row
  }

  /** Lets the database be made ready, once; after a failure, again. */
  async #open(): Promise<void> {
    try {
      await this.#ready()
    } catch (error) {
      this.#opening = undefined
      throw error
    }
  }

  /** What is at the path now is another file, whose tables are not made yet. */
  #forget(): void {
    this.#opening = undefined
    this.#projectId = undefined
  }

  /** Runs what asks the database; its failures surface as `FORGE_RUNS_STORAGE`. */
  async guard<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      await (this.#opening ??= this.#open())
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      if (isForgeError(error) && error.code === 'FORGE_DB_MOVED') this.#forget()
      if (isForgeError(error) && (error.code.startsWith('FORGE_RUN') || error.code === 'FORGE_INTERNAL')) throw error
      throw storageFailure(error)
    }
  }
}

/** The row id of no project: everything asked of it is empty. */
const noProject = 0

/** What is thrown for an id that no run has. */
export function notFound(id: unknown, project: string): NotFoundError {
  return new NotFoundError(`There is no run ${shown(id)} in the project ${JSON.stringify(project)}`, {
    hint: 'List the runs to see their ids; retention may have deleted it',
    details: { id: typeof id === 'string' ? id.slice(0, 100) : shown(id) },
  })
}

function storageFailure(error: unknown): StorageError {
  const message = error instanceof Error ? error.message : String(error)
  const hint = isForgeError(error) ? error.hint : undefined
  return new StorageError(`The run history failed: ${message}`, {
    hint: hint ?? 'See the cause for what the database said',
    details: isForgeError(error) ? { code: error.code } : {},
    cause: error,
  })
}
