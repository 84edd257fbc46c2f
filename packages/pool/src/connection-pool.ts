import { isForgeError, startStackAt } from '@forge/errors'
import { AcquireSite } from './acquire-site.ts'
import { type CheckpointMode, type CheckpointResult, requireCheckpointMode } from './checkpoint.ts'
import { ConnectionGroup, type GroupOwner } from './connection-group.ts'
import { ConnectionSupply } from './connection-supply.ts'
import { mapDriverError } from './driver-error.ts'
import { EventLoopTurn } from './event-loop-turn.ts'
import {
  executeOnPool,
  executeText,
  type ExecuteOptions,
  type ExecuteWork,
  requireList,
  type StatementOptions,
} from './execute.ts'
import { ConnectionLease, type Lease, readerEnded } from './lease.ts'
import { LeakWatch } from './leak-watch.ts'
import type { AcquireOptions, Pool, PoolStats, RetryOptions } from './pool.ts'
import { PoolDrainError } from './pool-errors.ts'
import { PoolEvents } from './pool-events.ts'
import { type PoolSettings, requireMilliseconds } from './pool-options.ts'
import { connectionSnapshot, lineSnapshot, type PoolSnapshot } from './pool-snapshot.ts'
import { walCareOf } from './pool-wal-care.ts'
import type { PooledConnection } from './pooled-connection.ts'
import { Reaper } from './reaper.ts'
import { retryBusy } from './retry-busy.ts'
import { beginTransaction, runTransaction } from './run-transaction.ts'
import type { ConnectionRole, SqliteConnection, SqliteRunResult } from './sqlite-connection.ts'
import { refuseTransactionControl } from './statement-text.ts'
import { type TaskScope, TaskScopes } from './task-scope.ts'
import type { BeginOptions, OpenTransaction, TransactionBody, TransactionOptions } from './transaction.ts'
import type { WalCare } from './wal-care.ts'
import { WaitTimes } from './wait-times.ts'
import { Waiter } from './waiter-queue.ts'
import {
  closedError,
  closesFromInside,
  deadlockError,
  readOnlyError,
  timeoutError,
  withCaller,
  wrongBody,
  wrongRole,
} from './waiting-errors.ts'
import { PoolWorker } from './worker/pool-worker.ts'
import { NoWorkerError } from './worker/worker-errors.ts'
import type { WorkerReadOptions } from './worker/worker-options.ts'

const longestTimer = 2 ** 31 - 1

type CallSite = (...args: never[]) => unknown

/** The {@link Pool} over two groups of connections, or over one where the writer serves reads too. */
export class ConnectionPool<C extends SqliteConnection> implements Pool<C> {
  readonly settings: PoolSettings<C>
  readonly writer: ConnectionGroup<C>
  /** The same as `writer` where the pool has one connection only. */
  readonly readers: ConnectionGroup<C>
  readonly events: PoolEvents
  /** Which leases the task at hand holds. */
  readonly scopes: TaskScopes<C> = new TaskScopes()
  readonly counts: { busyRetries: number; restarts: number; timeouts: number } = {
    busyRetries: 0,
    restarts: 0,
    timeouts: 0,
  }
  /** The threads, where the pool has them. */
  readonly worker: PoolWorker | undefined
  readonly #turn: EventLoopTurn
  readonly #supply: ConnectionSupply<C>
  readonly #wal: WalCare<ConnectionLease<C>>
  readonly #reaper: Reaper | undefined
  readonly #leaks: LeakWatch<C> | undefined
  readonly #waits = new WaitTimes()
  #longestLease = 0
  #closed: Promise<void> | undefined
  #drained: (() => void) | undefined

