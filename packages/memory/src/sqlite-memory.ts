import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { isForgeError } from '@forge/errors'
import { invalid, isRecord, type Place, requireId } from './checks.ts'
import { entryOf, type EntryRow, entryRow } from './entry-row.ts'
import { MemoryClosedError } from './errors.ts'
import { FailureLog } from './failure-log.ts'
import { checkHealth, type MemoryHealth, reindex } from './health.ts'
import { checkListing, listEntries } from './listing.ts'
import { MemoryCore, storageError } from './memory-core.ts'
import { type MemoryOptions, type MemorySettings, memorySettings } from './memory-options.ts'
import { emptyStats, memoryStats } from './memory-stats.ts'
import type {
  MemoryEntry,
  MemoryHit,
  MemoryListing,
  MemoryPage,
  MemoryQuery,
  MemoryStats,
  NewMemory,
} from './memory-types.ts'
import { openStore } from './open-store.ts'
import { checkSearch, searchEntries } from './searching.ts'
import type { IdentifiedMemory, Memory, WaitOptions } from './storage.ts'
import { removeEntry, writeEntries } from './writing.ts'

type CallSite = Place['callSite']

/** {@link Memory} in SQLite. */
export class SqliteMemory implements Memory {
  readonly #options: MemoryOptions
  readonly #clock: () => number
  readonly #newId: () => string
  readonly #failures: FailureLog
  #core: Promise<MemoryCore> | undefined
  #closing: Promise<void> | undefined

  /** @throws `FORGE_MEMORY_INVALID`, unless `failure` is `silent`: then every operation fails with it */
  constructor(options: MemoryOptions, callSite: CallSite) {
    const {
      clock = Date.now,
      newId = randomUUID,
      onError,
      failure,
    } = isRecord(options) ? options : ({} as MemoryOptions)
    this.#options = options
    this.#clock = clock
    this.#newId = newId
    this.#failures = new FailureLog({ silent: failure === 'silent', onError, clock })
    if (failure !== 'silent') memorySettings(options, callSite)
  }

  async create(): Promise<void> {
    await this.#failures.guard('create', undefined, () => this.#with(this.create, {}, async () => undefined))
  }

