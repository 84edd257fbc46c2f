import { DatabaseMovedError } from '../database-errors.ts'
import { DatabaseFile, fileIdentity } from '../file-identity.ts'
import { openConnection } from '../open-connection.ts'
import { type PoolSettings, poolSettings } from '../pool-options.ts'
import type { SqliteConnection } from '../sqlite-connection.ts'
import { WorkerFailedError } from './worker-errors.ts'
import type { ThreadSetup } from './worker-protocol.ts'

type Driver = new (
  file: string,
  options: { readonly fileMustExist: boolean; readonly readonly: boolean },
) => SqliteConnection

/** The connection of a thread, opened when it is first needed. */
export class ThreadConnection {
  readonly #setup: ThreadSetup
  #settings: PoolSettings<SqliteConnection> | undefined
  #connection: SqliteConnection | undefined
  #file: string | undefined

  constructor(setup: ThreadSetup) {
    this.#setup = setup
  }

  /**
   * The connection, if the file of this identity is what is found under the path.
   *
   * Invariant: the file of the pool and one that has taken its name are never open at once, since they would share a WAL.
   *
   * @throws `FORGE_DB_MOVED`, `FORGE_POOL_WORKER_FAILED` for a driver that is none, and what the opening of a connection throws
   */
  async get(file: string | undefined): Promise<SqliteConnection> {
    this.#settings ??= await this.#load()
    const opened = this.#connection === undefined ? file : this.#file
    if (file === undefined || file !== opened || file !== fileIdentity(this.#setup.file)) {
      throw new DatabaseMovedError('Another file than that of the pool is found under its path', {
        hint: 'Try again with the file that is there now; check that worker.file is the path that the pool opens',
        details: { file: this.#setup.file },
      })
    }
    // Not the writer of the pool, but not opened read-only either: it reads, and it may run checkpoints.
    this.#connection ??= await openConnection('reader', this.#settings, {
      signal: new AbortController().signal,
      onRetry: () => {},
      file: new DatabaseFile(),
    })
    this.#file = file
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
