import type { MemoryHealth } from './health.ts'
import type {
  MemoryEntry,
  MemoryHit,
  MemoryListing,
  MemoryPage,
  MemoryQuery,
  MemoryStats,
  NewMemory,
} from './memory-types.ts'

/** How an operation waits. */
export interface WaitOptions {
  /** Stops waiting; the promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

/** An entry to be written, with its id. */
export interface IdentifiedMemory extends NewMemory {
  /** A UUID. */
  readonly id: string
}

/**
 * Where memories are kept.
 *
 * With `failure: 'throw'` every method throws `FORGE_MEMORY_INVALID`, `FORGE_MEMORY_STORAGE`, `FORGE_MEMORY_CLOSED` or the
 * reason of its signal. With `failure: 'silent'` none of them ever does: it answers as if there were nothing.
 */
export interface StorageInterface {
  /** Opens the database and brings its tables up to date. Every other method does so too, where it has not been done. */
  create(): Promise<void>

  /**
   * Remembers an entry under an id, in place of the one that has it.
   *
   * @returns whether it was stored; false only with `failure: 'silent'`
   * @throws also `FORGE_MEMORY_FULL`
   */
  write(id: string, entry: NewMemory, options?: WaitOptions): Promise<boolean>

  /** The entry with this id, if there is one. */
  read(id: string, options?: WaitOptions): Promise<MemoryEntry | undefined>

  /**
   * The entries that fit best, the best one first.
   *
   * @param query words as a person writes them, or those with a filter; a filter alone finds the newest entries
   * @param limit 1 to 1,000
   */
  search(query: string | MemoryQuery, limit?: number, options?: WaitOptions): Promise<readonly MemoryHit[]>

  /** Numbers about what is there. */
  stats(): Promise<MemoryStats>

  /** Finishes what is under way and closes the database. Closing twice is harmless. */
  close(): Promise<void>
}

/** {@link StorageInterface}, and what else can be done with memories. */
export interface Memory extends StorageInterface, AsyncDisposable {
  /** Remembers an entry under a new id. Returns the id, or undefined with `failure: 'silent'` where that failed. */
  add(entry: NewMemory, options?: WaitOptions): Promise<string | undefined>

  /**
   * Writes entries in one transaction: all of them, or none.
   *
   * @returns how many were stored; 0 with `failure: 'silent'` where that failed
   */
  writeMany(entries: Iterable<IdentifiedMemory>, options?: WaitOptions): Promise<number>

  /** Forgets an entry. Returns whether there was one. */
  remove(id: string, options?: WaitOptions): Promise<boolean>

  /** Looks whether the full-text index and the totals are in step with the entries. Takes seconds for a large memory. */
  check(options?: WaitOptions): Promise<MemoryHealth>

  /** Mends what {@link Memory.check} found, some entries at a time. Returns how many entries there are. */
  reindex(options?: WaitOptions): Promise<number>

  /** Entries in the order of their time, page by page; pages stay right while entries arrive. */
  list(listing?: MemoryListing, options?: WaitOptions): Promise<MemoryPage>
}
