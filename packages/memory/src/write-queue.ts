import { setImmediate } from 'node:timers/promises'
import type { Database, Transaction } from '@forge/db'

type Job<S> = {
  readonly run: (tx: Transaction<S>) => () => void
  readonly reject: (error: unknown) => void
  readonly signal: AbortSignal | undefined
}

/** The most writes of one transaction: some milliseconds of work, after which the event loop has its turn. */
const mostTogether = 50

/**
 * Puts writes that wait at the same time into one transaction, since a commit costs as much for one as for hundreds.
 *
 * One that fails is left out and the others are done again without it, so that none suffers for another.
 */
export class WriteQueue<S> {
  readonly #db: Database<S>
  #waiting: Job<S>[] = []
  #running: Promise<void> | undefined

  constructor(db: Database<S>) {
    this.#db = db
  }

  /** Runs `body` in a transaction, perhaps more than once; its result is handed over once it is committed. */
  run<T>(body: (tx: Transaction<S>) => T, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = (tx: Transaction<S>) => {
        const result = body(tx)
        return () => resolve(result)
      }
      this.#waiting.push({ run, reject, signal })
      this.#running ??= this.#drain()
    })
  }

  /** Is done when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #drain(): Promise<void> {
    // Whoever writes in the same turn of the event loop comes along.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      await this.#together(this.#waiting.splice(0, mostTogether))
      if (this.#waiting.length > 0) await setImmediate()
    }
    this.#running = undefined
  }

  async #together(jobs: readonly Job<S>[]): Promise<void> {
    const live = jobs.filter((job) => !dropped(job))
    const [first] = live
    if (first === undefined) return
    let current: Job<S> | undefined
    try {
      const done = await this.#db.transaction(
        (tx) => {
          const results = live.map((job) => {
            current = job
            return job.run(tx)
          })
          current = undefined
          return results
        },
        live.length === 1 && first.signal !== undefined ? { signal: first.signal } : {},
      )
      for (const resolve of done) resolve()
    } catch (error) {
      // Where it was not one of them that failed, as when the database is locked, all of them did.
      for (const job of live) if (current === undefined || job === current) job.reject(error)
      if (current !== undefined) await this.#together(live.filter((job) => job !== current))
    }
  }
}

function dropped({ signal, reject }: Pick<Job<never>, 'signal' | 'reject'>): boolean {
  if (signal?.aborted !== true) return false
  reject(signal.reason)
  return true
}
