import type { CheckpointMode } from '../checkpoint.ts'
import { DeadlineTimer } from '../deadline-timer.ts'
import { PoolClosedError, PoolOptionsError } from '../pool-errors.ts'
import { sentParameters } from './sent-parameters.ts'
import { CheckpointJob, newCredit, ReadJob, type ThreadJob } from './thread-job.ts'
import { TimeSlices } from './time-slices.ts'
import { WorkerFailedError, WorkerFullError } from './worker-errors.ts'
import type { ResultMode, WorkerReadOptions, WorkerStats } from './worker-options.ts'
import type { CheckpointCounts } from './worker-protocol.ts'
import type { WorkerSettings } from './worker-settings.ts'
import { type ThreadListener, WorkerThread } from './worker-thread.ts'

/** Reads and checkpoints on connections of their own, in threads, so that the event loop never waits for them. */
export interface WorkerExecutor {
  /**
   * All rows of a reading statement, in order.
   *
   * @throws `FORGE_POOL_WORKER_FULL`, `FORGE_POOL_WORKER_FAILED`, `FORGE_POOL_CLOSED`, `FORGE_DB_READ_ONLY` for a statement
   * that writes, `FORGE_DB_QUERY` and the other errors of a driver, the reason of the signal
   */
  read(sql: string, parameters: readonly unknown[], options?: WorkerReadOptions): Promise<unknown[]>
  /** Runs `pragma wal_checkpoint(mode)`, before the reads that wait. It never waits for a lock: see `busy`. */
  checkpoint(mode: CheckpointMode, options?: { readonly signal?: AbortSignal | undefined }): Promise<CheckpointCounts>
  stats(): WorkerStats
  /** Fails what waits, and lets every thread end after what it is at: their file is no longer the database. Done when none has it open. */
  reset(reason: () => unknown): Promise<void>
  /** Takes no more reads, and is done when the last call has its answer and no thread is inside a statement. */
  drain(): Promise<void>
  /**
   * Refuses everything, and ends every thread.
   *
   * @returns how many calls had no answer yet, and how many threads are inside a statement and end when it does
   */
  end(): Promise<{ readonly refused: number; readonly stuck: number }>
}

/** What an executor needs to know, and to tell, about the file. */
export interface ExecutorContext {
  /** The identity of the file that the connections of the pool lead to, now. */
  readonly file: () => string | undefined
  /** Called when a thread has ended. */
  readonly closed: () => void
}

/** Makes the executor; threads start when they are first needed. */
export function createWorkerExecutor(settings: WorkerSettings, context: ExecutorContext): WorkerExecutor {
  return new ThreadExecutor(settings, context)
}

/** Milliseconds a thread has to notice that nobody waits for it, before another takes its place. */
const patience = 20

/** Milliseconds threads have for it that are ended in the midst of a statement. */
const endingTime = 200

/**
 * Hands jobs to threads, in the order they came.
 *
 * Invariant: no job waits while a thread is idle or may be started.
 */
class ThreadExecutor implements WorkerExecutor, ThreadListener {
  readonly #settings: WorkerSettings
  readonly #context: ExecutorContext
  readonly #slices: TimeSlices
  readonly #timer: DeadlineTimer
  readonly #threads: Set<WorkerThread> = new Set()
  /** Checkpoints that wait for a thread, and reads that do. */
  readonly #urgent: Set<ThreadJob> = new Set()
  readonly #waiting: Set<ThreadJob> = new Set()
  /** All jobs without an answer. */
  readonly #jobs: Set<ThreadJob> = new Set()
  #draining = false
  #ended = false
  #drained: (() => void) | undefined
  #finished = 0
  #aborted = 0
  #lost = 0

  constructor(settings: WorkerSettings, context: ExecutorContext) {
    this.#settings = settings
    this.#context = context
    this.#slices = new TimeSlices(settings.clock)
    this.#timer = new DeadlineTimer({ clock: settings.clock, onDue: (now) => this.#review(now), keepAlive: false })
  }

