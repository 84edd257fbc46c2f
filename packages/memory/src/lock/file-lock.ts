import { AsyncLocalStorage } from 'node:async_hooks'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { invalid, isRecord, requireName } from '../checks.ts'
import { storageError } from '../memory-core.ts'
import type { MemoryDriver } from '../memory-options.ts'
import type { WaitOptions } from '../storage.ts'
import { LockLostError, LockReentryError, LockTimeoutError } from './lock-errors.ts'
import { type LockHolder, LockTable } from './lock-table.ts'
import { type Liveness, livenessOf, type ProcessIdentity, thisProcess } from './process-identity.ts'

/** Which lock. */
export interface FileLockOptions {
  /** The database file of the locks, which holds nothing else. It is made, with its folder, where there is none. */
  readonly path: string
  readonly driver: MemoryDriver
  /** Locks of one file with different names have nothing to do with each other. Default: `default`. */
  readonly name?: string
  /** Milliseconds to wait for the lock. Default 30 000. */
  readonly timeout?: number
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number
  /** A number from 0 up to 1, for the jitter of retries. Default `Math.random`. */
  readonly random?: () => number
  /** Who holds it. Default: this process. */
  readonly process?: ProcessIdentity
  /** Whether a holder still runs. Default: looks for it on this machine. */
  readonly liveness?: (process: ProcessIdentity) => Liveness
}

/** How {@link FileLock.acquire} waits. */
export interface AcquireOptions extends WaitOptions {
  /** Milliseconds; default that of the lock. */
  readonly timeout?: number
}

type CallSite = (...args: never[]) => unknown

/** The most milliseconds between two looks at a lock. */
const longestPause = 50

/** The locks, by file and name, that the code which runs now holds through `withLock`. */
const heldByTask = new AsyncLocalStorage<ReadonlySet<string>>()

/**
 * One lock for many processes, kept in a SQLite database of its own.
 *
 * A holder that dies frees it: the next one to look sees that its process is gone, by process id and time of start. There is no
 * heartbeat, so a holder whose event loop stands still keeps it. Each holder gets a higher fencing token, for what the lock
 * protects to refuse those that come too late.
 */
export class FileLock implements AsyncDisposable {
  /** The file, absolute. */
  readonly path: string
  readonly name: string
  readonly #options: FileLockOptions
  readonly #key: string
  #table: Promise<LockTable> | undefined
  #state: 'free' | 'acquiring' | { readonly token: number } = 'free'

  /** @throws `FORGE_MEMORY_INVALID` */
  constructor(options: FileLockOptions) {
    const callSite = new.target as unknown as () => unknown
    if (!isRecord(options)) throw invalid({ path: 'options', callSite }, 'an object', options)
    const { path, driver, name = 'default', timeout } = options
    if (typeof path !== 'string' || path === '' || path.includes('\0')) {
      throw invalid({ path: 'path', callSite }, 'the path of a file', path)
    }
    if (typeof driver !== 'function') throw invalid({ path: 'driver', callSite }, 'the class of a driver', driver)
    requireTimeout(timeout ?? 0, callSite)
    this.#options = options
    this.path = resolve(path)
    this.name = requireName(name, 200, { path: 'name', callSite })
    this.#key = `${this.path}\0${this.name}`
  }

  /** The fencing token while this object holds the lock. */
  get token(): number | undefined {
    return typeof this.#state === 'object' ? this.#state.token : undefined
  }