  async write(id: string, entry: NewMemory, options: WaitOptions = {}): Promise<boolean> {
    const place = { path: 'entry', callSite: this.write }
    return await this.#failures.guard('write', false, async () => {
      await this.#writeRows([this.#row(id, entry, place)], options, this.write)
      return true
    })
  }

  async add(entry: NewMemory, options: WaitOptions = {}): Promise<string | undefined> {
    const place = { path: 'entry', callSite: this.add }
    return await this.#failures.guard<string | undefined>('add', undefined, async () => {
      const row = this.#row(this.#newId(), entry, place)
      await this.#writeRows([row], options, this.add)
      return row.id
    })
  }

  async writeMany(entries: Iterable<IdentifiedMemory>, options: WaitOptions = {}): Promise<number> {
    return await this.#failures.guard('writeMany', 0, async () => {
      const rows: EntryRow[] = []
      for (const entry of entries) {
        const place = { path: `entries[${rows.length}]`, callSite: this.writeMany }
        rows.push(this.#row(entry?.id, entry, place))
        if (rows.length % 50 === 0) await setImmediate()
      }
      if (rows.length > 0) await this.#writeRows(rows, options, this.writeMany)
      return rows.length
    })
  }

  async read(id: string, options: WaitOptions = {}): Promise<MemoryEntry | undefined> {
    return await this.#failures.guard<MemoryEntry | undefined>('read', undefined, async () => {
      const known = requireId(id, { path: 'id', callSite: this.read })
      return await this.#with(this.read, options, async (core) => {
        const { signal } = options
        const query = signal === undefined ? core.queries.read : core.queries.read.withSignal(signal)
        const row = await query.first({ project: core.project, id: known })
        if (row === undefined) return undefined
        core.uses.note(row.number, Math.trunc(core.clock()))
        return entryOf(row)
      })
    })
  }

  async search(
    query: string | MemoryQuery,
    limit: number = 10,
    options: WaitOptions = {},
  ): Promise<readonly MemoryHit[]> {
    return await this.#failures.guard<readonly MemoryHit[]>('search', [], async () => {
      const search = checkSearch(query, limit, { path: 'query', callSite: this.search })
      return await this.#with(this.search, options, (core) => searchEntries(core, search, options))
    })
  }

  async remove(id: string, options: WaitOptions = {}): Promise<boolean> {
    return await this.#failures.guard('remove', false, async () => {
      const known = requireId(id, { path: 'id', callSite: this.remove })
      return await this.#with(this.remove, options, (core) => removeEntry(core, known, options))
    })
  }

  async list(listing: MemoryListing = {}, options: WaitOptions = {}): Promise<MemoryPage> {
    return await this.#failures.guard<MemoryPage>('list', { entries: [] }, async () => {
      const place = { path: 'listing', callSite: this.list }
      if (!isRecord(listing)) throw invalid(place, 'an object', listing)
      const checked = checkListing(listing, place)
      return await this.#with(this.list, options, (core) => listEntries(core, checked, options))
    })
  }

  async check(options: WaitOptions = {}): Promise<MemoryHealth> {
    const unknown = { ok: false, problems: ['The memory cannot be asked'] }
    return await this.#failures.guard<MemoryHealth>('check', unknown, () =>
      this.#with(this.check, options, (core) => checkHealth(core, options)),
    )
  }

  async reindex(options: WaitOptions = {}): Promise<number> {
    return await this.#failures.guard('reindex', 0, () =>
      this.#with(this.reindex, options, (core) => reindex(core, options)),
    )
  }

  async stats(): Promise<MemoryStats> {
    const counts = await this.#failures.guard('stats', emptyStats, () => this.#with(this.stats, {}, memoryStats))
    return { ...counts, failures: this.#failures.count, lastFailure: this.#failures.last }
  }

  async close(): Promise<void> {
    await this.#failures.guard('close', undefined, async () => {
      this.#closing ??= this.#close()
      await this.#closing
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    // What could not be opened needs no closing.
    const core = await this.#core?.catch(() => undefined)
    try {
      await core?.close()
    } catch (error) {
      throw storageError(error, undefined)
    }
  }

  #settings(callSite: CallSite): MemorySettings {
    return memorySettings(this.#options, callSite)
  }

  #row(id: unknown, entry: NewMemory, place: Place): EntryRow {
    return entryRow(id, entry, this.#settings(place.callSite).limits, place)
  }

  #writeRows(rows: readonly EntryRow[], options: WaitOptions, callSite: CallSite): Promise<void> {
    return this.#with(callSite, options, (core) => writeEntries(core, rows, options))
  }

  /** Runs `work` on the open database; its failures surface as those of a memory. */
  async #with<T>(callSite: CallSite, { signal }: WaitOptions, work: (core: MemoryCore) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) {
      throw new MemoryClosedError('The memory is closed', { hint: 'Open it again', callSite })
    }
    const settings = this.#settings(callSite)
    signal?.throwIfAborted()
    const opened = this.#open(settings)
    try {
      return await work(await opened)
    } catch (error) {
      if (isForgeError(error) && error.code === 'FORGE_DB_MOVED') await this.#abandon(opened)
      throw storageError(error, signal)
    }
  }

  /** Lets what is at the path now be opened anew: it is another file. What is given is left to its owner. */
  async #abandon(opened: Promise<MemoryCore>): Promise<void> {
    if (this.#core !== opened) return
    this.#core = undefined
    await (await opened).close().catch(() => undefined)
  }

  /** Opens the database once; after a failure, again. */
  #open(settings: MemorySettings): Promise<MemoryCore> {
    this.#core ??= this.#openCore(settings)
    return this.#core
  }

  async #openCore(settings: MemorySettings): Promise<MemoryCore> {
    try {
      const store = await openStore(this.#options)
      try {
        return await MemoryCore.open(store, settings, this.#clock)
      } catch (error) {
        if (store.own) await store.db.close().catch(() => undefined)
        throw error
      }
    } catch (error) {
      this.#core = undefined
      throw error
    }
  }
}
