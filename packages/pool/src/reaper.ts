import type { Clock } from './clock.ts'
import { DeadlineTimer } from './deadline-timer.ts'

/** Closes the connections of a group that nobody has used for `idleTimeout` milliseconds. */
export class Reaper {
  readonly #idleTimeout: number
  readonly #timer: DeadlineTimer

  constructor(
    group: { reap(before: number): number },
    options: { readonly clock: Clock; readonly idleTimeout: number },
  ) {
    const { clock, idleTimeout } = options
    this.#idleTimeout = idleTimeout
    this.#timer = new DeadlineTimer({
      clock,
      keepAlive: false,
      onDue: (now) => group.reap(now - idleTimeout) + idleTimeout,
    })
  }

  /** Called when a connection came back at `now`. */
  noteReturn(now: number): void {
    this.#timer.cover(now + this.#idleTimeout)
  }

  stop(): void {
    this.#timer.clear()
  }
}
