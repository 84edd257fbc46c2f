import { LRUCache } from 'lru-cache'
import type { ResultMode, StatementKey } from './statement-key.ts'

/** How long the uses of one statement took, from when it was lent until it came back. */
export interface StatementTimes {
  readonly sql: string
  readonly result: ResultMode
  readonly bigint: boolean
  readonly uses: number
  readonly totalMs: number
  readonly maxMs: number
}

type Sum = { -readonly [K in keyof StatementTimes]: StatementTimes[K] }

/** The times of the statements used last, kept or not, as many as its bound allows. */
export class StatementTimer {
  readonly #sums: LRUCache<string, Sum>
  readonly #now: () => number

  constructor(maxEntries: number, now: () => number) {
    this.#sums = new LRUCache({ max: maxEntries })
    this.#now = now
  }

  /** Milliseconds; only differences mean something. */
  now(): number {
    return this.#now()
  }

  /** Adds up a use that began at `since`. */
  add(key: StatementKey, since: number): void {
    const elapsed = this.#now() - since
    let sum = this.#sums.get(key.id)
    if (sum === undefined) {
      const { sql, result, bigint } = key
      sum = { sql, result, bigint, uses: 0, totalMs: 0, maxMs: 0 }
      this.#sums.set(key.id, sum)
    }
    sum.uses++
    sum.totalMs += elapsed
    if (elapsed > sum.maxMs) sum.maxMs = elapsed
  }

  /** The statements that took the most time in total, most first. */
  top(count: number): StatementTimes[] {
    const sums = [...this.#sums.values()].toSorted((a, b) => b.totalMs - a.totalMs)
    return Array.from(sums.slice(0, count), (sum) => ({ ...sum }))
  }
}
