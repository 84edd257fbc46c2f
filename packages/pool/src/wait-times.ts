/** How long calls waited that had to wait, in milliseconds. */
export interface WaitStats {
  readonly count: number
  readonly totalMs: number
  readonly maxMs: number
  /** Half of them waited no longer; exact to 9 %. */
  readonly p50Ms: number
  /** All but one of a hundred waited no longer; exact to 9 %. */
  readonly p99Ms: number
}

const bucketsPerDoubling = 8
const shortest = 0.001
const buckets = bucketsPerDoubling * 32

/** A histogram of times whose buckets grow by 9 %: one array, however many times are recorded. */
export class WaitTimes {
  readonly #counts = new Float64Array(buckets)
  #count = 0
  #total = 0
  #max = 0

  record(milliseconds: number): void {
    this.#count++
    this.#total += milliseconds
    if (milliseconds > this.#max) this.#max = milliseconds
    const bucket = Math.ceil(Math.log2(Math.max(milliseconds, shortest) / shortest) * bucketsPerDoubling)
    this.#counts[Math.min(bucket, buckets - 1)]!++
  }

  stats(): WaitStats {
    return {
      count: this.#count,
      totalMs: this.#total,
      maxMs: this.#max,
      p50Ms: this.#quantile(0.5),
      p99Ms: this.#quantile(0.99),
    }
  }

  #quantile(share: number): number {
    let left = Math.ceil(this.#count * share)
    if (left === 0) return 0
    const bucket = this.#counts.findIndex((count) => (left -= count) <= 0)
    return Math.min(this.#max, shortest * 2 ** (bucket / bucketsPerDoubling))
  }
}
