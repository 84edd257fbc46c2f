/** How a read or a write waits. */
export interface WaitOptions {
  /** Stops waiting, and work that is done in several pieces; the promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}