  constructor(settings: PoolSettings<C>) {
    this.settings = settings
    this.events = new PoolEvents(() => this.name)
    const { maxConnections, readOnly, clock, leakThreshold, idleTimeout } = settings
    this.#turn = new EventLoopTurn(clock)
    const groupSettings = { ...settings, turn: this.#turn }
    const owner = this.#groupOwner()
    this.writer = new ConnectionGroup('writer', readOnly ? 0 : 1, groupSettings, owner)
    this.readers =
      maxConnections === 1 && !readOnly
        ? this.writer
        : new ConnectionGroup('reader', maxConnections - this.writer.max, groupSettings, owner)
    this.#supply = new ConnectionSupply({
      settings,
      writer: this.writer,
      readers: this.readers,
      events: this.events,
      onRetry: this.noteBusy,
      onChanged: owner.changed,
      onMoved: settings.worker && (() => this.worker?.moved() ?? Promise.resolve()),
      openElsewhere: () => this.worker?.open ?? false,
    })
    this.worker =
      settings.worker &&
      new PoolWorker({
        settings: settings.worker,
        file: () => this.#supply.file.identity,
        opened: () => this.writer.open.size + this.readers.open.size > 0,
        open: (options, then) => this.scoped(readOnly ? 'reader' : 'writer', options, this.readInWorker, then),
        closed: () => this.#supply.forgetUnlessOpen(),
        requireFile: () => this.#supply.requireFile(this.readInWorker),
      })
    this.#wal = walCareOf(this)
    if (this.readers !== this.writer && idleTimeout < Number.POSITIVE_INFINITY) {
      this.#reaper = new Reaper(this.readers, { clock, idleTimeout })
    }
    if (leakThreshold < Number.POSITIVE_INFINITY) {
      this.#leaks = new LeakWatch({
        clock,
        threshold: leakThreshold,
        leases: () => this.leases(),
        report: ({ role, site }, heldMs) => this.events.publish('leak', { role, heldMs, stack: site?.frames }),
      })
    }
  }

  get name(): string {
    return this.settings.name ?? this.#supply.file.name ?? 'pool'
  }

  get readOnly(): boolean {
    return this.settings.readOnly
  }

  acquire(role: ConnectionRole, options?: AcquireOptions): Promise<Lease<C>> {
    if (options?.enter !== true) return this.lend(role, options, this.acquire)
    const entered = this.scopes.enter()
    try {
      const lent = this.#obtain(role, options, this.acquire)
      return lent instanceof ConnectionLease ? Promise.resolve(entered(lent)) : lent.then(entered)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** {@link Pool.acquire} for a method of the pool, whose caller is told what is wrong. */
  lend(role: ConnectionRole, options: AcquireOptions | undefined, callSite: CallSite): Promise<ConnectionLease<C>> {
    try {
      return Promise.resolve(this.#obtain(role, options, callSite))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #obtain(
    role: ConnectionRole,
    options: AcquireOptions | undefined,
    callSite: CallSite,
  ): ConnectionLease<C> | Promise<ConnectionLease<C>> {
    options?.signal?.throwIfAborted()
    return this.take(role, callSite) ?? this.#wait(role, options, callSite)
  }

  tryAcquire(role: ConnectionRole): Lease<C> | undefined {
    // There is nothing to wait for: it gets what is free also when the turn is over.
    return this.take(role, this.tryAcquire, true)
  }

  /** {@link Pool.tryAcquire} for a method of the pool, whose caller is told what is wrong, and waits where there is none. */
  take(role: ConnectionRole, callSite: CallSite, atOnce = false): ConnectionLease<C> | undefined {
    if (this.#closed !== undefined) throw closedError(callSite)
    const group = role === 'writer' ? this.writer : this.readers
    if (role !== 'reader' && role !== 'writer') throw wrongRole(role, callSite)
    if (group.max === 0) throw readOnlyError(callSite)
    const now = this.settings.clock.now()
    this.#supply.requireFileNowAndThen(now, callSite)
    if (!atOnce && this.#turn.isOver(now)) return undefined
    const lease = group.take(now)
    if (lease === undefined) return undefined
    if (this.#leaks !== undefined) lease.site = new AcquireSite(callSite)
    this.#noteLent(lease, 0)
    return lease
  }

  write<T>(use: (connection: C) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    if (typeof use !== 'function') return Promise.reject(wrongBody(use, this.write))
    return this.scoped('writer', options, this.write, ({ lease }) => use(lease.connection))
  }

  read<T>(use: (connection: C) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    if (typeof use !== 'function') return Promise.reject(wrongBody(use, this.read))
    return this.scoped('reader', options, this.read, ({ lease }) => use(lease.connection))
  }

  /**
   * Runs `body` with a lease of its own, in a scope that those it calls find it by, and releases it.
   *
   * What `body` committed is acknowledged only if it went to the file that is found under its path.
   */
  async scoped<T>(
    role: ConnectionRole,
    options: AcquireOptions | undefined,
    callSite: CallSite,
    body: (scope: TaskScope<C>) => T | PromiseLike<T>,
  ): Promise<T> {
    const site = this.#worthASite(role) ? new AcquireSite(callSite) : undefined
    const lent = this.#obtain(role, options, callSite)
    const lease = lent instanceof ConnectionLease ? lent : await withCaller(lent, this.scoped)
    lease.site ??= site
    let failure: unknown
    try {
      const result = await this.scopes.run(lease, body)
      failure = lease.role === 'writer' ? this.#supply.movedUnder(lease) : undefined
      if (failure === undefined) return result
    } catch (cause) {
      if (lease.endedAfter === undefined) throw cause
      failure = readerEnded(lease.endedAfter, { cause, callSite: this.scoped })
    } finally {
      lease.release()
    }
    return await withCaller(Promise.reject(failure), this.scoped)
  }

  transaction<T>(body: TransactionBody<C, T>, options: TransactionOptions = {}): Promise<T> {
    return runTransaction(this, body, options, options.callSite ?? this.transaction)
  }

  begin(options: BeginOptions<C> = {}): Promise<OpenTransaction<C>> {
    return beginTransaction(this, options, options.callSite ?? this.begin)
  }

  all(sql: string, parameters: readonly unknown[] = [], options?: StatementOptions): Promise<unknown[]> {
    return executeText(this, { sql, parameters, method: 'all' }, { ...options, callSite: this.all })
  }

  get(sql: string, parameters: readonly unknown[] = [], options?: StatementOptions): Promise<unknown> {
    return executeText(this, { sql, parameters, method: 'get' }, { ...options, callSite: this.get })
  }

  run(sql: string, parameters: readonly unknown[] = [], options?: StatementOptions): Promise<SqliteRunResult> {
    return executeText(this, { sql, parameters, method: 'run' }, { ...options, callSite: this.run })
  }

  execute<T>(role: ConnectionRole, work: ExecuteWork<C, T>, options: ExecuteOptions<C> = {}): Promise<T> {
    return executeOnPool(this, role, work, options)
  }

  readInWorker(sql: string, parameters: readonly unknown[] = [], options?: WorkerReadOptions): Promise<unknown[]> {
    if (this.worker === undefined) {
      const hint = `Make the pool with worker: { driver: import.meta.resolve('better-sqlite3'), file }`
      return Promise.reject(
        new NoWorkerError('The pool has no threads for reads', { hint, callSite: this.readInWorker }),
      )
    }
    try {
      refuseTransactionControl(sql, this.readInWorker)
      requireList(parameters, this.readInWorker)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.worker.read(sql, parameters, options)
  }

  async checkpoint(
    mode: CheckpointMode = 'passive',
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<CheckpointResult> {
    try {
      requireCheckpointMode(mode)
      return await this.#wal.checkpoint(mode, options.signal)
    } catch (error) {
      if (isForgeError(error)) startStackAt(error, this.checkpoint)
      throw mapDriverError(error, { sql: `pragma wal_checkpoint(${mode})`, callSite: this.checkpoint })
    }
  }

  /**
   * Whether somebody may want to know where a scope acquired its lease: to note it takes longer than to acquire, and
   * one reader of many cannot be what a task waits for in vain.
   */
  #worthASite(role: ConnectionRole): boolean {
    if (this.#leaks !== undefined) return false
    return role === 'writer' || this.readers.max === 1 || this.scopes.current !== undefined
  }

  /** Throws `FORGE_DB_MOVED` when what was committed on `lease` went to a file that is gone. */
  requireFile(lease: ConnectionLease<C>, callSite: CallSite): void {
    const moved = this.#supply.movedUnder(lease)
    if (moved === undefined) return
    startStackAt(moved, callSite)
    throw moved
  }

  async retryBusy<T>(attempt: () => T, options: RetryOptions = {}): Promise<T> {
    const { clock, random, busyDeadline } = this.settings
    const { signal, ...context } = options
    try {
      return await retryBusy(attempt, { clock, random, deadline: busyDeadline, signal, onRetry: this.noteBusy })
    } catch (error) {
      throw mapDriverError(error, { ...context, callSite: this.retryBusy })
    }
  }

  /** Called whenever something that failed on a lock is tried again. */
  readonly noteBusy: () => void = () => {
    this.counts.busyRetries++
    this.events.publish('busy', {})
  }

  /** Called before the body of a transaction runs once more. */
  noteRestart(): void {
    this.counts.restarts++
    this.events.publish('restart', {})
  }

  /** The leases that are held. */
  *leases(): Generator<ConnectionLease<C>, void, undefined> {
    for (const { lease } of this.#connections()) if (lease !== undefined) yield lease
  }

  stats(): PoolStats {
    const groups = this.#groups()
    const sum = (count: (group: ConnectionGroup<C>) => number) =>
      groups.reduce((total, group) => total + count(group), 0)
    const open = sum((group) => group.open.size) + this.#supply.retired.size
    const idle = sum((group) => group.idle)
    const now = this.settings.clock.now()
    return {
      max: this.settings.maxConnections,
      open,
      idle,
      leased: open - idle,
      waiting: sum((group) => group.waiting),
      ...this.counts,
      waits: this.#waits.stats(),
      longestLeaseMs: Math.max(this.#longestLease, ...[...this.leases()].map((lease) => now - lease.since)),
      opened: this.#supply.opened,
      closed: this.#supply.closed,
      wal: this.#wal.stats(),
      ...(this.worker === undefined ? {} : { worker: this.worker.stats() }),
    }
  }

  snapshot(): PoolSnapshot {
    const now = this.settings.clock.now()
    const groups = this.#groups()
    return {
      pool: this.name,
      max: this.settings.maxConnections,
      // An opening is counted for a moment longer than it lasts.
      opening: groups.reduce((total, group) => total + Math.min(group.opening, group.max - group.open.size), 0),
      connections: [...this.#connections()].map((pooled) => connectionSnapshot(pooled, now)),
      waiting: groups.flatMap((group) => lineSnapshot(group, now)),
      ...this.counts,
    }
  }

  async close(options: { readonly deadline?: number } = {}): Promise<void> {
    const deadline = options.deadline ?? 10_000
    requireMilliseconds('deadline', deadline)
    const held = [...this.scopes.held()].map((scope) => scope.lease)
    if (deadline > 0 && held.length > 0) throw closesFromInside(held, this.close)
    this.#closed ??= this.#drain(deadline)
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #wait(role: ConnectionRole, options: AcquireOptions | undefined, callSite: CallSite): Promise<ConnectionLease<C>> {
    const group = role === 'writer' ? this.writer : this.readers
    const timeout = options?.timeout ?? this.settings.acquireTimeout
    requireMilliseconds('timeout', timeout)
    this.#refuseDeadlock(group, callSite)
    const waiter = new Waiter<ConnectionLease<C>>(this.settings.clock.now(), timeout)
    if (this.#leaks !== undefined) waiter.site = new AcquireSite(callSite)
    const signal = options?.signal
    if (signal !== undefined) this.#leaveOnAbort(waiter, group, signal)
    group.wait(waiter)
    this.#settle(group)
    return waiter.promise.catch(group === this.writer ? this.#failWriterWait : this.#failReaderWait)
  }

  #leaveOnAbort(waiter: Waiter<ConnectionLease<C>>, group: ConnectionGroup<C>, signal: AbortSignal): void {
    const abort = () => {
      if (group.leave(waiter)) waiter.reject(signal.reason)
      this.#settle(group)
    }
    signal.addEventListener('abort', abort, { once: true })
    waiter.onLeft = () => signal.removeEventListener('abort', abort)
  }

  readonly #failWriterWait = (reason: unknown): never => this.#failWait(this.writer, reason, this.#failWriterWait)

  readonly #failReaderWait = (reason: unknown): never => this.#failWait(this.readers, reason, this.#failReaderWait)

  #failWait(group: ConnectionGroup<C>, reason: unknown, callSite: CallSite): never {
    if (reason instanceof Waiter) {
      this.counts.timeouts++
      const message = { role: group.role, timeout: reason.timeout }
      const snapshot = this.snapshot()
      this.events.publish('timeout', { ...message, snapshot })
      throw timeoutError(snapshot, message, callSite)
    }
    // The error was made where the connection was opened; the line that asked for it says more.
    if (isForgeError(reason)) startStackAt(reason, callSite)
    throw reason
  }

  #noteLent(lease: ConnectionLease<C>, waitedMs: number): void {
    this.#leaks?.watch(lease)
    if (this.events.observed('acquire')) this.events.publish('acquire', { role: lease.role, waitedMs })
  }

  #groupOwner(): GroupOwner<C> {
    return {
      returned: (pooled, lease, now) => {
        const heldMs = now - lease.since
        if (heldMs > this.#longestLease) this.#longestLease = heldMs
        const { role, connection } = pooled
        if (role === 'writer') this.#wal.afterWrite(connection, now)
        else this.#reaper?.noteReturn(now)
        if (this.events.observed('release')) this.events.publish('release', { role, heldMs })
      },
      changed: (group) => this.#settle(group),
      retiredReturned: (pooled) => {
        this.#supply.closeRetired(pooled)
        for (const group of this.#groups()) this.#settle(group)
      },
      closed: (pooled, reason) => this.#supply.noteClosed(pooled, reason),
      served: (waiter, lease) => {
        const waitedMs = lease.since - waiter.since
        lease.site = waiter.site
        this.#waits.record(waitedMs)
        this.#noteLent(lease, waitedMs)
      },
    }
  }

  /** Has opened what those who wait are worth, and ends the draining when there is nothing left to wait for. */
  #settle(group: ConnectionGroup<C>): void {
    this.#supply.provide(group)
    if (this.#drained === undefined || this.#supply.retired.size > 0) return
    if (this.#groups().every((each) => each.quiet)) this.#drained()
  }

  async #drain(deadline: number): Promise<void> {
    const { clock } = this.settings
    let timer: unknown
    const passed = new Promise<void>((resolve) => {
      if (deadline === 0) resolve()
      else if (deadline <= longestTimer) timer = clock.setTimeout(resolve, deadline)
    })
    const drained = new Promise<void>((resolve) => {
      this.#drained = resolve
      this.#settle(this.readers)
    })
    await Promise.race([passed, Promise.all([drained, this.worker?.drain()])])
    clock.clearTimeout(timer)
    const { leased, waiting } = this.stats()
    this.#supply.end(closedError(this.#drain))
    for (const group of this.#groups()) group.turnAway(() => closedError(this.#drain))
    this.#reaper?.stop()
    this.#leaks?.stop()
    await this.#wal.stop()
    const threads = (await this.worker?.end()) ?? { refused: 0, stuck: 0 }
    const errors = this.#supply.closeAll()
    if (leased + waiting + threads.refused + threads.stuck + errors.length === 0) return
    const left = `${leased} connections in use, ${waiting} calls waiting and ${threads.refused} in threads`
    throw new PoolDrainError(
      `The pool was closed with ${left}; ${errors.length} connections did not close, ${threads.stuck} threads did not end`,
      {
        hint: 'Release every lease and end every iteration before closing, or allow a longer deadline',
        details: {
          leased,
          waiting,
          inThreads: threads.refused,
          stuckThreads: threads.stuck,
          notClosed: errors.length,
        },
        ...(errors.length === 0 ? {} : { cause: errors[0] }),
      },
    )
  }

  #groups(): readonly ConnectionGroup<C>[] {
    return this.readers === this.writer ? [this.writer] : [this.readers, this.writer]
  }

  *#connections(): Generator<PooledConnection<C>, void, undefined> {
    for (const group of this.#groups()) yield* group.open
    yield* this.#supply.retired
  }

  /** Throws when this task would wait for what it holds itself. */
  #refuseDeadlock(group: ConnectionGroup<C>, callSite: CallSite): void {
    const held = [...this.scopes.held()].map((scope) => scope.lease)
    if (held.length === 0) return
    const retired = held.find((lease) => lease.pooled?.state === 'retired')
    if (retired !== undefined) this.requireFile(retired, callSite)
    const own = held.filter((lease) => lease.role === group.role)
    if (own.length < group.max) return
    throw deadlockError(group.role, own, callSite)
  }
}
