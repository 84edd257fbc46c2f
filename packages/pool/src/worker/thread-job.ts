import type { TimeSlices } from './time-slices.ts'
import { unpackRows } from './unpack-rows.ts'
import {
  type CheckpointCounts,
  type CheckpointRequest,
  type Credit,
  type ReadRequest,
  stopped,
  type ThreadReply,
} from './worker-protocol.ts'
import { receiveError } from './sent-error.ts'

/** One thing that is asked of a thread, from the call to its answer. */
export interface ThreadJob {
  readonly request: ReadRequest | CheckpointRequest
  /** Whether the caller has its answer. */
  readonly settled: boolean
  /** Takes an answer of the thread. */
  take(reply: ThreadReply): void
  /** Ends the call with an error, and lets the thread know that nobody waits any more. */
  fail(error: unknown): void
}

/** Whether `reply` is the last one to a request. */
export function endsRequest(reply: ThreadReply): boolean {
  return reply.kind === 'rows' ? reply.last : reply.kind !== 'ready'
}

/** A number both threads see, at its start. */
export function newCredit(): Credit {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
}

abstract class Job<T> implements ThreadJob {
  abstract readonly request: ThreadJob['request']
  readonly answer: Promise<T>
  readonly #resolve: (value: T) => void
  readonly #reject: (error: unknown) => void
  #settled = false

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.answer = promise
    this.#resolve = resolve
    this.#reject = reject
  }

  get settled(): boolean {
    return this.#settled
  }

  take(reply: ThreadReply): void {
    if (this.#settled) return
    if (reply.kind === 'failed') {
      const { request } = this
      this.fail(receiveError(reply.error, request.kind === 'read' ? request.sql : undefined))
    } else this.receive(reply)
  }

  fail(error: unknown): void {
    if (this.#settled) return
    this.#settled = true
    const { credit } = this.request
    Atomics.store(credit, 0, stopped)
    Atomics.notify(credit, 0)
    this.#reject(error)
  }

  protected succeed(value: T): void {
    this.#settled = true
    this.#resolve(value)
  }

  protected abstract receive(reply: ThreadReply): void
}

/** A read, whose rows are unpacked as they come in. */
export class ReadJob extends Job<unknown[]> {
  readonly request: ReadRequest
  readonly #slices: TimeSlices
  readonly #rows: unknown[] = []
  #names: readonly string[] = []

  constructor(request: ReadRequest, slices: TimeSlices) {
    super()
    this.request = request
    this.#slices = slices
  }

  protected receive(reply: ThreadReply): void {
    if (reply.kind !== 'rows') return
    if (reply.names !== undefined) this.#names = reply.names
    this.#slices.add(() => {
      if (this.settled) return
      const { result, credit } = this.request
      unpackRows(reply.rows, result, this.#names, this.#rows)
      if (reply.last) this.succeed(this.#rows)
      else {
        Atomics.add(credit, 0, 1)
        Atomics.notify(credit, 0)
      }
    })
  }
}

/** A checkpoint. */
export class CheckpointJob extends Job<CheckpointCounts> {
  readonly request: CheckpointRequest

  constructor(request: CheckpointRequest) {
    super()
    this.request = request
  }

  protected receive(reply: ThreadReply): void {
    if (reply.kind === 'checkpointed') this.succeed(reply.counts)
  }
}
