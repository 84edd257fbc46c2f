import { LRUCache } from 'lru-cache'
import { QueryInvalidError } from './errors.ts'
import { orAborted } from './or-aborted.ts'

/** What a cache is made from. */
export interface QueryCacheOptions<V> {
  /** The revision that answers are from now. Asked on each call, so it should cost little. */
  readonly revision: () => number | Promise<number>
  /** How many answers are kept. Default 1,000. */
  readonly maxEntries?: number
  /** How many bytes they may take, by `sizeOf`. Default 16 MiB. */
  readonly maxBytes?: number
  /** The bytes of an answer. Default: two for each UTF-16 unit of its JSON. */
  readonly sizeOf?: (value: V) => number
  /** Milliseconds an answer is kept. Default: as long as its revision. */
  readonly ttl?: number
  /** The clock of `ttl`, in milliseconds. Default `performance.now`. */
  readonly now?: () => number
}

/** Counts since the cache was made. */
export interface QueryCacheStats {
  /** Answered from the cache. */
  readonly hits: number
  /** Computed. */
  readonly misses: number
  /** Answered by a computation that somebody else had begun. */
  readonly shared: number
  /** Revisions after which everything was dropped. */
  readonly invalidations: number
  /** Answers given up for lack of room or of age. */
  readonly evictions: number
  readonly entries: number
  readonly bytes: number
}

/** Answers of one revision, by key. */
export interface QueryCache<V = unknown> {
  /**
   * The answer to `key`: from the cache, or computed. Who asks for the same at the same time gets one computation. What is computed while
   * the revision changes is given to those who asked, and not kept. Errors are not kept.
   *
   * Answers are shared: whoever gets one must not change it.
   *
   * @param signal stops the waiting; the computation goes on for the others.
   */
  get<T extends V>(key: string, compute: () => T | Promise<T>, options?: { readonly signal?: AbortSignal }): Promise<T>
  stats(): QueryCacheStats
  /** Drops all answers. */
  clear(): void
}

/**
 * Makes an empty cache.
 *
 * @throws `FORGE_QUERY_INVALID` when a bound is not a positive whole number.
 * @example
 * ```ts
 * const cache = createQueryCache({ revision: () => graph.revision() })
 * const callers = await cache.get(`callers ${id}`, () => graph.callers(id))
 * ```
 */
export function createQueryCache<V extends {} = {}>(options: QueryCacheOptions<V>): QueryCache<V> {
  return new RevisionCache(options)
}

interface Pending {
  readonly revision: number
  readonly promise: Promise<unknown>
}

class RevisionCache<V extends {}> implements QueryCache<V> {
  readonly #revisionNow: () => number | Promise<number>
  readonly #answers: LRUCache<string, V>
  readonly #pending = new Map<string, Pending>()
  #revision = -1
  #hits = 0
  #misses = 0
  #shared = 0
  #invalidations = 0
  #evictions = 0

  constructor(options: QueryCacheOptions<V>) {
    const { revision, maxEntries = 1000, maxBytes = 16 * 1024 * 1024, sizeOf = jsonBytes, ttl, now } = options
    for (const [name, value] of Object.entries({ maxEntries, maxBytes, ttl })) {
      if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) continue
      throw new QueryInvalidError(`${name} cannot be ${value}`, {
        hint: 'Give it a whole number, 1 or more',
        details: { option: name, value },
        callSite: createQueryCache,
      })
    }
    this.#revisionNow = revision
    this.#answers = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: (value) => Math.max(1, Math.ceil(sizeOf(value))),
      ...(ttl === undefined ? {} : { ttl, ttlResolution: 0 }),
      ...(now === undefined ? {} : { perf: { now } }),
      dispose: (_value, _key, reason) => {
        if (reason === 'evict' || reason === 'expire') this.#evictions++
      },
    })
  }

  async get<T extends V>(
    key: string,
    compute: () => T | Promise<T>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    signal?.throwIfAborted()
    const revision = await this.#revisionNow()
    this.#follow(revision)
    const known = this.#answers.get(key)
    if (known !== undefined) {
      this.#hits++
      return known as T
    }
    let pending = this.#pending.get(key)
    if (pending?.revision === revision) {
      this.#shared++
    } else {
      this.#misses++
      pending = { revision, promise: this.#compute(key, revision, compute) }
      this.#pending.set(key, pending)
      const own = pending
      const forget = (): void => {
        if (this.#pending.get(key) === own) this.#pending.delete(key)
      }
      pending.promise.then(forget, forget)
    }
    return (await (signal === undefined ? pending.promise : orAborted(pending.promise, signal))) as T
  }

  stats(): QueryCacheStats {
    return {
      hits: this.#hits,
      misses: this.#misses,
      shared: this.#shared,
      invalidations: this.#invalidations,
      evictions: this.#evictions,
      entries: this.#answers.size,
      bytes: this.#answers.calculatedSize,
    }
  }

  clear(): void {
    this.#answers.clear()
  }

  /** Drops what is of another revision. */
  #follow(revision: number): void {
    if (revision === this.#revision) return
    if (this.#answers.size > 0) this.#invalidations++
    this.#answers.clear()
    this.#revision = revision
  }

  async #compute(key: string, revision: number, compute: () => V | Promise<V>): Promise<V> {
    const value = await compute()
    if ((await this.#revisionNow()) === revision && this.#revision === revision) this.#answers.set(key, value)
    return value
  }
}

function jsonBytes(value: unknown): number {
  return 2 * (JSON.stringify(value)?.length ?? 0)
}
