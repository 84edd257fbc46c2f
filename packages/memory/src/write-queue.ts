import type { Database, Transaction } from '@forge/db'

type Job<S> = {
  readonly run: (tx: Transaction<S>) => () => void
  readonly reject: (error: unknown) => void
  readonly signal: AbortSignal | undefined
}

/** The most writes of one transaction. */
const mostTogether = 500

/**
 * Puts writes that wait at the same time into one transaction, since a commit costs as much for one as for hundreds.
 *
 * Where one of them fails, each is done again in a transaction of its own, so that none suffers for another.
 */
export class WriteQueue<S> {
  readonly #db: Database<S>
  #waiting: Job<S>[] = []
  #running: Promise<void> | undefined

  constructor(db: Database<S>) {
    this.#db = db
  }

  /** Runs `body` in a transaction, perhaps a second time; its result is handed over once it is committed. */
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
      const jobs = this.#waiting.splice(0, mostTogether)
      const [first] = jobs
      if (jobs.length === 1 && first !== undefined) await this.#alone(first)
      else await this.#together(jobs)
    }
    this.#running = undefined
  }

  async #together(jobs: readonly Job<S>[]): Promise<void> {
    const live = jobs.filter((job) => !dropped(job))
    try {
      const done = await this.#db.transaction((tx) => live.map((job) => job.run(tx)))
      for (const resolve of done) resolve()
    } catch {
      for (const job of live) await this.#alone(job)
    }
  }

  async #alone(job: Job<S>): Promise<void> {
    if (dropped(job)) return
    try {
      const resolve = await this.#db.transaction(job.run, { signal: job.signal })
      resolve()
    } catch (error) {
      job.reject(error)
    }
  }
}

function dropped({ signal, reject }: Pick<Job<never>, 'signal' | 'reject'>): boolean {
  if (signal?.aborted !== true) return false
  reject(signal.reason)
  return true
}
