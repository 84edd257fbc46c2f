import type { ConnectionLease } from './lease.ts'
import type { ConnectionRole, SqliteConnection } from './sqlite-connection.ts'

/** A connection of a pool, and what the pool knows about it. */
export class PooledConnection<C extends SqliteConnection> {
  readonly connection: C
  readonly role: ConnectionRole
  readonly openedAt: number
  /** Since when nobody has used it. */
  idleSince: number
  /** Whether anyone got hold of it since it came back last. */
  touched = false
  /** Whether it cannot be used on, and is closed as soon as it comes back. */
  broken = false
  /** When it is looked next whether it was closed, or an iteration left open on it. */
  nextLook = 0
  /** The lease it is lent with, while it is. */
  lease: ConnectionLease<C> | undefined
  /** `retired`: it leads to a file that is no longer the database, and is closed as soon as it comes back. */
  state: 'open' | 'retired' | 'closed' = 'open'

  /** Whether its database is in memory, and gone when it is closed. */
  readonly inMemory: boolean

  constructor(
    connection: C,
    { role, now, inMemory }: { readonly role: ConnectionRole; readonly now: number; readonly inMemory: boolean },
  ) {
    this.connection = connection
    this.role = role
    this.inMemory = inMemory
    this.openedAt = this.idleSince = now
  }
}
