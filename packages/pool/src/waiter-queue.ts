/** One that waits for a connection, and its place in the line. */
export class Waiter<C> {
  readonly resolve: (connection: C) => void
  readonly reject: (reason: unknown) => void
  /** The line this one stands in, until it leaves it. */
  queue: WaiterQueue<C> | undefined
  before: Waiter<C> | undefined
  behind: Waiter<C> | undefined

  constructor(resolve: (connection: C) => void, reject: (reason: unknown) => void) {
    this.resolve = resolve
    this.reject = reject
  }
}

/**
 * A line: first in, first served; leaving from the middle costs no more than from the front.
 *
 * Invariant: `size` is the number of waiters reachable from the front.
 */
export class WaiterQueue<C> {
  #front: Waiter<C> | undefined
  #back: Waiter<C> | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  push(waiter: Waiter<C>): void {
    waiter.queue = this
    waiter.before = this.#back
    if (this.#back === undefined) this.#front = waiter
    else this.#back.behind = waiter
    this.#back = waiter
    this.#size++
  }

  shift(): Waiter<C> | undefined {
    const front = this.#front
    if (front !== undefined) this.remove(front)
    return front
  }

  /** Takes `waiter` out of the line; false when it had left it before. */
  remove(waiter: Waiter<C>): boolean {
    if (waiter.queue !== this) return false
    if (waiter.before === undefined) this.#front = waiter.behind
    else waiter.before.behind = waiter.behind
    if (waiter.behind === undefined) this.#back = waiter.before
    else waiter.behind.before = waiter.before
    waiter.queue = waiter.before = waiter.behind = undefined
    this.#size--
    return true
  }
}
