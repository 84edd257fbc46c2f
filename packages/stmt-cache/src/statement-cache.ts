import { LRUCache } from 'lru-cache'
import { StatementCacheClosedError } from './errors.ts'
import { SeenKeys } from './seen-keys.ts'
import {
  type CacheableStatement,
  type StatementCacheOptions,
  requireCount,
  type StatementCacheSettings,
  statementCacheSettings,
} from './statement-cache-options.ts'
import { isStatementKey, type StatementKey, statementKey } from './statement-key.ts'
import { type StatementTimes, StatementTimer } from './statement-times.ts'

/** A cache in numbers. */
export interface StatementCacheStats {
  /** Uses of a statement that was kept and free. */
  readonly hits: number
  /** Uses that had to prepare a statement. */
  readonly misses: number
  /** Statements that were kept when they were prepared: `size + evictions + dropped`. */
  readonly admitted: number
  /** Statements dropped to stay within the bounds. */
  readonly evictions: number
  /** Statements dropped because the cache was cleared or closed, or the schema changed. */
  readonly dropped: number
  /** Statements kept. */
  readonly size: number
  /** Estimated memory of the statements kept: 4 KiB, and 32 bytes for each UTF-16 unit of the text. */
  readonly bytes: number
  /** Statements in use, kept or not. */
  readonly lent: number
  /** Keys that are remembered though their statements are not kept. */
  readonly seen: number
  /** The statements that took the most time, most first; empty without `timing`. */
  readonly top: readonly StatementTimes[]
}

/** What {@link StatementCache.stats} is asked for. */
export interface StatementStatsOptions {
  /** How many statements to list by time. Default 0. */
  readonly top?: number
}

/** The right to use a statement alone, until it is released; `using` releases it at the end of the block. */
export interface StatementLease<S> extends Disposable {
  readonly statement: S
  /** Gives the statement back. Releasing twice is harmless. */
  release(): void
}

/** The prepared statements of one connection, least recently used first out. */
export interface StatementCache<S extends CacheableStatement> extends Disposable {
  /**
   * Lends the statement to `use` for the time of the call, which must be done with it when it returns: an asynchronous
   * function is not, and takes {@link StatementCache.acquire}.
   *
   * While a statement is lent it is not dropped, and whoever asks for the same one gets another, prepared for that use.
   *
   * @throws `FORGE_STATEMENT_CACHE_CLOSED`, `FORGE_STATEMENT_KEY`, what preparing throws
   */
  use<T>(key: StatementKey | string, use: (statement: S) => T): T

  /**
   * Lends the statement until the lease is released: for one that outlives a call, such as an iteration.
   *
   * @throws as {@link StatementCache.use}
   */
  acquire(key: StatementKey | string): StatementLease<S>

  /**
   * The cache in numbers, now.
   *
   * @throws `FORGE_STATEMENT_CACHE_OPTIONS` when `top` is not a count
   */
  stats(options?: StatementStatsOptions): StatementCacheStats

  /** Drops every statement; those that are lent stay valid until they come back. */
  clear(): void

  /**
   * Tells the cache the version of the schema (`pragma schema_version`, or a number of your own that grows with each
   * change): where it is not the one told last, every statement is dropped as by {@link StatementCache.clear}.
   */
  useSchemaVersion(version: number): void

  /** Drops every statement for good. Closing twice is harmless. */
  close(): void
}

/**
 * Makes a cache of the prepared statements of one connection.
 *
 * The result mode of a statement is set once, when it is prepared, and is part of its key: never switch it afterwards.
 *
 * @example
 * ```ts
 * const cache = createStatementCache({ prepare: (sql) => database.prepare(sql) })
 * const names = cache.use('select name from person where age > ?', (statement) => statement.all(30))
 * ```
 * @throws `FORGE_STATEMENT_CACHE_OPTIONS`
 */
export function createStatementCache<S extends CacheableStatement>(
  options: StatementCacheOptions<S>,
): StatementCache<S> {
  return new LruStatementCache(statementCacheSettings(options, createStatementCache))
}

/** A statement that is kept, lent, or both. */
interface Entry<S> {
  readonly key: StatementKey
  readonly statement: S
  readonly bytes: number
  kept: boolean
  lent: boolean
  /** When it was lent, on the clock of `timing`. */
  since: number
}

class LruStatementCache<S extends CacheableStatement> implements StatementCache<S> {
  readonly #settings: StatementCacheSettings<S>
  /** Invariant: makes room itself, before a `set`, so that lru-cache never evicts an entry that is lent. */
  readonly #entries: LRUCache<string, Entry<S>>
  readonly #seen: SeenKeys
  readonly #timer: StatementTimer | undefined
  #schemaVersion: number | undefined
  #closed = false
  #hits = 0
  #misses = 0
  #admitted = 0
  #evictions = 0
  #dropped = 0
  #bytes = 0
  #lent = 0

