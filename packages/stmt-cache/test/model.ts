import type { StatementCacheStats, StatementKey } from '@forge/stmt-cache'

/** What is done to a cache: `use` takes a statement and gives it back, `release` gives back one of those acquired. */
export type Step =
  | { readonly do: 'use' | 'acquire'; readonly key: StatementKey }
  | { readonly do: 'release'; readonly pick: number }
  | { readonly do: 'schema'; readonly version: number }
  | { readonly do: 'clear' | 'close' }

/** How much a cache keeps. */
export interface Bounds {
  readonly maxEntries: number
  readonly maxBytes: number
  readonly maxSeen: number
}

/** Which statement a step lent, by its number in the order they were prepared, or the code of the error it threw. */
export type Outcome = number | string | undefined

interface ModelEntry {
  readonly id: string
  readonly bytes: number
  readonly statement: number
  lent: boolean
}

/** What a statement cache does, told in plain lists: the last one of each is the one used last. */
export class CacheModel {
  readonly #bounds: Bounds
  #kept: ModelEntry[] = []
  #seen: string[] = []
  #lent: ModelEntry[] = []
  #closed = false
  #version: number | undefined
  #prepared = 0
  #hits = 0
  #admitted = 0
  #evictions = 0
  #dropped = 0

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  take(step: Step): Outcome {
    if (step.do === 'use' || step.do === 'acquire') {
      const entry = this.#acquire(step.key)
      if (entry === undefined) return 'FORGE_STATEMENT_CACHE_CLOSED'
      if (step.do === 'acquire') this.#lent.push(entry)
      entry.lent = step.do === 'acquire'
      return entry.statement
    }
    if (step.do === 'release') {
      for (const entry of this.#lent.splice(step.pick % Math.max(1, this.#lent.length), 1)) entry.lent = false
    } else if (step.do === 'clear') this.#clear()
    else if (step.do === 'schema') {
      if (step.version !== this.#version) this.#clear()
      this.#version = step.version
    } else {
      this.#clear()
      this.#seen = []
      this.#closed = true
    }
    return undefined
  }

  stats(): StatementCacheStats {
    return {
      hits: this.#hits,
      misses: this.#prepared,
      admitted: this.#admitted,
      evictions: this.#evictions,
      dropped: this.#dropped,
      size: this.#kept.length,
      bytes: this.#bytes(),
      lent: this.#lent.length,
      seen: this.#seen.length,
      top: [],
    }
  }

  #acquire(key: StatementKey): ModelEntry | undefined {
    const kept = this.#kept.find((entry) => entry.id === key.id)
    if (kept !== undefined) this.#kept = [...this.#kept.filter((entry) => entry !== kept), kept]
    if (kept?.lent === false) {
      this.#hits++
      return kept
    }
    if (this.#closed) return undefined
    const fresh = { id: key.id, bytes: 4096 + 32 * key.sql.length, statement: this.#prepared++, lent: true }
    if (kept === undefined) this.#admit(fresh, key.admission === 'always')
    return fresh
  }

  #admit(entry: ModelEntry, always: boolean): void {
    const cameBack = this.#seen.includes(entry.id)
    this.#seen = this.#seen.filter((id) => id !== entry.id)
    if (!(always || cameBack) || entry.bytes > this.#bounds.maxBytes) return this.#see(entry.id)
    while (this.#kept.length === this.#bounds.maxEntries || this.#bytes() + entry.bytes > this.#bounds.maxBytes) {
      const oldest = this.#kept.find((each) => !each.lent)
      if (oldest === undefined) return this.#see(entry.id)
      this.#kept = this.#kept.filter((each) => each !== oldest)
      this.#see(oldest.id)
      this.#evictions++
    }
    this.#kept.push(entry)
    this.#admitted++
  }

  #clear(): void {
    this.#dropped += this.#kept.length
    for (const entry of this.#kept) this.#see(entry.id)
    this.#kept = []
  }

  #see(id: string): void {
    this.#seen = [...this.#seen.filter((each) => each !== id), id].slice(-this.#bounds.maxSeen)
  }

  #bytes(): number {
    return this.#kept.reduce((sum, entry) => sum + entry.bytes, 0)
  }
}
