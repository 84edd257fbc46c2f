import type { ConnectionRole, SqliteConnection } from './sqlite-connection.ts'
import { LeaseReleasedError } from './pool-errors.ts'

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
  readonly role: ConnectionRole
  takeBack(connection: C): void
}

/** A {@link Lease} that gives its connection back to `owner`. */
export class ConnectionLease<C extends SqliteConnection> implements Lease<C> {
  readonly role: ConnectionRole
  readonly #owner: LeaseOwner<C>
  #connection: C | undefined

  constructor(connection: C, owner: LeaseOwner<C>) {
    this.#connection = connection
    this.#owner = owner
    this.role = owner.role
  }

  get connection(): C {
    if (this.#connection === undefined) {
      throw new LeaseReleasedError('The lease has been released: its connection may be in use elsewhere', {
        hint: 'Acquire a new lease',
      })
    }
    return this.#connection
  }

  release(): void {
    const connection = this.#connection
    if (connection === undefined) return
    this.#connection = undefined
    this.#owner.takeBack(connection)
  }

  [Symbol.dispose](): void {
    this.release()
  }
}
