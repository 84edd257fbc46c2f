import type { Clock } from './clock.ts'

/** Milliseconds a turn of the event loop may go on lending, so that what else waits for the loop is soon served. */
const longestTurn = 2

/**
 * Ends a turn of the event loop that only goes on lending: calls that await nothing but a free connection and a
 * synchronous driver would otherwise follow each other for ever, and no timer and no socket would be looked at.
 */
export class EventLoopTurn {
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()
  #since: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether lending has gone on for so long that everyone waits for the next turn. */
  isOver(now: number): boolean {
    if (this.#since !== undefined) return now - this.#since >= longestTurn
    this.#since = now
    this.#clock.setImmediate(this.#next)
    return false
  }

  /** Calls `callback`, once however often it is given, when the next turn begins. */
  whenNext(callback: () => void): void {
    this.#waiting.add(callback)
  }

  readonly #next = (): void => {
    this.#since = undefined
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const callback of waiting) callback()
  }
}
