import { isForgeError } from '@forge/errors'

/**
 * Runs `body` and gives a ForgeError that it rejects with the stack of the line that called `entry`.
 *
 * After an `await` that line is no longer on the stack, so it is noted before.
 * To be called by `entry` itself, before it waits.
 */
export async function withCallerStack<T>(entry: (...args: never[]) => unknown, body: () => Promise<T>): Promise<T> {
  const caller: { stack?: string } = {}
  Error.captureStackTrace?.(caller, entry)
  try {
    return await body()
  } catch (error) {
    const frames = caller.stack?.indexOf('\n    at ') ?? -1
    if (isForgeError(error) && frames >= 0) {
      error.stack = `${error.name}: ${error.message}${caller.stack!.slice(frames)}`
    }
    throw error
  }
}