  /**
   * Waits for the lock and takes it. Returns its fencing token.
   *
   * @param options milliseconds to wait, or those and a signal
   * @throws `FORGE_MEMORY_LOCK_TIMEOUT`; `FORGE_MEMORY_LOCK_REENTRY` where this object, or a `withLock` around the call, has it
   * already; `FORGE_MEMORY_STORAGE`, `FORGE_MEMORY_INVALID`, the reason of the signal
   */
  async acquire(options: number | AcquireOptions = {}): Promise<number> {
    const waiting = this.#waiting(options, this.acquire)
    if (this.#state !== 'free' || heldByTask.getStore()?.has(this.#key) === true) throw this.#reentry(this.acquire)
    this.#state = 'acquiring'
    try {
      const token = await this.#surfaced(() => this.#claim(waiting), waiting.signal)
      this.#state = { token }
      return token
    } catch (error) {
      this.#state = 'free'
      throw error
    }
  }

  /**
   * Gives the lock back.
   *
   * @throws `FORGE_MEMORY_LOCK_LOST` where this object does not hold it, `FORGE_MEMORY_STORAGE`
   */
  async release(): Promise<void> {
    const { token } = this
    if (token === undefined) throw this.#lost('is not held by this object')
    try {
      await this.#surfaced(() => this.#free(token))
      this.#state = 'free'
    } catch (error) {
      // While the file cannot be asked it may still be held, and be given back later.
      if (error instanceof LockLostError) this.#state = 'free'
      throw error
    }
  }

  /**
   * Calls `body` with the fencing token while it holds the lock. Calls side by side wait for each other; one inside another
   * is refused.
   *
   * @throws what {@link FileLock.acquire}, `body` and {@link FileLock.release} throw
   */
  async withLock<T>(body: (token: number) => T | PromiseLike<T>, options: number | AcquireOptions = {}): Promise<T> {
    const waiting = this.#waiting(options, this.withLock)
    const held = heldByTask.getStore() ?? new Set<string>()
    if (held.has(this.#key)) throw this.#reentry(this.withLock)
    const token = await this.#surfaced(() => this.#claim(waiting), waiting.signal)
    let result: T
    try {
      result = await heldByTask.run(new Set([...held, this.#key]), () => body(token))
    } catch (error) {
      // What went wrong inside says more than that the lock was lost too.
      await this.#free(token).catch(() => undefined)
      throw error
    }
    await this.#surfaced(() => this.#free(token))
    return result
  }

  /** Who holds the lock, if anybody does; a process that is gone still counts. */
  holder(): Promise<LockHolder | undefined> {
    return this.#surfaced(async () => (await (await this.#open()).look(this.name)).holder)
  }

  /**
   * Frees the lock under its holder: for one on another machine of which you know that it is gone.
   *
   * @param token of the holder, see {@link FileLock.holder}
   * @returns whether it was held with this token
   */
  breakLock(token: number): Promise<boolean> {
    return this.#surfaced(async () => await (await this.#open()).free(this.name, token))
  }

  /** Gives the lock back, where it is held, and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.token !== undefined) await this.release()
    const table = await this.#table?.catch(() => undefined)
    this.#table = undefined
    await table?.close()
  }

  async #claim({ timeout, signal }: Required<AcquireOptions>): Promise<number> {
    const { clock = Date.now, random = Math.random, process = thisProcess() } = this.#options
    const deadline = performance.now() + timeout
    const table = await this.#open()
    for (let pause = 1; ; pause = Math.min(pause * 2, longestPause)) {
      signal?.throwIfAborted()
      const { token, holder } = await table.look(this.name)
      if (holder === undefined || this.#isGone(holder)) {
        const claimed = await table.claim(this.name, token, process, Math.trunc(clock()))
        if (claimed !== undefined) return claimed
      }
      const left = deadline - performance.now()
      if (left <= 0) throw this.#timeout(timeout, holder)
      // Half of the pause at random: those who wait must not come back together.
      await sleep(Math.min(pause * (0.5 + random() / 2), left), signal)
    }
  }

  async #free(token: number): Promise<void> {
    const table = await this.#open()
    if (!(await table.free(this.name, token))) throw this.#lost(`with the token ${token} is held no more`)
  }

  /** Runs what asks the database; its failures surface as `FORGE_MEMORY_STORAGE`. */
  async #surfaced<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw storageError(error, signal)
    }
  }

  #waiting(options: number | AcquireOptions, callSite: CallSite): Required<AcquireOptions> {
    const given: AcquireOptions = typeof options === 'number' ? { timeout: options } : options
    const { timeout = this.#options.timeout ?? 30_000, signal } = given
    requireTimeout(timeout, callSite)
    signal?.throwIfAborted()
    return { timeout, signal }
  }

  #isGone(holder: LockHolder): boolean {
    return (this.#options.liveness ?? livenessOf)(holder) === 'gone'
  }

  async #open(): Promise<LockTable> {
    this.#table ??= LockTable.open(this.path, this.#options.driver)
    try {
      return await this.#table
    } catch (error) {
      this.#table = undefined
      throw error
    }
  }

  #reentry(callSite: CallSite): LockReentryError {
    return new LockReentryError(`The lock ${JSON.stringify(this.name)} is held by whoever asks for it`, {
      hint: 'Release it first, or call what needs it with the lock held; use one FileLock for each task',
      details: { path: this.path, name: this.name },
      callSite,
    })
  }

  #lost(state: string): LockLostError {
    return new LockLostError(`The lock ${JSON.stringify(this.name)} ${state}`, {
      hint: 'What it protects may have been changed by others; check the fencing token there',
      details: { path: this.path, name: this.name },
    })
  }

  #timeout(timeout: number, holder: LockHolder | undefined): LockTimeoutError {
    const who = holder === undefined ? 'others' : `process ${holder.pid} on ${holder.host}`
    return new LockTimeoutError(`The lock ${JSON.stringify(this.name)} was held by ${who} for ${timeout} ms`, {
      hint: 'Wait longer, or see what the holder does; breakLock frees it from a machine that is gone',
      details: { path: this.path, name: this.name, timeout, holder },
    })
  }
}

/**
 * Waits for a lock and takes it.
 *
 * @throws what {@link FileLock.acquire} throws
 */
export async function acquireLock(options: FileLockOptions & WaitOptions): Promise<FileLock> {
  const lock = new FileLock(options)
  try {
    await lock.acquire({ signal: options.signal })
    return lock
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

/**
 * Gives a lock back that {@link acquireLock} took.
 *
 * @throws what {@link FileLock.release} throws
 */
export async function releaseLock(lock: FileLock): Promise<void> {
  try {
    await lock.release()
  } finally {
    await lock[Symbol.asyncDispose]()
  }
}

/** Waits, unless the signal is aborted: then it throws the reason of that. */
async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

function requireTimeout(timeout: unknown, callSite: CallSite): void {
  if (typeof timeout === 'number' && timeout >= 0) return
  throw invalid({ path: 'timeout', callSite }, 'a number of milliseconds, 0 or more', timeout)
}
