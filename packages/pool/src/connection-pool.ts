import { isForgeError } from '@forge/errors'
import { ConnectionGroup } from './connection-group.ts'
import { mapDriverError } from './driver-error.ts'
import { ConnectionLease, type Lease } from './lease.ts'
import { openConnection } from './open-connection.ts'
import type { AcquireOptions, Pool, PoolStats, RetryOptions } from './pool.ts'
import {
  PoolClosedError,
  PoolDrainError,
  PoolOptionsError,
  PoolReadOnlyError,
  PoolTimeoutError,
} from './pool-errors.ts'
import { type PoolSettings, requireMilliseconds } from './pool-options.ts'
import { retryBusy } from './retry-busy.ts'
import type { ConnectionRole, SqliteConnection } from './sqlite-connection.ts'
import { Waiter } from './waiter-queue.ts'

const longestTimer = 2 ** 31 - 1

/** The {@link Pool} over two groups of connections, or over one where the writer serves reads too. */
export class ConnectionPool<C extends SqliteConnection> implements Pool<C> {
  readonly #settings: PoolSettings<C>
  readonly #writer: ConnectionGroup<C>
  readonly #readers: ConnectionGroup<C>
  readonly #closing = new AbortController()
  /** The opening of the writer, while it goes on. */
  #writerOpening: Promise<void> | undefined
  #closed: Promise<void> | undefined
  #drained: (() => void) | undefined
  #busyRetries = 0
  #timeouts = 0

  constructor(settings: PoolSettings<C>) {
    this.#settings = settings
    const onReturn = (group: ConnectionGroup<C>) => this.#settle(group)
    const { maxConnections, readOnly } = settings
    this.#writer = new ConnectionGroup('writer', readOnly ? 0 : 1, onReturn)
    const shared = maxConnections === 1 && !readOnly
    this.#readers = shared ? this.#writer : new ConnectionGroup('reader', maxConnections - this.#writer.max, onReturn)
  }

  get readOnly(): boolean {
    return this.#settings.readOnly
  }

  acquire(role: ConnectionRole, options?: AcquireOptions): Promise<Lease<C>> {
    try {
      options?.signal?.throwIfAborted()
      const lease = this.#take(role, this.acquire)
      if (lease !== undefined) return Promise.resolve(lease)
      return this.#wait(role === 'writer' ? this.#writer : this.#readers, options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  tryAcquire(role: ConnectionRole): Lease<C> | undefined {
    return this.#take(role, this.tryAcquire)
  }

  #take(role: ConnectionRole, callSite: (...args: never[]) => unknown): Lease<C> | undefined {
    if (this.#closed !== undefined) throw this.#closedError(callSite)
    if (role === 'writer' && this.#settings.readOnly) {
      throw new PoolReadOnlyError('The pool is read-only: it has no writer', {
        hint: 'Open the pool without readOnly to write',
        callSite,
      })
    }
    const group = role === 'writer' ? this.#writer : this.#readers
    if (role !== 'writer' && role !== 'reader') refuseRole(role, callSite)
    const connection = group.take()
    return connection === undefined ? undefined : new ConnectionLease(connection, group)
  }

  write<T>(use: (connection: C) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    return this.#with('writer', use, options)
  }

  read<T>(use: (connection: C) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    return this.#with('reader', use, options)
  }

  async #with<T>(
    role: ConnectionRole,
    use: (connection: C) => T | PromiseLike<T>,
    options: AcquireOptions | undefined,
  ): Promise<T> {
    const lease = await this.acquire(role, options)
    try {
      return await use(lease.connection)
    } finally {
      lease.release()
    }
  }

  async retryBusy<T>(attempt: () => T, options: RetryOptions = {}): Promise<T> {
    const { clock, random, busyDeadline } = this.#settings
    const { signal, ...context } = options
    try {
      return await retryBusy(attempt, {
        clock,
        random,
        deadline: busyDeadline,
        signal,
        onRetry: this.#countRetry,
      })
    } catch (error) {
      throw mapDriverError(error, { ...context, callSite: this.retryBusy })
    }
  }

  stats(): PoolStats {
    const groups = this.#groups()
    const sum = (count: (group: ConnectionGroup<C>) => number) =>
      groups.reduce((total, group) => total + count(group), 0)
    const open = sum((group) => group.open.size)
    const idle = sum((group) => group.idle)
    return {
      max: this.#settings.maxConnections,
      open,
      idle,
      leased: open - idle,
      waiting: sum((group) => group.waiters.size),
      busyRetries: this.#busyRetries,
      timeouts: this.#timeouts,
    }
  }

