/** Time as the pool sees it; give your own to run a pool on another clock. */
export interface Clock {
  /** Milliseconds since any fixed point, never going back. */
  now(): number
  /** Calls `callback` once, `milliseconds` from now; the result is for the other methods. */
  setTimeout(callback: () => void, milliseconds: number): unknown
  /** Forgets a call planned with {@link Clock.setTimeout}. */
  clearTimeout(timeout: unknown): void
  /** Says whether the process has to stay for a planned call; it does until it is told otherwise. */
  keepAlive(timeout: unknown, alive: boolean): void
  /** Calls `callback` once, in the next turn of the event loop. */
  setImmediate(callback: () => void): void
}

/** The clock and the timers of the process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timeout) => clearTimeout(timeout as NodeJS.Timeout),
  keepAlive: (timeout, alive) => void (alive ? (timeout as NodeJS.Timeout).ref() : (timeout as NodeJS.Timeout).unref()),
  setImmediate: (callback) => void setImmediate(callback),
}
