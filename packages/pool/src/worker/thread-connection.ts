import { type BigIntStats, statSync } from 'node:fs'
import { openConnection } from '../open-connection.ts'
import { type PoolSettings, poolSettings } from '../pool-options.ts'
import type { SqliteConnection } from '../sqlite-connection.ts'
import { WorkerFailedError } from './worker-errors.ts'
import type { ThreadSetup } from './worker-protocol.ts'

type Driver = new (
  file: string,
  options: { readonly fileMustExist: boolean; readonly readonly: boolean },
) => SqliteConnection

/** The connection of a thread: opened when it is first needed, and again when another file has taken the place of its own. */
export class ThreadConnection {
  readonly #setup: ThreadSetup
  #settings: PoolSettings<SqliteConnection> | undefined
  #connection: SqliteConnection | undefined
  #file: string | undefined

  constructor(setup: ThreadSetup) {
    this.#setup = setup
  }

  /**
   * The connection to the file that is there now.
   *
   * @throws `FORGE_POOL_WORKER_FAILED` for a driver that is none, and what the opening of a connection throws
   */
  async get(): Promise<SqliteConnection> {
    const file = this.#identity()
    if (this.#connection !== undefined && file !== this.#file) this.close()
    if (this.#connection === undefined) {
      this.#settings ??= await this.#load()
      // Not the writer of the pool, but not opened read-only either: it reads, and it may run checkpoints.
      this.#connection = await openConnection('reader', this.#settings, {
        signal: new AbortController().signal,
        onRetry: () => {},
      })
      this.#file = this.#identity()
    }
    return this.#connection
  }

  close(): void {
    const connection = this.#connection
    this.#connection = undefined
    connection?.close()
  }

  async #load(): Promise<PoolSettings<SqliteConnection>> {
    const { driver, file, readOnly, cacheSizeKiB, synchronous, busyDeadline } = this.#setup
    const Driver = await loadDriver(driver)
    return poolSettings({
      open: () => new Driver(file, { fileMustExist: true, readonly: readOnly }),
      readOnly,
      cacheSizeKiB,
      synchronous,
      busyDeadline,
    })
  }

  /** Invariant: asked of the name only; a handle on the file that is closed again would take SQLite's locks with it. */
  #identity(): string | undefined {
    const found: BigIntStats | undefined = statSync(this.#setup.file, { bigint: true, throwIfNoEntry: false })
    return found === undefined ? undefined : `${found.dev}:${found.ino}`
  }
}

async function loadDriver(driver: string): Promise<Driver> {
  let loaded: unknown
  try {
    loaded = (await import(driver)).default
  } catch (error) {
    throw new WorkerFailedError(`The driver could not be loaded in a thread: ${messageOf(error)}`, {
      hint: `Give worker.driver as import.meta.resolve('better-sqlite3')`,
      details: { driver },
      cause: error,
    })
  }
  if (typeof loaded === 'function') return loaded as Driver
  throw new WorkerFailedError('The driver of the threads has no class as its default export', {
    hint: `Give worker.driver as import.meta.resolve('better-sqlite3')`,
    details: { driver },
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
