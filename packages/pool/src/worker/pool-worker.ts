import { isForgeError, startStackAt } from '@forge/errors'
import type { CheckpointMode } from '../checkpoint.ts'
import { DatabaseMovedError } from '../database-errors.ts'
import { fileIdentity } from '../file-identity.ts'
import { PoolOptionsError } from '../pool-errors.ts'
import { createWorkerExecutor, type WorkerExecutor } from './worker-executor.ts'
import type { WorkerReadOptions, WorkerStats } from './worker-options.ts'
import type { CheckpointCounts } from './worker-protocol.ts'
import type { WorkerSettings } from './worker-settings.ts'

/** What {@link PoolWorker} needs of the pool. */
export interface PoolWorkerContext {
  readonly settings: WorkerSettings
  /** The identity of the file that the connections of the pool lead to, while any is open. */
  readonly file: () => string | undefined
  /** Whether a connection of the pool is open. */
  readonly opened: () => boolean
  /** Has a connection of the pool opened, which makes the file, and turns it to WAL; it stays open while `then` is called. */
  readonly open: (options: { readonly signal?: AbortSignal | undefined }, then: () => void) => Promise<void>
  /** Called when a thread has closed the file. */
  readonly closed: () => void
  /** Throws `FORGE_DB_MOVED` when the file is gone. */
  readonly requireFile: () => void
}

/** The threads of a pool, which read the file that its connections lead to. */
export class PoolWorker {
  readonly #context: PoolWorkerContext
  readonly #executor: WorkerExecutor

  constructor(context: PoolWorkerContext) {
    this.#context = context
    this.#executor = createWorkerExecutor(context.settings, context)
  }

  /** Whether a thread may have the file open. */
  get open(): boolean {
    return this.stats().threads > 0
  }

  async read(sql: string, parameters: readonly unknown[], options: WorkerReadOptions | undefined): Promise<unknown[]> {
    try {
      const begin = (): Promise<unknown[]> => this.#executor.read(sql, parameters, options)
      if (this.#context.opened()) return await begin()
      let rows: Promise<unknown[]> | undefined
      await this.#context.open({ signal: options?.signal }, () => {
        rows = begin()
        // It may fail while the connection is given back; whoever waits for it will see.
        rows.catch(() => {})
      })
      return await rows!
    } catch (error) {
      throw this.#explained(error, this.read)
    }
  }

  async checkpoint(mode: CheckpointMode, signal?: AbortSignal): Promise<CheckpointCounts> {
    try {
      return await this.#executor.checkpoint(mode, { signal })
    } catch (error) {
      throw this.#explained(error, this.checkpoint)
    }
  }

  stats(): WorkerStats {
    return this.#executor.stats()
  }

  /** Has no thread read a file that is no longer the database; done when none has it open. */
  moved(): Promise<void> {
    return this.#executor.reset(
      () =>
        new DatabaseMovedError('The database file was deleted, renamed or replaced before this call was run', {
          hint: 'Try again with the file that is there now',
          details: { file: this.#context.settings.setup.file },
        }),
    )
  }

  /** See {@link WorkerExecutor.drain}. */
  drain(): Promise<void> {
    return this.#executor.drain()
  }

  /** See {@link WorkerExecutor.end}. */
  end(): ReturnType<WorkerExecutor['end']> {
    return this.#executor.end()
  }

  /** Errors lead to the line that asked; the pool finds out why another file was found than its own. */
  #explained(error: unknown, callSite: (...args: never[]) => unknown): unknown {
    if (!isForgeError(error)) return error
    const { requireFile, file: ofPool, settings } = this.#context
    const { file } = settings.setup
    if (error instanceof DatabaseMovedError) requireFile()
    if (error instanceof DatabaseMovedError && ofPool() !== undefined && ofPool() !== fileIdentity(file)) {
      return new PoolOptionsError(`The option worker.file does not lead to the file that the pool opens: ${file}`, {
        hint: 'Give the path of the database in both places, and no worker for a database in memory',
        details: { option: 'worker.file', file },
        callSite,
      })
    }
    startStackAt(error, callSite)
    return error
  }
}
