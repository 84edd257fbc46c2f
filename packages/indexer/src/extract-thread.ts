import { Worker } from 'node:worker_threads'
import type { ExtractReply, ExtractRequest, ExtractTask, ExtractWorkerData } from './extract-protocol.ts'

/**
 * Syntax trees die young; a small nursery collects them before they take memory. Peak of `effect` (524 k lines): 655 MB with the
 * default, 516 MB with 32 MB, 476 MB with 8 MB, at the same processor time.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 8 }

/** Milliseconds a thread has to end by itself: it is at one file at most, and the largest take less. */
const endWithin = 5_000

/** What a thread tells, until it is told to end. */
export interface ExtractThreadEvents {
  readonly onReply: (reply: ExtractReply) => void
  /** It died. */
  readonly onDeath: (cause: unknown) => void
}

/** One worker thread. */
export class ExtractThread {
  readonly #worker: Worker
  readonly #ending = new Int32Array(new SharedArrayBuffer(4))
  readonly #exited: Promise<void>
  #ended: Promise<void> | undefined

  constructor(module: URL, { onReply, onDeath }: ExtractThreadEvents) {
    const worker = new Worker(module, {
      resourceLimits,
      workerData: { ending: this.#ending } satisfies ExtractWorkerData,
    })
    this.#worker = worker
    let failure: unknown
    worker.on('message', (reply: ExtractReply) => {
      if (this.#ended === undefined) onReply(reply)
    })
    worker.on('messageerror', (error) => {
      failure = error
      void worker.terminate()
    })
    // Without a listener, even an error on the way out would be thrown.
    worker.on('error', (error) => {
      failure = error
    })
    this.#exited = new Promise((resolve) => {
      worker.on('exit', (code) => {
        resolve()
        if (this.#ended === undefined) onDeath(failure ?? new Error(`The worker ended with code ${code}`))
      })
    })
  }

  extract(tasks: readonly ExtractTask[], maxFileSize: number): void {
    this.#worker.ref()
    this.#worker.postMessage({ kind: 'extract', tasks, maxFileSize } satisfies ExtractRequest, [])
  }

  /** Lets the process end while this thread has nothing to do. */
  rest(): void {
    this.#worker.unref()
  }

  /**
   * Ends the thread; done when it is gone.
   *
   * Invariant: a thread ends by itself, from its own event loop, also where it still loads its modules or has much left to do.
   * Native code is not prepared for a thread that is terminated under it, so that is left for one that is stuck.
   */
  end(): Promise<void> {
    this.#ended ??= this.#end()
    return this.#ended
  }

  async #end(): Promise<void> {
    Atomics.store(this.#ending, 0, 1)
    this.#worker.ref()
    this.#worker.postMessage({ kind: 'end' } satisfies ExtractRequest, [])
    const stuck = setTimeout(() => void this.#worker.terminate(), endWithin)
    await this.#exited
    clearTimeout(stuck)
  }
}
