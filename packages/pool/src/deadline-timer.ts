import type { Clock } from './clock.ts'

/** The longest a timer of Node can be set to. */
const longestTimer = 2 ** 31 - 1

/** One timer for any number of deadlines: it is set to the nearest, and finds the next one when it goes off. */
export class DeadlineTimer {
  readonly #clock: Clock
  readonly #onDue: (now: number) => number
  #timer: unknown
  #due = Number.POSITIVE_INFINITY
  #alive = true
  #keepAlive: boolean

  /**
   * @param options.onDue deals with every deadline that has come, and returns the nearest of those that have not;
   * `Infinity` where there is none
   * @param options.keepAlive whether the process stays for a deadline
   */
  constructor(options: {
    readonly clock: Clock
    readonly onDue: (now: number) => number
    readonly keepAlive: boolean
  }) {
    this.#clock = options.clock
    this.#onDue = options.onDue
    this.#keepAlive = options.keepAlive
  }

  /** Sees to it that `deadline` is noticed when it comes. */
  cover(deadline: number): void {
    if (deadline >= this.#due) return
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer)
    this.#due = deadline
    const wait = Math.min(Math.max(0, deadline - this.#clock.now()), longestTimer)
    this.#timer = this.#clock.setTimeout(() => this.#fire(), wait)
    this.#alive = true
    this.keepAlive(this.#keepAlive)
  }

  /** Changes whether the process stays for the deadlines: cheaper than to clear the timer and to set it again. */
  keepAlive(alive: boolean): void {
    this.#keepAlive = alive
    if (this.#timer === undefined || this.#alive === alive) return
    this.#alive = alive
    this.#clock.keepAlive(this.#timer, alive)
  }

  /** Forgets every deadline. */
  clear(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
    this.#due = Number.POSITIVE_INFINITY
  }

  #fire(): void {
    this.clear()
    this.cover(this.#onDue(this.#clock.now()))
  }
}
