import { Worker } from 'node:worker_threads'
import { endsRequest, type ThreadJob } from './thread-job.ts'
import { WorkerFailedError } from './worker-errors.ts'
import type { WorkerSettings } from './worker-settings.ts'
import type { ThreadReply, ThreadRequest } from './worker-protocol.ts'

/** What a thread tells whoever started it. */
export interface ThreadListener {
  /** Its job has its last answer. */
  free(thread: WorkerThread): void
  /** It has ended; `failure` makes the error that says why, and is absent where it was told to. */
  gone(thread: WorkerThread, failure: (() => WorkerFailedError) | undefined): void
}

/** One thread and the job it is at. */
export class WorkerThread {
  readonly ended: Promise<void>
  /** When it is to be looked at: it is idle for too long then, or has not noticed that nobody waits for it. */
  deadline: number = Number.POSITIVE_INFINITY
  readonly #worker: Worker
  #job: ThreadJob | undefined
  #ready = false
  #closing = false
  #leaving = false

  constructor(settings: WorkerSettings, listener: ThreadListener) {
    const { module, setup, maxMemoryMb } = settings
    const worker = new Worker(module, {
      name: 'forge-pool',
      workerData: setup,
      ...(maxMemoryMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb } }),
    })
    this.#worker = worker
    let cause: unknown
    worker.on('message', (reply: ThreadReply) => this.#take(reply, listener))
    worker.on('messageerror', (error) => {
      cause = error
      void worker.terminate()
    })
    worker.on('error', (error) => {
      cause = error
    })
    this.ended = new Promise((resolve) => {
      worker.on('exit', (exitCode) => {
        listener.gone(this, this.#closing ? undefined : () => this.#failure(settings, exitCode, cause))
        resolve()
      })
    })
  }

  /** What it is at, be it that nobody waits for it any more. */
  get job(): ThreadJob | undefined {
    return this.#job
  }

  /** Whether it takes no other job after the one it is at. */
  get leaving(): boolean {
    return this.#leaving
  }

  /** Whether it can take a job. */
  get idle(): boolean {
    return this.#job === undefined && !this.#closing
  }

  /** Whether it has run at all. */
  get ready(): boolean {
    return this.#ready
  }

  /** `file` is the identity of the file that the job is about. */
  run(job: ThreadJob, file: string | undefined): void {
    this.#job = job
    this.#send({ kind: 'run', job: job.request, file })
  }

  /** Says whether the process has to stay for this thread. */
  keepAlive(alive: boolean): void {
    if (alive) this.#worker.ref()
    else this.#worker.unref()
  }

  /** Gives it no other job: it is to be closed when it is free. */
  leave(): void {
    this.#leaving = true
  }

  /** Lets it close its connection and end. */
  close(): void {
    if (this.#closing) return
    this.#closing = true
    this.#send({ kind: 'close' })
  }

  /** Ends it where it is, as soon as it is not inside of SQLite. */
  terminate(): void {
    this.#closing = true
    void this.#worker.terminate()
    this.#worker.unref()
  }

  #send(request: ThreadRequest): void {
    this.#worker.postMessage(request, [])
  }

  #take(reply: ThreadReply, listener: ThreadListener): void {
    const job = this.#job
    if (reply.kind === 'ready') this.#ready = true
    if (reply.kind === 'ready' || job === undefined) return
    job.take(reply)
    if (!endsRequest(reply)) return
    this.#job = undefined
    listener.free(this)
  }

  #failure(settings: WorkerSettings, exitCode: number, cause: unknown): WorkerFailedError {
    const { driver } = settings.setup
    const details = { exitCode, driver, module: settings.module.href, ...memberOf('code', cause) }
    const said = cause instanceof Error ? `: ${cause.message}` : ''
    if (!this.#ready) {
      return new WorkerFailedError(`A thread of the pool could not start${said}`, {
        hint: 'In a program that is bundled, give worker.module the URL of a copy of @forge/pool/worker',
        details,
        cause,
      })
    }
    return new WorkerFailedError(`A thread of the pool ended with code ${exitCode} while it read${said}`, {
      hint: 'Another thread takes its place; a read that needs more memory than worker.maxMemoryMb ends its thread each time',
      details,
      cause,
    })
  }
}

function memberOf(name: 'code', value: unknown): { readonly code?: string } {
  return value instanceof Error && name in value && typeof value.code === 'string' ? { code: value.code } : {}
}