  async close(options: { readonly deadline?: number } = {}): Promise<void> {
    const deadline = options.deadline ?? 10_000
    requireMilliseconds('deadline', deadline)
    this.#closed ??= this.#drain(deadline)
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #wait(group: ConnectionGroup<C>, options: AcquireOptions = {}): Promise<Lease<C>> {
    const { clock } = this.#settings
    const timeout = options.timeout ?? this.#settings.acquireTimeout
    requireMilliseconds('timeout', timeout)
    const timedOut = Symbol('timed out')
    let timer: unknown
    let abort: (() => void) | undefined
    try {
      const arrival = new Promise<C>((resolve, reject) => {
        const waiter = new Waiter(resolve, reject)
        const leave = (reason: unknown) => {
          if (group.waiters.remove(waiter)) reject(reason)
          this.#settle(group)
        }
        group.waiters.push(waiter)
        if (timeout <= longestTimer) timer = clock.setTimeout(() => leave(timedOut), timeout)
        abort = () => leave(options.signal?.reason)
        options.signal?.addEventListener('abort', abort, { once: true })
      })
      this.#settle(group)
      return new ConnectionLease(await arrival, group)
    } catch (error) {
      if (error === timedOut) throw this.#timeoutError(group, timeout)
      // The error was made where the connection was opened; the line that asked for it says more.
      if (isForgeError(error)) Error.captureStackTrace(error, this.#wait)
      throw error
    } finally {
      clock.clearTimeout(timer)
      if (abort !== undefined) options.signal?.removeEventListener('abort', abort)
    }
  }

  /** Opens what those who wait are worth, and ends the draining when there is nothing left to wait for. */
  #settle(group: ConnectionGroup<C>): void {
    for (let wanted = group.wanted; wanted > 0; wanted--) {
      group.opening++
      void this.#open(group)
    }
    if (this.#drained !== undefined && this.#groups().every((each) => each.quiet)) this.#drained()
  }

  async #open(group: ConnectionGroup<C>): Promise<void> {
    try {
      // Invariant: the writer is opened first; it makes the file, and turns it to WAL, before a reader looks at it.
      if (this.#writer.max === 1 && this.#writer.open.size === 0) {
        this.#writerOpening ??= this.#openInto(this.#writer).finally(() => (this.#writerOpening = undefined))
        await this.#writerOpening
      }
      if (group !== this.#writer) await this.#openInto(group)
    } catch (error) {
      group.waiters.shift()?.reject(error)
    } finally {
      group.opening--
      this.#settle(group)
    }
  }

  async #openInto(group: ConnectionGroup<C>): Promise<void> {
    const connection = await openConnection(group.role, this.#settings, {
      signal: this.#closing.signal,
      onRetry: this.#countRetry,
    })
    if (this.#closing.signal.aborted) {
      connection.close()
      throw this.#closedError(this.#openInto)
    }
    group.open.add(connection)
    group.give(connection)
  }

  async #drain(deadline: number): Promise<void> {
    const { clock } = this.#settings
    let timer: unknown
    await new Promise<void>((resolve) => {
      this.#drained = resolve
      if (deadline <= longestTimer) timer = clock.setTimeout(resolve, deadline)
      this.#settle(this.#readers)
    })
    clock.clearTimeout(timer)
    const { leased, waiting } = this.stats()
    this.#closing.abort(this.#closedError(this.#drain))
    for (const group of this.#groups()) group.turnAway(() => this.#closedError(this.#drain))
    // Readers first: the last to close, which should be the writer, moves the WAL into the file.
    const errors = this.#groups().flatMap((group) => group.closeAll())
    if (leased + waiting + errors.length === 0) return
    throw new PoolDrainError(
      `The pool was closed with ${leased} connections in use and ${waiting} calls waiting; ${errors.length} did not close`,
      {
        hint: 'Release every lease and end every iteration before closing, or allow a longer deadline',
        details: { leased, waiting, notClosed: errors.length },
        ...(errors.length === 0 ? {} : { cause: errors[0] }),
      },
    )
  }

  #groups(): readonly ConnectionGroup<C>[] {
    return this.#readers === this.#writer ? [this.#writer] : [this.#readers, this.#writer]
  }

  readonly #countRetry = (): void => {
    this.#busyRetries++
  }

  #closedError(callSite: (...args: never[]) => unknown): PoolClosedError {
    return new PoolClosedError('The pool is closed', { hint: 'Open a new pool', callSite })
  }

  #timeoutError(group: ConnectionGroup<C>, timeout: number): PoolTimeoutError {
    this.#timeouts++
    return new PoolTimeoutError(`No ${group.role} came free within ${timeout} ms`, {
      hint:
        'Release leases sooner or allow more time; inside a transaction use the transaction, ' +
        'since what waits for its own connection waits for ever',
      details: { role: group.role, timeout, open: group.open.size, waiting: group.waiters.size },
      callSite: this.#wait,
    })
  }
}

function refuseRole(role: never, callSite: (...args: never[]) => unknown): never {
  throw new PoolOptionsError(`A connection has the role 'writer' or 'reader', not ${String(role)}`, {
    hint: `Acquire 'writer' to write and 'reader' to read`,
    details: { option: 'role' },
    callSite,
  })
}
