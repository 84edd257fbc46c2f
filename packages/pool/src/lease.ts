import type { PooledConnection } from './pooled-connection.ts'
import { LeaseReleasedError } from './pool-errors.ts'
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

/** Where a lease was acquired, as the stack of an error. */
export interface AcquireSite {
  readonly stack?: string
}

/** A {@link Lease} that gives its connection back to `owner`. */
export class ConnectionLease<C extends SqliteConnection> implements Lease<C> {
  readonly role: ConnectionRole
  /** When it was lent, on the clock of the pool. */
  readonly since: number
  /** Where it was acquired, where that is known: to find it out costs more than to acquire. */
  site: AcquireSite | undefined
  /** Whether it was reported to be held for too long. */
  reported = false
  readonly #owner: LeaseOwner<C>
  #pooled: PooledConnection<C> | undefined

  constructor(pooled: PooledConnection<C>, owner: LeaseOwner<C>, since: number) {
    this.#pooled = pooled
    this.#owner = owner
    this.role = pooled.role
    this.since = since
  }

  get connection(): C {
    if (this.#pooled === undefined) {
      throw new LeaseReleasedError('The lease has been released: its connection may be in use elsewhere', {
        hint: 'Acquire a new lease',
      })
    }
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

/** Remembers the line that called `callSite`. */
export function acquireSite(role: ConnectionRole, callSite: (...args: never[]) => unknown): AcquireSite {
  const site = { name: 'Acquired', message: `the ${role}` }
  Error.captureStackTrace(site, callSite)
  return site
}
