/** One that waits for a connection, and its place in the line. */
export class Waiter<L> {
  readonly resolve: (lease: L) => void
  readonly reject: (reason: unknown) => void
  /** When it came, and when it leaves if it was not served by then. */
  readonly since: number
  readonly deadline: number
  /** The line this one stands in, until it leaves it. */
  queue: WaiterQueue<L> | undefined
  before: Waiter<L> | undefined
  behind: Waiter<L> | undefined

  constructor(
    resolve: (lease: L) => void,
    reject: (reason: unknown) => void,
    times: { readonly since: number; readonly deadline: number },
  ) {
    this.resolve = resolve
    this.reject = reject
    this.since = times.since
    this.deadline = times.deadline
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
    return true
  }

  /** Takes those whose deadline has come out of the line, and returns the nearest deadline of those who stay. */
  expire(now: number, tell: (waiter: Waiter<L>) => void): number {
    let nearest = Number.POSITIVE_INFINITY
    for (let waiter = this.#front; waiter !== undefined;) {
      const { behind } = waiter
      if (waiter.deadline <= now) {
        this.remove(waiter)
        tell(waiter)
      } else if (waiter.deadline < nearest) nearest = waiter.deadline
      waiter = behind
    }
    return nearest
  }
}
