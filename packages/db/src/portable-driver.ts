import type { Driver, TransactionSettings } from 'kysely'
import { type PortableBackend, isConflict } from './portable-backend.ts'
import { PortableConnection } from './portable-connection.ts'
import { databaseClosed, noConnection } from './portable-errors.ts'
import { orAborted, pause, type PortableTiming, runAgain, type RunAgainOptions } from './portable-waiting.ts'

const longestTimer = 2 ** 31 - 1

/** The driver of a dialect, whose errors are typed and whose waiting ends. */
export class PortableDriver implements Driver {
  readonly backend: PortableBackend
  readonly timing: PortableTiming
  readonly #driver: Driver
  #ready: Promise<void> | undefined
  #closed: Promise<void> | undefined

  constructor(driver: Driver, backend: PortableBackend, timing: PortableTiming) {
    this.#driver = driver
    this.backend = backend
    this.timing = timing
  }

  init(): Promise<void> {
    this.#ready ??= this.#driver.init().catch((error: unknown) => {
      this.#ready = undefined
      throw this.backend.mapError(error, { stage: 'open' })
    })
    return this.#ready
  }

  acquireConnection(): Promise<PortableConnection> {
    return this.lend(undefined)
  }

  /** {@link PortableDriver.acquireConnection} that can be aborted. A connection that comes later goes back at once. */
  async lend(signal: AbortSignal | undefined): Promise<PortableConnection> {
    signal?.throwIfAborted()
    if (this.#closed !== undefined) throw databaseClosed()
    await this.init()
    const { clock, acquireTimeout } = this.timing
    const acquiring = this.#driver.acquireConnection()
    const tooLate = new AbortController()
    const timeout =
      acquireTimeout <= longestTimer
        ? clock.setTimeout(() => tooLate.abort(noConnection(acquireTimeout)), acquireTimeout)
        : undefined
    const either = signal === undefined ? tooLate.signal : AbortSignal.any([signal, tooLate.signal])
    const giveBack = (): void => {
      acquiring.then((connection) => this.#driver.releaseConnection(connection)).catch(() => undefined)
    }
    try {
      const connection = new PortableConnection(this, await orAborted(acquiring, either, giveBack))
      // Without it, nothing can be cancelled.
      if (signal !== undefined) await connection.collectSessionInfo()
      return connection
    } catch (error) {
      if (this.#closed !== undefined) throw databaseClosed()
      throw error === either.reason ? error : this.backend.mapError(error, { stage: 'open' })
    } finally {
      if (timeout !== undefined) clock.clearTimeout(timeout)
    }
  }

  /** Runs a statement or a transaction as long as only others are in its way. */
  runAgain<T>(attempt: () => Promise<T>, signal?: RunAgainOptions['signal']): Promise<T> {
    const { timing, backend } = this
    return runAgain(attempt, { timing, signal, isConflict: (error) => isConflict(backend, error) })
  }

  /** Done after some milliseconds. */
  pause(milliseconds: number): Promise<void> {
    return pause(this.timing.clock, milliseconds)
  }

  beginTransaction(connection: PortableConnection, settings: TransactionSettings): Promise<void> {
    return connection.control('begin', true, (inner) => this.#driver.beginTransaction(inner, settings))
  }

  commitTransaction(connection: PortableConnection): Promise<void> {
    return connection.control('commit', false, (inner) => this.#driver.commitTransaction(inner))
  }

  rollbackTransaction(connection: PortableConnection): Promise<void> {
    return connection.control('rollback', false, (inner) => this.#driver.rollbackTransaction(inner))
  }

  savepoint(connection: PortableConnection, name: string): Promise<void> {
    return connection.command(`savepoint ${quote(name)}`)
  }

  rollbackToSavepoint(connection: PortableConnection, name: string): Promise<void> {
    return connection.rollbackTo(quote(name))
  }

  releaseSavepoint(connection: PortableConnection, name: string): Promise<void> {
    return connection.command(`release savepoint ${quote(name)}`)
  }

  async releaseConnection(connection: PortableConnection): Promise<void> {
    await this.#driver.releaseConnection(connection.release())
  }

  destroy(): Promise<void> {
    this.#closed ??= this.#ready === undefined ? Promise.resolve() : this.#ready.then(() => this.#driver.destroy())
    return this.#closed
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
