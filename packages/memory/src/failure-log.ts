import { isForgeError } from '@forge/errors'
import type { MemoryFailure } from './memory-types.ts'

/** What is done about failures. */
export interface FailureOptions {
  readonly silent: boolean
  readonly onError: ((error: unknown, failure: MemoryFailure) => void) | undefined
  readonly clock: () => number
}

/** Counts the failures of a memory and, where it is silent, hides them. */
export class FailureLog {
  /** Failures so far. */
  count = 0
  last: MemoryFailure | null = null
  readonly #options: FailureOptions

  constructor(options: FailureOptions) {
    this.#options = options
  }

  /** Runs `work`; where that fails, answers `instead` or throws, as the mode is. */
  async guard<T>(operation: string, instead: T, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      this.#note(operation, error)
      if (this.#options.silent) return instead
      throw error
    }
  }

  #note(operation: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    this.count++
    this.last = { operation, code: isForgeError(error) ? error.code : 'UNKNOWN', message, at: this.#now() }
    try {
      this.#options.onError?.(error, this.last)
    } catch {
      // Whoever is told of a failure must not make another one of it.
    }
  }

  #now(): number {
    try {
      return Math.trunc(this.#options.clock())
    } catch {
      return 0
    }
  }
}
