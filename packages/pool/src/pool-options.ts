import { type Clock, systemClock } from './clock.ts'
import { PoolOptionsError } from './pool-errors.ts'
import type { ConnectionRole, SqliteConnection } from './sqlite-connection.ts'
import { type WalOptions, type WalSettings, walSettings } from './wal-options.ts'
import type { WorkerOptions } from './worker/worker-options.ts'
import { type WorkerSettings, workerSettings } from './worker/worker-settings.ts'

/** How a pool opens and shares the connections of one database file. */
export interface PoolOptions<C extends SqliteConnection> {
  /**
   * Opens one connection, for instance `() => new Database('graph.db')`.
   *
   * It is called with `'writer'` first, so that readers find the file; where `maxConnections` is 1 or `readOnly` is
   * set, it is only ever called with `'writer'` or `'reader'` respectively. All connections must lead to one file.
   */
  readonly open: (role: ConnectionRole) => C
  /** What errors and events call the pool. Default: the name of the database file. */
  readonly name?: string
  /** One writer and the rest readers; with 1 the writer serves reads too. Default 4. */
  readonly maxConnections?: number
  /** Milliseconds an `acquire` waits for a free connection. Default 30 000. */
  readonly acquireTimeout?: number
  /** Milliseconds an operation is tried again while another connection holds a lock. Default 30 000. */
  readonly busyDeadline?: number
  /**
   * Milliseconds a reader may be unused before it is closed; the writer stays, and so does a database in memory.
   * Default 60 000; `Infinity`: for ever.
   */
  readonly idleTimeout?: number
  /**
   * Milliseconds after which a connection is closed when it comes back; a database in memory, which would be gone with
   * its connection, lives on. Default `Infinity`: never.
   */
  readonly maxLifetime?: number
  /** Milliseconds a connection may be unused before it is checked when it is lent again. Default 5 000. */
  readonly healthCheckAfter?: number
  /**
   * Milliseconds a lease may be held before it is reported, with the stack of its `acquire`. Default `Infinity`: never,
   * since to note the stack takes several times as long as to acquire.
   */
  readonly leakThreshold?: number
  /** Page cache of each connection in KiB, filled as it is used. Default 16 384. */
  readonly cacheSizeKiB?: number
  /** `NORMAL` (the default) may lose the last transactions in a power cut, `FULL` none; `OFF` may lose the file. */
  readonly synchronous?: 'NORMAL' | 'FULL' | 'OFF'
  /** Open readers only, and leave the journal mode as it is. Default false. */
  readonly readOnly?: boolean
  /** When the WAL is moved into the database file, and what is done about readers in the way. */
  readonly wal?: WalOptions
  /** Threads for `readInWorker` and for checkpoints. Default: none. */
  readonly worker?: WorkerOptions
  /** Default: the clock and the timers of the process. */
  readonly clock?: Clock
  /** A number from 0 up to 1, for the jitter of retries. Default `Math.random`. */
  readonly random?: () => number
}

/** The options of a pool with every default filled in. */
export interface PoolSettings<C extends SqliteConnection> extends Required<
  Omit<PoolOptions<C>, 'name' | 'wal' | 'worker'>
> {
  readonly wal: WalSettings
  readonly worker: WorkerSettings | undefined
  readonly name: string | undefined
}

/** Fills in the defaults and refuses values that cannot work. */
export function poolSettings<C extends SqliteConnection>(options: PoolOptions<C>): PoolSettings<C> {
  if (typeof options?.open !== 'function') refuse('open', 'a function that opens a connection', options?.open)
  requireObject('wal', options.wal)
  requireObject('worker', options.worker)
  requireClock(options.clock)
  if (options.random !== undefined && typeof options.random !== 'function') {
    refuse('random', 'a function that returns a number', options.random)
  }
  const settings: PoolSettings<C> = {
    open: options.open,
    name: options.name,
    maxConnections: options.maxConnections ?? 4,
    acquireTimeout: options.acquireTimeout ?? 30_000,
    busyDeadline: options.busyDeadline ?? 30_000,
    idleTimeout: options.idleTimeout ?? 60_000,
    maxLifetime: options.maxLifetime ?? Number.POSITIVE_INFINITY,
    healthCheckAfter: options.healthCheckAfter ?? 5_000,
    leakThreshold: options.leakThreshold ?? Number.POSITIVE_INFINITY,
    cacheSizeKiB: options.cacheSizeKiB ?? 16_384,
    synchronous: options.synchronous ?? 'NORMAL',
    readOnly: options.readOnly ?? false,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    wal: walSettings(options.wal),
    worker: undefined,
  }
  requireInteger('maxConnections', settings.maxConnections, 1)
  requireInteger('cacheSizeKiB', settings.cacheSizeKiB, 1)
  requireMilliseconds('acquireTimeout', settings.acquireTimeout)
  requireMilliseconds('busyDeadline', settings.busyDeadline)
  requireMilliseconds('idleTimeout', settings.idleTimeout)
  requireMilliseconds('maxLifetime', settings.maxLifetime)
  requireMilliseconds('healthCheckAfter', settings.healthCheckAfter)
  requireMilliseconds('leakThreshold', settings.leakThreshold)
  if (settings.name !== undefined && typeof settings.name !== 'string') refuse('name', 'a text', settings.name)
  if (typeof settings.readOnly !== 'boolean') refuse('readOnly', 'true or false', settings.readOnly)
  if (!['NORMAL', 'FULL', 'OFF'].includes(settings.synchronous)) {
    refuse('synchronous', `'NORMAL', 'FULL' or 'OFF'`, settings.synchronous)
  }
  return options.worker === undefined ? settings : { ...settings, worker: workerSettings(options.worker, settings) }
}

/** Throws `FORGE_POOL_OPTIONS` unless `value` is a length of time in milliseconds. */
export function requireMilliseconds(name: string, value: number): void {
  if (typeof value !== 'number' || !(value >= 0)) refuse(name, 'a number of milliseconds, 0 or more', value)
}

function requireObject(name: string, value: object | undefined): void {
  if (value !== undefined && (typeof value !== 'object' || value === null)) refuse(name, 'an object', value)
}

const clockMethods = ['now', 'setTimeout', 'clearTimeout', 'keepAlive', 'setImmediate'] as const

function requireClock(clock: Clock | undefined): void {
  requireObject('clock', clock)
  const missing = clockMethods.find((method) => clock !== undefined && typeof clock[method] !== 'function')
  if (missing !== undefined) refuse('clock', `an object with the method ${missing}`, clock)
}

function requireInteger(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) refuse(name, `an integer, ${least} or more`, value)
}

function refuse(name: string, wanted: string, value: unknown): never {
  throw new PoolOptionsError(`The option ${name} must be ${wanted}, not ${String(value)}`, {
    hint: `Correct or leave out ${name}`,
    details: { option: name },
  })
}
