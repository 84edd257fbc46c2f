import type { AcquireSite } from './acquire-site.ts'

/** One that waits for a connection, and its place in the line. */
export class Waiter<L> {
  /** What it waits for. It is rejected with the waiter itself when the deadline comes first. */
  readonly promise: Promise<L>
  resolve!: (lease: L) => void
  reject!: (reason: unknown) => void
  /** When it came, how long it waits at most, and when that is over. */
  readonly since: number
  readonly timeout: number
  readonly deadline: number
  /** Where it waits, where that is known. */
  site: AcquireSite | undefined
  /** Called when it was served, or sent away. */
  onLeft: (() => void) | undefined
  /** The line this one stands in, until it leaves it. */
  queue: WaiterQueue<L> | undefined
  before: Waiter<L> | undefined
  behind: Waiter<L> | undefined

  constructor(since: number, timeout: number) {
    this.since = since
    this.timeout = timeout
    this.deadline = since + timeout
    this.site = this.onLeft = undefined
    this.queue = this.before = this.behind = undefined
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }
}

/**
 * A line: first in, first served; leaving from the middle costs no more than from the front.
 *
 * Invariant: `size` is the number of waiters reachable from the front.
 */
export class WaiterQueue<L> {
  #front: Waiter<L> | undefined
  #back: Waiter<L> | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The one who waits longest. */
  get first(): Waiter<L> | undefined {
    return this.#front
  }

  push(waiter: Waiter<L>): void {
    waiter.queue = this
    waiter.before = this.#back
    if (this.#back === undefined) this.#front = waiter
    else this.#back.behind = waiter
    this.#back = waiter
    this.#size++
  }

  shift(): Waiter<L> | undefined {
    const front = this.#front
    if (front !== undefined) this.remove(front)
    return front
  }

  /** Takes `waiter` out of the line; false when it had left it before. */
  remove(waiter: Waiter<L>): boolean {
    if (waiter.queue !== this) return false
    if (waiter.before === undefined) this.#front = waiter.behind
    else waiter.before.behind = waiter.behind
    if (waiter.behind === undefined) this.#back = waiter.before
    else waiter.behind.before = waiter.before
    waiter.queue = waiter.before = waiter.behind = undefined
    this.#size--
    waiter.onLeft?.()
    return true
  }

  /** Sends those away whose deadline has come, and returns the nearest deadline of those who stay. */
  expire(now: number): number {
    let nearest = Number.POSITIVE_INFINITY
    for (let waiter = this.#front; waiter !== undefined;) {
      const { behind } = waiter
      if (waiter.deadline <= now) {
        this.remove(waiter)
        waiter.reject(waiter)
      } else if (waiter.deadline < nearest) nearest = waiter.deadline
      waiter = behind
    }
    return nearest
  }
}
