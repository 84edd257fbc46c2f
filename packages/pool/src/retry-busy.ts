import type { Clock } from './clock.ts'
import { isBusy } from './driver-error.ts'

/** How long, and on which clock, {@link retryBusy} tries again. */
export interface RetryBusyOptions {
  /** Milliseconds after which the busy error is given up to. */
  readonly deadline: number
  readonly clock: Clock
  /** A number from 0 up to 1, for the jitter. */
  readonly random: () => number
  readonly signal?: AbortSignal | undefined
  /** Called before each further attempt. */
  readonly onRetry?: () => void
}

/**
 * Runs `attempt` until it does something else than fail on a lock, giving the event loop back for 1 to 5 ms in between.
 *
 * @throws the busy error of the driver once the deadline has passed, or the reason of the signal
 */
export async function retryBusy<T>(attempt: () => T, options: RetryBusyOptions): Promise<T> {
  const { clock, signal } = options
  signal?.throwIfAborted()
  const start = clock.now()
  for (let attempts = 1; ; attempts++) {
    try {
      return attempt()
    } catch (error) {
      const left = options.deadline - (clock.now() - start)
      if (!isBusy(error) || left <= 0) throw error
      const longest = Math.min(5, 1 + attempts / 4)
      await sleep(Math.min(left, 1 + options.random() * (longest - 1)), clock, signal)
      options.onRetry?.()
    }
  }
}

function sleep(milliseconds: number, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timeout = clock.setTimeout(wake, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
    function wake(): void {
      signal?.removeEventListener('abort', stop)
      resolve()
    }
    function stop(): void {
      clock.clearTimeout(timeout)
      reject(signal?.reason)
    }
  })
}
