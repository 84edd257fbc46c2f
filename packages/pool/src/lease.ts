import type { AcquireSite } from './acquire-site.ts'
import type { PooledConnection } from './pooled-connection.ts'
import { LeaseReleasedError, ReaderEndedError } from './pool-errors.ts'
import type { ConnectionRole, SqliteConnection } from './sqlite-connection.ts'

/** The right to use one connection alone, until it is released; `using` releases it at the end of the block. */
export interface Lease<C extends SqliteConnection> extends Disposable {
  /** The connection; reading it after the release throws `FORGE_POOL_LEASE_RELEASED`. */
  readonly connection: C
  /** The role the connection was opened for. */
  readonly role: ConnectionRole
  /** Gives the connection back; an open transaction is rolled back. Releasing twice is harmless. */
  release(): void
}

/** What takes connections back. */
export interface LeaseOwner<C extends SqliteConnection> {
  takeBack(pooled: PooledConnection<C>, lease: ConnectionLease<C>): void
}

type CallSite = (...args: never[]) => unknown

/** A {@link Lease} that gives its connection back to `owner`. */
export class ConnectionLease<C extends SqliteConnection> implements Lease<C> {
  readonly role: ConnectionRole
  /** When it was lent, on the clock of the pool. */
  readonly since: number
  /** Where it was acquired, where that is known: to find it out costs more than to acquire. */
  site: AcquireSite | undefined
  /** Whether it was reported to be held for too long. */
  reported = false
  /** How long it had been held when its connection was closed under whoever has it, in milliseconds. */
  endedAfter: number | undefined
  readonly #owner: LeaseOwner<C>
  #pooled: PooledConnection<C> | undefined

  constructor(pooled: PooledConnection<C>, owner: LeaseOwner<C>, since: number) {
    this.#pooled = pooled
    this.#owner = owner
    this.role = pooled.role
    this.since = since
  }

  get connection(): C {
    const connection = this.borrow(connectionGetter)
    // Whoever has it now may leave it in any state, which is looked at when it comes back, however lately that was.
    if (this.#pooled !== undefined) this.#pooled.nextLook = 0
    return connection
  }

  /** {@link ConnectionLease.connection} for one statement that is run to its end. */
  borrow(callSite: CallSite): C {
    if (this.#pooled === undefined) {
      throw new LeaseReleasedError('The lease has been released: its connection may be in use elsewhere', {
        hint: 'Acquire a new lease',
        callSite,
      })
    }
    if (this.endedAfter !== undefined) throw readerEnded(this.endedAfter, { callSite })
    this.#pooled.touched = true
    return this.#pooled.connection
  }

  /** The connection as the pool knows it, until the lease is released. */
  get pooled(): PooledConnection<C> | undefined {
    return this.#pooled
  }

  get released(): boolean {
    return this.#pooled === undefined
  }

  release(): void {
    const pooled = this.#pooled
    if (pooled === undefined) return
    this.#pooled = undefined
    this.#owner.takeBack(pooled, this)
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

const connectionGetter = Object.getOwnPropertyDescriptor(ConnectionLease.prototype, 'connection')?.get as CallSite

/** What one is told whose reader was in the way of checkpoints for too long. */
export function readerEnded(
  heldFor: number,
  options: { readonly cause?: unknown; readonly callSite: CallSite },
): Error {
  return new ReaderEndedError(
    `The reader was closed: it had been held for ${Math.round(heldFor)} ms, and the WAL grew`,
    {
      hint: 'Read in shorter transactions and streams, or raise wal.endReadersAfter',
      details: { heldMs: heldFor },
      ...options,
    },
  )
}