  async read(sql: string, parameters: readonly unknown[], options: WorkerReadOptions = {}): Promise<unknown[]> {
    const { signal, result = 'rows', bigint = false } = options
    signal?.throwIfAborted()
    requireResult(result)
    const bindings = sentParameters(parameters, sql)
    const request = { kind: 'read', sql, parameters: bindings, result, bigint, credit: newCredit() } as const
    const rows = await this.#do(new ReadJob(request, this.#slices), this.#waiting, signal)
    this.#finished++
    return rows
  }

  checkpoint(
    mode: CheckpointMode,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<CheckpointCounts> {
    return this.#do(new CheckpointJob({ kind: 'checkpoint', mode, credit: newCredit() }), this.#urgent, signal)
  }

  stats(): WorkerStats {
    const threads = [...this.#threads]
    return {
      max: this.#settings.maxThreads,
      threads: threads.length,
      busy: threads.filter(({ job }) => job?.settled === false).length,
      stuck: threads.filter(({ leaving, job }) => leaving && job?.settled === true).length,
      queued: this.#waiting.size,
      finished: this.#finished,
      aborted: this.#aborted,
      lost: this.#lost,
    }
  }

  async reset(reason: () => unknown): Promise<void> {
    for (const job of [...this.#urgent, ...this.#waiting]) this.#leave(job, reason())
    await Promise.all([...this.#threads].map((thread) => this.#dismiss(thread)))
  }

  drain(): Promise<void> {
    this.#draining = true
    return new Promise((resolve) => {
      this.#drained = resolve
      this.#settle()
    })
  }

  async end(): Promise<{ readonly refused: number; readonly stuck: number }> {
    this.#draining = this.#ended = true
    const refused = this.#jobs.size
    for (const job of this.#jobs) this.#leave(job, closedError())
    this.#timer.clear()
    const threads = [...this.#threads]
    const busy = threads.filter(({ job }) => job !== undefined)
    for (const thread of threads) {
      if (thread.job === undefined) thread.close()
      else thread.terminate()
    }
    this.#keepAlive()
    await Promise.all(threads.filter((thread) => !busy.includes(thread)).map(({ ended }) => ended))
    const { clock } = this.#settings
    let timer: unknown
    const passed = new Promise<void>((resolve) => (timer = clock.setTimeout(resolve, endingTime)))
    await Promise.race([Promise.all(busy.map(({ ended }) => ended)), passed])
    clock.clearTimeout(timer)
    return { refused, stuck: this.#threads.size }
  }

  free(thread: WorkerThread): void {
    if (thread.leaving) thread.close()
    else {
      thread.deadline = this.#settings.clock.now() + this.#settings.idleTimeout
      this.#timer.cover(thread.deadline)
    }
    this.#pump()
    this.#settle()
  }

  gone(thread: WorkerThread, failure: (() => WorkerFailedError) | undefined): void {
    this.#threads.delete(thread)
    if (failure !== undefined) {
      if (!thread.leaving) this.#lost++
      thread.job?.fail(failure())
      // What cannot start for one cannot start for the others either.
      if (!thread.ready) for (const job of [...this.#urgent, ...this.#waiting]) this.#leave(job, failure())
    }
    this.#pump()
    this.#settle()
    this.#context.closed()
  }

  async #do<T>(
    job: ThreadJob & { readonly answer: Promise<T> },
    line: Set<ThreadJob>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    if (this.#ended || (this.#draining && line === this.#waiting)) throw closedError()
    signal?.throwIfAborted()
    if (line === this.#waiting && line.size >= this.#settings.maxQueue && !this.#hasRoom()) throw this.#fullError()
    const abort = (): void => this.#abort(job, signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    this.#jobs.add(job)
    line.add(job)
    this.#pump()
    try {
      return await job.answer
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#jobs.delete(job)
      this.#pump()
      this.#settle()
    }
  }

  /** Ends the draining when there is nothing left to wait for. */
  #settle(): void {
    if (this.#jobs.size > 0) return
    for (const { job } of this.#threads) if (job !== undefined) return
    this.#drained?.()
  }

  #abort(job: ThreadJob, reason: unknown): void {
    this.#aborted++
    this.#leave(job, reason)
    for (const thread of this.#threads) {
      if (thread.job !== job) continue
      thread.deadline = this.#settings.clock.now() + patience
      this.#timer.cover(thread.deadline)
    }
  }

  #leave(job: ThreadJob, reason: unknown): void {
    this.#urgent.delete(job)
    this.#waiting.delete(job)
    job.fail(reason)
  }

  /** Gives jobs to threads. */
  #pump(): void {
    for (const line of [this.#urgent, this.#waiting]) {
      for (const job of line) {
        if (!this.#hasRoom()) break
        line.delete(job)
        this.#give(job)
      }
    }
    this.#keepAlive()
  }

  /** Lets the process stay for as long as somebody waits, be it for the threads to end. */
  #keepAlive(): void {
    for (const thread of this.#threads) thread.keepAlive(this.#jobs.size > 0 || this.#ended)
  }

  #hasRoom(): boolean {
    return this.#idle() !== undefined || this.#mayStart()
  }

  #idle(): WorkerThread | undefined {
    for (const thread of this.#threads) if (thread.idle) return thread
    return undefined
  }

  /** Invariant: threads that were given up take the place of others once there are as many of them as there may be threads. */
  #mayStart(): boolean {
    const { maxThreads } = this.#settings
    let counted = 0
    for (const { leaving } of this.#threads) if (!leaving) counted++
    return counted < maxThreads && this.#threads.size < maxThreads * 2
  }

  #give(job: ThreadJob): void {
    let thread = this.#idle()
    try {
      thread ??= new WorkerThread(this.#settings, this)
    } catch (error) {
      job.fail(noThreadError(error))
      return
    }
    this.#threads.add(thread)
    thread.deadline = Number.POSITIVE_INFINITY
    thread.run(job, this.#context.file())
  }

  /** Ends a thread once it is done with what it is at. */
  #dismiss(thread: WorkerThread): Promise<void> {
    if (thread.idle) thread.close()
    else thread.leave()
    return thread.ended
  }

  /** Ends what was idle for long, and gives up on what does not notice that nobody waits for it. */
  #review(now: number): number {
    for (const thread of this.#threads) {
      if (thread.deadline > now) continue
      thread.deadline = Number.POSITIVE_INFINITY
      if (thread.idle) thread.close()
      else if (thread.job?.settled === true) {
        thread.leave()
        this.#lost++
      }
    }
    this.#pump()
    return Math.min(...[...this.#threads].map(({ deadline }) => deadline))
  }

  #fullError(): WorkerFullError {
    const { maxQueue, maxThreads } = this.#settings
    return new WorkerFullError(`${this.#waiting.size} reads wait for a thread already`, {
      hint: 'Read less at a time, or raise worker.maxQueue or worker.maxThreads',
      details: { maxQueue, maxThreads, stuck: this.stats().stuck },
    })
  }
}

/** The system gives no more threads, or no more memory for one. */
function noThreadError(cause: unknown): WorkerFailedError {
  return new WorkerFailedError(`A thread of the pool could not start: ${String(cause)}`, {
    hint: 'Allow the process more threads and memory, or lower worker.maxThreads',
    cause,
  })
}

function closedError(): PoolClosedError {
  return new PoolClosedError('The pool is closed', { hint: 'Open a new pool' })
}

function requireResult(result: ResultMode): void {
  if (['rows', 'raw', 'pluck'].includes(result)) return
  throw new PoolOptionsError(`The result of a read is 'rows', 'raw' or 'pluck', not ${JSON.stringify(result)}`, {
    hint: `Leave out result for rows as objects`,
    details: { option: 'result' },
  })
}
