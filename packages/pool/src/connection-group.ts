import type { LeaseOwner } from './lease.ts'
import type { ConnectionRole, SqliteConnection } from './sqlite-connection.ts'
import { type Waiter, WaiterQueue } from './waiter-queue.ts'

/**
 * The connections of one role: those that are open, those that are free, and who waits for one.
 *
 * Invariant: nobody waits while a connection is free, so that nobody can overtake.
 */
export class ConnectionGroup<C extends SqliteConnection> implements LeaseOwner<C> {
  readonly role: ConnectionRole
  readonly max: number
  readonly open: Set<C> = new Set()
  readonly waiters: WaiterQueue<C> = new WaiterQueue()
  /** How many connections are being opened. */
  opening = 0
  // Last in, first out: the connection used last has the warmest cache.
  readonly #idle: C[] = []
  readonly #onReturn: (group: ConnectionGroup<C>) => void

  constructor(role: ConnectionRole, max: number, onReturn: (group: ConnectionGroup<C>) => void) {
    this.role = role
    this.max = max
    this.#onReturn = onReturn
  }

  get idle(): number {
    return this.#idle.length
  }

  /** Whether every open connection is free, none is on its way, and nobody waits. */
  get quiet(): boolean {
    return this.#idle.length === this.open.size && this.opening === 0 && this.waiters.size === 0
  }

  /** A free connection, if there is one. */
  take(): C | undefined {
    return this.#idle.pop()
  }

  /** Hands `connection` to the first in line, or keeps it for the next one to come. */
  give(connection: C): void {
    const first = this.waiters.shift()
    if (first === undefined) this.#idle.push(connection)
    else first.resolve(connection)
  }

  /** Ends a lease: an open transaction is rolled back, a connection that cannot do even that is dropped. */
  takeBack(connection: C): void {
    if (!this.open.has(connection)) return
    if (connection.inTransaction && !rollBack(connection)) this.#drop(connection)
    else this.give(connection)
    this.#onReturn(this)
  }

  /** How many more connections those who wait are worth. */
  get wanted(): number {
    return Math.min(this.waiters.size, this.max - this.open.size) - this.opening
  }

  /** Sends everyone who waits away. */
  turnAway(reason: () => unknown): void {
    for (let waiter: Waiter<C> | undefined; (waiter = this.waiters.shift()) !== undefined;) waiter.reject(reason())
  }

  /** Closes every open connection; what could not be closed is returned as the errors it caused. */
  closeAll(): unknown[] {
    const errors: unknown[] = []
    this.#idle.length = 0
    for (const connection of this.open) {
      try {
        connection.close()
      } catch (error) {
        errors.push(error)
      }
    }
    this.open.clear()
    return errors
  }

  #drop(connection: C): void {
    this.open.delete(connection)
    try {
      connection.close()
    } catch {
      // It is out of the pool either way; whoever broke it has had the error.
    }
  }
}

function rollBack(connection: SqliteConnection): boolean {
  try {
    connection.exec('rollback')
    return true
  } catch {
    return false
  }
}