  constructor(settings: StatementCacheSettings<S>) {
    this.#settings = settings
    this.#entries = new LRUCache({ max: settings.maxEntries })
    this.#seen = new SeenKeys(settings.maxSeen)
    // Statements are timed whether they are kept or not, so that one that never comes again shows as well.
    if (settings.timing) this.#timer = new StatementTimer(settings.maxEntries + settings.maxSeen, settings.now)
  }

  use<T>(key: StatementKey | string, use: (statement: S) => T): T {
    const entry = this.#lend(key)
    try {
      return use(entry.statement)
    } finally {
      this.#takeBack(entry)
    }
  }

  acquire(key: StatementKey | string): StatementLease<S> {
    const entry = this.#lend(key)
    return new EntryLease(entry.statement, () => this.#takeBack(entry))
  }

  stats({ top = 0 }: StatementStatsOptions = {}): StatementCacheStats {
    requireCount('top', top, this.stats)
    return {
      hits: this.#hits,
      misses: this.#misses,
      admitted: this.#admitted,
      evictions: this.#evictions,
      dropped: this.#dropped,
      size: this.#entries.size,
      bytes: this.#bytes,
      lent: this.#lent,
      seen: this.#seen.size,
      top: this.#timer?.top(top) ?? [],
    }
  }

  clear(): void {
    this.#dropped += this.#entries.size
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) this.#drop(entry)
  }

  useSchemaVersion(version: number): void {
    if (version === this.#schemaVersion) return
    this.#schemaVersion = version
    this.clear()
  }

  close(): void {
    this.#closed = true
    this.clear()
    this.#seen.clear()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Invariant: an entry that is lent is never lent again; its second user gets one that is not kept. */
  #lend(key: StatementKey | string): Entry<S> {
    const kept = this.#entries.get(typeof key === 'string' ? key : key?.id)
    let entry = kept
    if (entry === undefined || entry.lent) {
      entry = this.#prepare(isStatementKey(key) ? key : statementKey(key))
      if (kept === undefined) this.#admit(entry)
    } else this.#hits++
    entry.lent = true
    this.#lent++
    if (this.#timer !== undefined) entry.since = this.#timer.now()
    return entry
  }

  #takeBack(entry: Entry<S>): void {
    this.#timer?.add(entry.key, entry.since)
    entry.lent = false
    this.#lent--
    if (!entry.kept) entry.statement.finalize?.()
  }

  #prepare(key: StatementKey): Entry<S> {
    if (this.#closed) throw closedError()
    this.#misses++
    const statement = this.#settings.prepare(key.sql)
    if (key.result === 'raw' && statement.reader) statement.raw(true)
    if (key.result === 'pluck' && statement.reader) statement.pluck(true)
    if (key.bigint) statement.safeIntegers(true)
    return { key, statement, bytes: estimatedBytes(key.sql), kept: false, lent: false, since: 0 }
  }

  #admit(entry: Entry<S>): void {
    const { id, admission = this.#settings.admission } = entry.key
    const cameBack = this.#seen.take(id)
    if ((cameBack || admission === 'always') && this.#makeRoom(entry.bytes)) {
      this.#entries.set(id, entry)
      this.#bytes += entry.bytes
      this.#admitted++
      entry.kept = true
    } else this.#seen.add(id)
  }

  /** Drops what is free and was not used for the longest time; false where that is not enough. */
  #makeRoom(bytes: number): boolean {
    const { maxEntries, maxBytes } = this.#settings
    if (bytes > maxBytes) return false
    while (this.#entries.size >= maxEntries || this.#bytes + bytes > maxBytes) {
      const oldest = this.#oldestFree()
      if (oldest === undefined) return false
      this.#drop(oldest)
      this.#evictions++
    }
    return true
  }

  #oldestFree(): Entry<S> | undefined {
    for (const entry of this.#entries.rvalues()) if (entry?.lent === false) return entry
    return undefined
  }

  /** A statement that was worth keeping is kept again when it comes back. */
  #drop(entry: Entry<S>): void {
    this.#entries.delete(entry.key.id)
    this.#seen.add(entry.key.id)
    this.#bytes -= entry.bytes
    entry.kept = false
    if (!entry.lent) entry.statement.finalize?.()
  }
}

class EntryLease<S> implements StatementLease<S> {
  readonly statement: S
  #takeBack: (() => void) | undefined

  constructor(statement: S, takeBack: () => void) {
    this.statement = statement
    this.#takeBack = takeBack
  }

  release(): void {
    const takeBack = this.#takeBack
    this.#takeBack = undefined
    takeBack?.()
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

/** What `better-sqlite3` statements took when measured, from point reads to inserts of many rows, within a factor of two. */
function estimatedBytes(sql: string): number {
  return 4096 + 32 * sql.length
}

function closedError(): StatementCacheClosedError {
  return new StatementCacheClosedError('The statement cache is closed', {
    hint: 'Make a new cache for a new connection, and close it together with the connection',
  })
}
