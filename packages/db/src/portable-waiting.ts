import type { Clock } from '@forge/pool'

/** How long, and on which clock, something is waited for. */
export interface PortableTiming {
  /** Milliseconds a call waits for a free connection. */
  readonly acquireTimeout: number
  /** Milliseconds a transaction is run again while others are in its way. */
  readonly busyDeadline: number
  readonly clock: Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>
  /** A number from 0 up to 1, for the jitter. */
  readonly random: () => number
}

/** What {@link runAgain} needs to know besides. */
export interface RunAgainOptions {
  readonly timing: PortableTiming
  readonly isConflict: (error: unknown) => boolean
  readonly signal?: AbortSignal | undefined
}

/** Longest pause between two attempts, in milliseconds. */
const longestPause = 64

/**
 * Runs `attempt` until it does something else than fail on a conflict, or the deadline has passed.
 *
 * The pauses double, with jitter: the more are in each other's way, the longer all of them step back.
 */
export async function runAgain<T>(
  attempt: () => Promise<T>,
  { timing, isConflict, signal }: RunAgainOptions,
): Promise<T> {
  const { clock, random, busyDeadline } = timing
  const start = clock.now()
  for (let longest = 2; ; longest = Math.min(longest * 2, longestPause)) {
    try {
      return await attempt()
    } catch (error) {
      const left = busyDeadline - (clock.now() - start)
      if (left <= 0 || !isConflict(error)) throw error
      await orAborted(pause(clock, Math.min(left, 1 + random() * longest)), signal)
    }
  }
}

/** Done after some milliseconds. */
export function pause(clock: PortableTiming['clock'], milliseconds: number): Promise<void> {
  return new Promise((resolve) => clock.setTimeout(resolve, milliseconds))
}

/** `work`, or the reason of the signal once it is aborted; `onAbort` is then called, and what becomes of `work` ignored. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, onAbort?: () => void): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason)
      onAbort?.()
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
