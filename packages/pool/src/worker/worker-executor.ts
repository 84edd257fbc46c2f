import { isForgeError } from '@forge/errors'
import type { CheckpointMode } from '../checkpoint.ts'
import { DeadlineTimer } from '../deadline-timer.ts'
import { PoolClosedError, PoolOptionsError } from '../pool-errors.ts'
import { sentParameters } from './sent-parameters.ts'
import { CheckpointJob, newCredit, ReadJob, type ThreadJob } from './thread-job.ts'
import { TimeSlices } from './time-slices.ts'
import { type WorkerFailedError, WorkerFullError } from './worker-errors.ts'
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
  /**
   * Lets what runs or waits finish, then ends every thread.
   *
   * @returns how many calls were refused, and how many threads could not be ended, when the deadline passed
   */
  close(options: { readonly deadline: number }): Promise<{ readonly refused: number; readonly stuck: number }>
}

/** Makes the executor; threads start when they are first needed. */
export function createWorkerExecutor(settings: WorkerSettings): WorkerExecutor {
  return new ThreadExecutor(settings)
}

/** Milliseconds a thread has to notice that nobody waits for it, before another takes its place. */
const patience = 20

/** Milliseconds threads that are told to end have for it. */
const endingTime = 200

const longestTimer = 2 ** 31 - 1

/**
 * Hands jobs to threads, in the order they came.
 *
 * Invariant: no job waits while a thread is idle or may be started.
 */
class ThreadExecutor implements WorkerExecutor, ThreadListener {
  readonly #settings: WorkerSettings
  readonly #slices: TimeSlices
  readonly #timer: DeadlineTimer
  readonly #threads: Set<WorkerThread> = new Set()
  /** Checkpoints that wait for a thread, and reads that do. */
  readonly #urgent: Set<ThreadJob> = new Set()
  readonly #waiting: Set<ThreadJob> = new Set()
  /** All jobs without an answer. */
  readonly #jobs: Set<ThreadJob> = new Set()
  #closed = false
  #drained: (() => void) | undefined
  #finished = 0
  #aborted = 0
  #lost = 0

  constructor(settings: WorkerSettings) {
    this.#settings = settings
    this.#slices = new TimeSlices(settings.clock)
    this.#timer = new DeadlineTimer({ clock: settings.clock, onDue: (now) => this.#review(now), keepAlive: false })
  }

  async read(sql: string, parameters: readonly unknown[], options: WorkerReadOptions = {}): Promise<unknown[]> {
    const { signal, result = 'rows', bigint = false } = options
    try {
      signal?.throwIfAborted()
      requireResult(result)
      const request = {
        kind: 'read',
        sql,
        parameters: sentParameters(parameters, sql),
        result,
        bigint,
        credit: newCredit(),
      } as const
      const rows = await this.#do(new ReadJob(request, this.#slices), this.#waiting, signal)
      this.#finished++
      return rows
    } catch (error) {
      // It was made where the answer came in; the line that asked says more.
      if (isForgeError(error)) Error.captureStackTrace(error, this.read)
      throw error
    }
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
      stuck: threads.filter(({ abandoned }) => abandoned).length,
      queued: this.#waiting.size,
      finished: this.#finished,
      aborted: this.#aborted,
      lost: this.#lost,
    }
  }

  async close({
    deadline,
  }: {
    readonly deadline: number
  }): Promise<{ readonly refused: number; readonly stuck: number }> {
    this.#closed = true
    await this.#within(
      deadline,
      new Promise<void>((resolve) => {
        this.#drained = resolve
        if (this.#jobs.size === 0) resolve()
      }),
    )
    const refused = this.#jobs.size
    this.#urgent.clear()
    this.#waiting.clear()
    for (const job of this.#jobs) job.fail(closedError())
    this.#timer.clear()
    const ending = [...this.#threads].map((thread) => {
      if (thread.idle) thread.close()
      else thread.terminate()
      return thread.ended
    })
    await this.#within(endingTime, Promise.all(ending))
    return { refused, stuck: this.#threads.size }
  }

  free(thread: WorkerThread): void {
    if (thread.abandoned) thread.close()
    else {
      thread.deadline = this.#settings.clock.now() + this.#settings.idleTimeout
      this.#timer.cover(thread.deadline)
    }
    this.#pump()
  }

  gone(thread: WorkerThread, failure: (() => WorkerFailedError) | undefined): void {
    this.#threads.delete(thread)
    if (failure !== undefined) {
      if (!thread.abandoned) this.#lost++
      thread.job?.fail(failure())
      // What cannot start for one cannot start for the others either.
      if (!thread.ready) for (const job of [...this.#urgent, ...this.#waiting]) this.#leave(job, failure())
    }
    this.#pump()
  }

  async #do<T>(
    job: ThreadJob & { readonly answer: Promise<T> },
    line: Set<ThreadJob>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    if (this.#closed) throw closedError()
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
      if (this.#jobs.size === 0) this.#drained?.()
    }
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

  /** Gives jobs to threads, and lets the process stay for as long as somebody waits. */
  #pump(): void {
    for (const line of [this.#urgent, this.#waiting]) {
      for (const job of line) {
        const thread = this.#idle() ?? (this.#mayStart() ? this.#start() : undefined)
        if (thread === undefined) break
        line.delete(job)
        thread.deadline = Number.POSITIVE_INFINITY
        thread.run(job)
      }
    }
    for (const thread of this.#threads) thread.keepAlive(this.#jobs.size > 0)
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
    for (const { abandoned } of this.#threads) if (!abandoned) counted++
    return counted < maxThreads && this.#threads.size < maxThreads * 2
  }

  #start(): WorkerThread {
    const thread = new WorkerThread(this.#settings, this)
    this.#threads.add(thread)
    return thread
  }

  /** Ends what was idle for long, and gives up on what does not notice that nobody waits for it. */
  #review(now: number): number {
    for (const thread of this.#threads) {
      if (thread.deadline > now) continue
      thread.deadline = Number.POSITIVE_INFINITY
      if (thread.idle) thread.close()
      else if (thread.job?.settled === true) {
        thread.abandon()
        this.#lost++
      }
    }
    this.#pump()
    return Math.min(...[...this.#threads].map(({ deadline }) => deadline))
  }

  async #within(milliseconds: number, work: Promise<unknown>): Promise<void> {
    const { clock } = this.#settings
    let timer: unknown
    const passed = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, Math.min(milliseconds, longestTimer))
    })
    await Promise.race([work, passed])
    clock.clearTimeout(timer)
  }

  #fullError(): WorkerFullError {
    const { maxQueue, maxThreads } = this.#settings
    return new WorkerFullError(`${this.#waiting.size} reads wait for a thread already`, {
      hint: 'Read less at a time, or raise worker.maxQueue or worker.maxThreads',
      details: { maxQueue, maxThreads, stuck: this.stats().stuck },
    })
  }
}

function closedError(): PoolClosedError {
  return new PoolClosedError('The pool is closed', { hint: 'Open a new pool' })
}

function requireResult(result: ResultMode): void {
  if (['rows', 'raw', 'pluck'].includes(result)) return
  throw new PoolOptionsError(`The result of a read is 'rows', 'raw' or 'pluck', not ${String(result)}`, {
    hint: `Leave out result for rows as objects`,
    details: { option: 'result' },
  })
}
