import { setImmediate } from 'node:timers/promises'
import type { ExtractReply, ExtractResult, ExtractTask } from './extract-protocol.ts'
import { ExtractThread } from './extract-thread.ts'
import { ExtractWorkerError } from './index-errors.ts'

/** Bounds of one message to a worker: enough to make its cost small, little enough to keep memory flat. */
const batchFiles = 64
const batchBytes = 512 * 1024

/** A thread that has read more files than this is ended: after `effect` (572 files) that lowers the peak from 475 to 438 MB [measured]. */
const keptFiles = 100

/** What a pool is made from. */
export interface ExtractPoolOptions {
  /** The module the workers run. */
  readonly worker: URL
  /** Bytes. */
  readonly maxFileSize: number
}

/** Worker threads that read files and extract their facts. Started when first needed, kept from one small run to the next. */
export class ExtractPool implements AsyncDisposable {
  readonly #options: ExtractPoolOptions
  readonly #lanes: Lane[] = []
  /** Done when the threads that were let go have ended. */
  #retired: Promise<unknown> = Promise.resolve()

  constructor(options: ExtractPoolOptions) {
    this.#options = options
  }

  /**
   * Extracts files on up to `jobs` threads; results come in the order of the tasks. Only a few batches are
   * under way at a time. Ending the iteration early, or aborting, ends the threads.
   */
  async *extract(
    tasks: readonly ExtractTask[],
    options: { readonly jobs: number; readonly signal?: AbortSignal | undefined },
  ): AsyncGenerator<readonly [ExtractTask, ExtractResult]> {
    const { signal } = options
    const batches = batchesOf(tasks)
    const jobs = Math.min(options.jobs, batches.length)
    while (this.#lanes.length < jobs) this.#lanes.push(new Lane(this.#options))
    const lanes = this.#lanes.slice(0, jobs)
    const abort = (): void => lanes.forEach((lane) => lane.abandon(signal?.reason))
    signal?.addEventListener('abort', abort)
    const underWay: { readonly batch: readonly ExtractTask[]; readonly results: Promise<readonly ExtractResult[]> }[] =
      []
    let sent = 0
    let finished = false
    try {
      for (const batch of batches) {
        while (sent < batches.length && underWay.length <= jobs * 2) {
          const next = batches[sent++]!
          const lane = lanes.reduce((a, b) => (b.load < a.load ? b : a))
          const results = lane.extract(next)
          // It may fail while an earlier batch is waited for; whoever waits for it will see.
          results.catch(() => undefined)
          underWay.push({ batch: next, results })
        }
        signal?.throwIfAborted()
        const results = await underWay.shift()!.results
        for (const [index, task] of batch.entries()) yield [task, results[index]!]
      }
      finished = true
    } finally {
      signal?.removeEventListener('abort', abort)
      if (!finished || tasks.length > keptFiles) this.#retire()
      if (!finished) await this.#retired
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#retire()
    await this.#retired
  }

  #retire(): void {
    const ends = this.#lanes.splice(0).map((lane) => lane.stop())
    this.#retired = Promise.all([this.#retired, ...ends])
  }
}

function batchesOf(tasks: readonly ExtractTask[]): ExtractTask[][] {
  const batches: ExtractTask[][] = []
  let bytes = 0
  for (const task of tasks) {
    const last = batches.at(-1)
    if (last === undefined || last.length === batchFiles || bytes + task.size > batchBytes) {
      batches.push([task])
      bytes = task.size
    } else {
      last.push(task)
      bytes += task.size
    }
  }
  return batches
}

interface Job {
  readonly tasks: readonly ExtractTask[]
  readonly resolve: (results: readonly ExtractResult[]) => void
  readonly reject: (error: unknown) => void
}

/** One thread and the batches it has to do, the first of which it is at. A thread that dies is replaced. */
class Lane {
  readonly #options: ExtractPoolOptions
  readonly #jobs: Job[] = []
  #thread: ExtractThread | undefined
  #ready = false
  #ended: Promise<void> = Promise.resolve()

  constructor(options: ExtractPoolOptions) {
    this.#options = options
  }

  /** How many batches it has to do. */
  get load(): number {
    return this.#jobs.length
  }

  extract(tasks: readonly ExtractTask[]): Promise<readonly ExtractResult[]> {
    return new Promise((resolve, reject) => {
      const job = { tasks, resolve, reject }
      this.#jobs.push(job)
      if (this.#thread === undefined) this.#start()
      else this.#send(job)
    })
  }

  /** Gives up on what is under way. */
  abandon(reason: unknown): void {
    for (const job of this.#jobs.splice(0)) job.reject(reason)
    void this.stop()
  }

  /** Ends the thread; done when every thread this lane had is gone. */
  stop(): Promise<void> {
    this.#jobs.length = 0
    const thread = this.#thread
    this.#thread = undefined
    if (thread !== undefined) this.#ended = thread.end()
    return this.#ended
  }

  #start(): void {
    this.#ready = false
    this.#thread = new ExtractThread(this.#options.worker, {
      onReply: (reply) => this.#receive(reply),
      onDeath: (cause) => {
        this.#thread = undefined
        void this.#recover(cause)
      },
    })
    for (const job of this.#jobs) this.#send(job)
  }

  #send(job: Job): void {
    this.#thread?.extract(job.tasks, this.#options.maxFileSize)
  }

  #receive(reply: ExtractReply): void {
    if (reply.kind === 'ready') {
      this.#ready = true
      return
    }
    this.#jobs.shift()?.resolve(reply.results)
    if (this.#jobs.length === 0) this.#thread?.rest()
  }

  /** After the thread has died at the first job: finds the file that did it, and goes on with the others. */
  async #recover(failure: unknown): Promise<void> {
    const reason = failure instanceof Error ? failure.message : String(failure)
    if (!this.#ready) {
      const error = new ExtractWorkerError(this.#options.worker.href, failure)
      for (const job of this.#jobs.splice(0)) job.reject(error)
      return
    }
    const job = this.#jobs.shift()
    if (job === undefined) return
    if (job.tasks.length === 1) {
      const { size } = job.tasks[0]!
      job.resolve([{ kind: 'skipped', code: 'extract-failed', message: reason, size, modified: 0 }])
    } else {
      this.#jobs.unshift(...singles(job))
    }
    // Not in the same turn: a thread that always dies must leave a gap for an abort to get through.
    await setImmediate()
    if (this.#jobs.length > 0 && this.#thread === undefined) this.#start()
  }
}

/** The job as one job for each of its files. */
function singles(job: Job): Job[] {
  const results: ExtractResult[] = []
  return job.tasks.map((task) => ({
    tasks: [task],
    resolve: ([result]): void => {
      if (result !== undefined) results.push(result)
      if (results.length === job.tasks.length) job.resolve(results)
    },
    reject: job.reject,
  }))
}
