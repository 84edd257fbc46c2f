import { LRUCache } from 'lru-cache'
import { StatementCacheOptionsError } from './errors.ts'
import { type StatementKey, statementKey } from './statement-key.ts'

/** The methods of a prepared statement that set its result mode; a `better-sqlite3` statement fits. */
export interface ModalStatement {
  /** Whether the statement returns rows; the others have no `raw` and no `pluck` mode. */
  readonly reader: boolean
  raw(enabled?: boolean): unknown
  pluck(enabled?: boolean): unknown
  safeIntegers(enabled?: boolean): unknown
}

/** What a cache prepares with, and how much it keeps. */
export interface StatementCacheOptions<S extends ModalStatement> {
  /** Prepares a statement; what it throws, `acquire` and `use` throw. */
  readonly prepare: (sql: string) => S
  /** Default 256. */
  readonly maxEntries?: number
  /** Bound on the estimated memory of the statements kept, 1 KiB and four times the text each. Default: none. */
  readonly maxBytes?: number
}

/** A cache in numbers. */
export interface StatementCacheStats {
  /** Uses of a statement that was in the cache and free. */
  readonly hits: number
  /** Uses that had to prepare a statement. */
  readonly misses: number
  /** Statements dropped to stay within the bounds. */
  readonly evictions: number
  /** Statements kept. */
  readonly size: number
  /** Estimated memory of the statements kept. */
  readonly bytes: number
}

/** The right to use a statement alone, until it is released; `using` releases it at the end of the block. */
export interface StatementLease<S> extends Disposable {
  readonly statement: S
  /** Gives the statement back. Releasing twice is harmless. */
  release(): void
}

/** The prepared statements of one connection, least recently used first out. */
export interface StatementCache<S extends ModalStatement> {
  /**
   * Lends the statement to `use` for the time of the call, which must be done with it when it returns.
   *
   * While a statement is lent, whoever asks for the same one gets another, prepared for that use.
   */
  use<T>(key: StatementKey | string, use: (statement: S) => T): T

  /** Lends the statement until the lease is released: for one that outlives a call, such as an iteration. */
  acquire(key: StatementKey | string): StatementLease<S>

  /** The cache in numbers, now. */
  stats(): StatementCacheStats

  /** Drops every statement; those that are lent stay valid for whoever has them. */
  clear(): void
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
export function createStatementCache<S extends ModalStatement>(options: StatementCacheOptions<S>): StatementCache<S> {
  requireBound('maxEntries', options.maxEntries)
  requireBound('maxBytes', options.maxBytes)
  return new LruStatementCache(options)
}

interface Entry<S> {
  readonly statement: S
  readonly bytes: number
  lent: boolean
}

class LruStatementCache<S extends ModalStatement> implements StatementCache<S> {
  readonly #prepare: (sql: string) => S
  readonly #entries: LRUCache<string, Entry<S>>
  #hits = 0
  #misses = 0
  #evictions = 0
  #bytes = 0

  constructor(options: StatementCacheOptions<S>) {
    const { prepare, maxEntries = 256, maxBytes } = options
    this.#prepare = prepare
    this.#entries = new LRUCache({
      max: maxEntries,
      ...(maxBytes === undefined ? {} : { maxSize: maxBytes, sizeCalculation: (entry: Entry<S>) => entry.bytes }),
      dispose: (entry, _id, reason) => {
        this.#bytes -= entry.bytes
        if (reason === 'evict') this.#evictions++
      },
    })
  }

  use<T>(key: StatementKey | string, use: (statement: S) => T): T {
    const entry = this.#lend(key)
    try {
      return use(entry.statement)
    } finally {
      entry.lent = false
    }
  }

  acquire(key: StatementKey | string): StatementLease<S> {
    return new EntryLease(this.#lend(key))
  }

  stats(): StatementCacheStats {
    return {
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
      size: this.#entries.size,
      bytes: this.#bytes,
    }
  }

  clear(): void {
    this.#entries.clear()
  }

  /** Invariant: an entry that is lent is never lent again; its second user gets one that the cache never sees. */
  #lend(key: StatementKey | string): Entry<S> {
    const id = typeof key === 'string' ? key : key.id
    const kept = this.#entries.get(id)
    if (kept !== undefined && !kept.lent) {
      kept.lent = true
      this.#hits++
      return kept
    }
    this.#misses++
    const { sql, result, bigint } = typeof key === 'string' ? statementKey(key) : key
    const statement = this.#prepare(sql)
    if (result === 'raw' && statement.reader) statement.raw(true)
    if (result === 'pluck' && statement.reader) statement.pluck(true)
    if (bigint) statement.safeIntegers(true)
    const entry: Entry<S> = { statement, bytes: 1024 + 4 * sql.length, lent: true }
    if (kept === undefined) this.#keep(id, entry)
    return entry
  }

  #keep(id: string, entry: Entry<S>): void {
    this.#entries.set(id, entry)
    // One that alone exceeds the bound is not kept.
    if (this.#entries.peek(id) === entry) this.#bytes += entry.bytes
  }
}

class EntryLease<S> implements StatementLease<S> {
  readonly statement: S
  #entry: Entry<S> | undefined

  constructor(entry: Entry<S>) {
    this.statement = entry.statement
    this.#entry = entry
  }

  release(): void {
    if (this.#entry !== undefined) this.#entry.lent = false
    this.#entry = undefined
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

function requireBound(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value > 0)) return
  throw new StatementCacheOptionsError(`The option ${name} must be a positive integer, not ${String(value)}`, {
    hint: `Correct or leave out ${name}`,
    details: { option: name },
    callSite: createStatementCache,
  })
}
