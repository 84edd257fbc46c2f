import type { Database, Transaction } from '@forge/db'
import { InternalError, isForgeError } from '@forge/errors'
import { MemoryInvalidError, MemoryStorageError } from './errors.ts'
import type { MemorySettings } from './memory-options.ts'
import { MemoryQueries } from './memory-queries.ts'
import type { OpenStore } from './open-store.ts'
import type { MemoryTables } from './schema.ts'
import type { WaitOptions } from './storage.ts'
import { TextIndex, textIndexLimits } from './text-index.sqlite.ts'
import { UseLog } from './use-log.ts'
import { WriteQueue } from './write-queue.ts'

/** A transaction on the tables of a memory. */
export type MemoryTransaction = Transaction<MemoryTables>

/** What every operation on the memories of one project needs, once the database is open. */
export class MemoryCore {
  readonly db: Database<MemoryTables>
  readonly queries: MemoryQueries
  readonly texts: TextIndex
  readonly project: number
  readonly settings: MemorySettings
  readonly clock: () => number
  readonly uses: UseLog
  /** Entries that were removed to make room. */
  evicted = 0
  readonly #own: boolean
  readonly #writes: WriteQueue<MemoryTables>

  private constructor(store: OpenStore, parts: Pick<MemoryCore, 'queries' | 'project' | 'settings' | 'clock'>) {
    this.db = store.db
    this.#own = store.own
    this.queries = parts.queries
    this.project = parts.project
    this.settings = parts.settings
    this.clock = parts.clock
    this.texts = new TextIndex(store.db)
    this.uses = new UseLog(parts.settings.maxSize !== null)
    this.#writes = new WriteQueue(store.db)
  }

  /** Makes the project known to the database. */
  static async open(store: OpenStore, settings: MemorySettings, clock: () => number): Promise<MemoryCore> {
    const queries = new MemoryQueries(store.db)
    const name = settings.project
    if ((await queries.projectId.first({ name })) === undefined) await queries.addProject.run({ name })
    const project = (await queries.projectId.first({ name }))?.id
    if (project === undefined) throw new InternalError('A project that was added is missing')
    if (project >= textIndexLimits.projects) {
      throw new MemoryInvalidError('The database has no room for more projects', {
        hint: 'Keep the memories of other projects in another file',
        details: { projects: textIndexLimits.projects },
      })
    }
    return new MemoryCore(store, { queries, project, settings, clock })
  }

  /** Writes in a transaction, together with others that were asked for meanwhile; `body` may run more than once. */
  write<T>(body: (tx: MemoryTransaction) => T, { signal }: WaitOptions): Promise<T> {
    // Inside a transaction of the caller it must be part of that, and of no other.
    if (!this.#own) return this.db.transaction(body, { signal })
    return this.#writes.run(body, signal)
  }

  /** Writes in a transaction of its own, which may take long: other writes wait, reads do not. */
  writeLong<T>(body: (tx: MemoryTransaction) => Promise<T>, { signal }: WaitOptions): Promise<T> {
    return this.db.transaction(body, { signal })
  }

  /** Answers from one snapshot of the database. */
  read<T>(body: (tx: MemoryTransaction) => T, { signal }: WaitOptions): Promise<T> {
    return this.db.transaction(body, { mode: 'read', signal })
  }

  /** Waits for what is under way and closes the database, where it is its own. */
  async close(): Promise<void> {
    // When something was used only matters for what is forgotten first.
    await this.#writeUses().catch(() => undefined)
    await this.#writes.idle()
    if (this.#own) await this.db.close()
  }

  async #writeUses(): Promise<void> {
    const uses = this.uses.pending()
    if (uses.size === 0) return
    const { project, queries } = this
    await this.write((tx) => {
      for (const [number, time] of uses) tx.run(queries.use, { project, number, time })
    }, {})
  }
}

/** An error of the storage below as one of the memory. */
export function storageError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true && error === signal.reason) return error
  if (isForgeError(error) && (error.code.startsWith('FORGE_MEMORY') || error.code === 'FORGE_INTERNAL')) return error
  const message = error instanceof Error ? error.message : String(error)
  return new MemoryStorageError(`The memory failed: ${message}`, {
    hint: (isForgeError(error) ? error.hint : undefined) ?? 'See the cause for what the system said',
    details: isForgeError(error) ? { code: error.code } : {},
    cause: error,
  })
}
