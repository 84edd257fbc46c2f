import type { Clock } from './clock.ts'
import { DeadlineTimer } from './deadline-timer.ts'
import type { EventLoopTurn } from './event-loop-turn.ts'
import { checkHealth } from './health-check.ts'
import { ConnectionLease, type LeaseOwner } from './lease.ts'
import type { CloseReason } from './pool-events.ts'
import { PooledConnection } from './pooled-connection.ts'
import { isAtRest, rollBack } from './roll-back.ts'
import type { ConnectionRole, SqliteConnection } from './sqlite-connection.ts'
import { type Waiter, WaiterQueue } from './waiter-queue.ts'

/** How often it is looked, at most, in what state a connection comes back that nobody outside the pool had. */
const lookEvery = 50

/** What a group tells the pool it is part of. */
export interface GroupOwner<C extends SqliteConnection> {
  /** A connection came back, and is about to be lent again or closed. */
  returned(pooled: PooledConnection<C>, lease: ConnectionLease<C>, now: number): void
  /** The group may be able to do with fewer or with more connections than before. */
  changed(group: ConnectionGroup<C>): void
  /** A retired connection came back, and is to be closed. */
  retiredReturned(pooled: PooledConnection<C>): void
  closed(pooled: PooledConnection<C>, reason: CloseReason): void
  /** One that waited is about to get its lease. */
  served(waiter: Waiter<ConnectionLease<C>>, lease: ConnectionLease<C>): void
}

/** When the connections of a group are checked and closed. */
export interface GroupSettings {
  readonly clock: Clock
  readonly maxLifetime: number
  readonly healthCheckAfter: number
  readonly turn: EventLoopTurn
}

/**
 * The connections of one role: those that are open, those that are free, and who waits for one.
 *
 * Invariant: nobody waits while a connection is free, so that nobody can overtake; unless the turn of the event loop is
 * over, when everybody waits for the next one.
 */
export class ConnectionGroup<C extends SqliteConnection> implements LeaseOwner<C> {
  readonly role: ConnectionRole
  readonly max: number
  readonly open: Set<PooledConnection<C>> = new Set()
  /** How many connections are being opened. */
  opening = 0
  readonly #waiters = new WaiterQueue<ConnectionLease<C>>()
  // Last in, first out: the connection used last has the warmest cache, and the first one has been idle for longest.
  readonly #idle: PooledConnection<C>[] = []
  readonly #settings: GroupSettings
  readonly #owner: GroupOwner<C>
  /** Invariant: it keeps the process alive exactly while somebody waits. */
  readonly #deadlines: DeadlineTimer

  constructor(role: ConnectionRole, max: number, settings: GroupSettings, owner: GroupOwner<C>) {
    this.role = role
    this.max = max
    this.#settings = settings
    this.#owner = owner
    this.#deadlines = new DeadlineTimer({
      clock: settings.clock,
      keepAlive: false,
      onDue: (now) => this.#expire(now),
    })
  }

  get idle(): number {
    return this.#idle.length
  }

  get waiting(): number {
    return this.#waiters.size
  }

  /** Since when the first in line waits. */
  get waitingSince(): number | undefined {
    return this.#waiters.first?.since
  }

  /** Whether every open connection is free, none is on its way, and nobody waits. */
  get quiet(): boolean {
    return this.#idle.length === this.open.size && this.opening === 0 && this.#waiters.size === 0
  }

  /** How many more connections those who wait are worth. */
  get wanted(): number {
    return Math.min(this.#waiters.size - this.#idle.length, this.max - this.open.size) - this.opening
  }

  /** Lends a free connection, if there is one that still works, and nobody waits for it. */
  take(now: number): ConnectionLease<C> | undefined {
    if (this.#waiters.size > 0) return undefined
    const pooled = this.#takeIdle(now)
    return pooled === undefined ? undefined : this.#lend(pooled, now)
  }

  #takeIdle(now: number): PooledConnection<C> | undefined {
    for (let pooled = this.#idle.pop(); pooled !== undefined; pooled = this.#idle.pop()) {
      if (now - pooled.idleSince < this.#settings.healthCheckAfter || checkHealth(pooled.connection)) return pooled
      this.discard(pooled, 'unhealthy')
    }
    return undefined
  }

  /** Lends `pooled`, a connection nobody uses, to the first in line, or keeps it for the next one to come. */
  give(pooled: PooledConnection<C>, now: number): void {
    if (this.#waiters.size === 0) this.#idle.push(pooled)
    else if (this.#settings.turn.isOver(now)) {
      this.#idle.push(pooled)
      this.#settings.turn.whenNext(this.#serve)
    } else this.#hand(pooled, now)
  }

  /** Lends to those in line what became free when the turn was over. */
  readonly #serve = (): void => {
    const now = this.#settings.clock.now()
    for (let pooled; this.#waiters.size > 0 && (pooled = this.#takeIdle(now)) !== undefined;) this.#hand(pooled, now)
    this.#owner.changed(this)
  }

  /** Lends `pooled` to the first in line. */
  #hand(pooled: PooledConnection<C>, now: number): void {
    const first = this.#waiters.shift()
    if (first === undefined) return
    if (this.#waiters.size === 0) this.#deadlines.keepAlive(false)
    const lease = this.#lend(pooled, now)
    this.#owner.served(first, lease)
    first.resolve(lease)
  }

  /** Puts `waiter` at the end of the line. */
  wait(waiter: Waiter<ConnectionLease<C>>): void {
    this.#waiters.push(waiter)
    // It may be the turn that is over, and nobody who gives a connection back.
    if (this.#idle.length > 0) this.#settings.turn.whenNext(this.#serve)
    this.#deadlines.cover(waiter.deadline)
    this.#deadlines.keepAlive(true)
  }

  /** Takes `waiter` out of the line; false when it had left it before. */
  leave(waiter: Waiter<ConnectionLease<C>>): boolean {
    const left = this.#waiters.remove(waiter)
    if (this.#waiters.size === 0) this.#deadlines.keepAlive(false)
    return left
  }

  /** Sends the first in line away. */
  turnAwayFirst(reason: unknown): void {
    const first = this.#waiters.first
    if (first !== undefined && this.leave(first)) first.reject(reason)
  }

  /** Sends everyone who waits away. */
  turnAway(reason: () => unknown): void {
    while (this.#waiters.size > 0) this.turnAwayFirst(reason())
    this.#deadlines.clear()
  }

  /** Ends a lease: an open transaction is rolled back, a connection that cannot do even that is closed. */
  takeBack(pooled: PooledConnection<C>, lease: ConnectionLease<C>): void {
    const now = this.#settings.clock.now()
    pooled.lease = undefined
    pooled.idleSince = now
    if (pooled.state === 'closed') return
    const sound = this.#isSound(pooled, now)
    this.#owner.returned(pooled, lease, now)
    if (pooled.state === 'retired') this.#owner.retiredReturned(pooled)
    else if (!sound) this.discard(pooled, 'broken')
    else if (!pooled.inMemory && now - pooled.openedAt >= this.#settings.maxLifetime) this.discard(pooled, 'lifetime')
    else this.give(pooled, now)
    this.#owner.changed(this)
  }

  /** Closes a connection nobody uses. */
  discard(pooled: PooledConnection<C>, reason: CloseReason): void {
    this.open.delete(pooled)
    try {
      this.#close(pooled, reason)
    } catch {
      // It is out of the pool either way; whoever broke it has had the error.
    }
  }

  /** Closes a connection under whoever has it; false where the driver does not let go of it. */
  evict(pooled: PooledConnection<C>): boolean {
    try {
      pooled.connection.close()
    } catch {
      return false
    }
    pooled.state = 'closed'
    this.open.delete(pooled)
    this.#owner.closed(pooled, 'ended')
    this.#owner.changed(this)
    return true
  }

  /** Closes the connections that have been idle since `before` or longer; returns since when the next one is. */
  reap(before: number): number {
    if (this.#idle[0]?.inMemory === true) return Number.POSITIVE_INFINITY
    while ((this.#idle[0]?.idleSince ?? Number.POSITIVE_INFINITY) <= before) {
      const oldest = this.#idle.shift()
      if (oldest !== undefined) this.discard(oldest, 'idle')
    }
    return this.#idle[0]?.idleSince ?? Number.POSITIVE_INFINITY
  }

  /** Lets go of every connection; those that are lent are still to come back. */
  retire(): PooledConnection<C>[] {
    const retired = [...this.open]
    for (const pooled of retired) pooled.state = 'retired'
    this.open.clear()
    this.#idle.length = 0
    return retired
  }

  /** Closes every open connection; what could not be closed is returned as the errors it caused. */
  closeAll(): unknown[] {
    const errors: unknown[] = []
    this.#idle.length = 0
    for (const pooled of this.open) {
      try {
        this.#close(pooled, 'pool-closed')
      } catch (error) {
        errors.push(error)
      }
    }
    this.open.clear()
    return errors
  }

  /** Whether a connection that came back can be lent again, once an open transaction is rolled back. */
  #isSound(pooled: PooledConnection<C>, now: number): boolean {
    const { connection } = pooled
    // Nobody had it. To ask the driver takes longer than all the rest of acquire and release.
    if (!pooled.touched) return true
    pooled.touched = false
    try {
      if (pooled.broken || !rollBack(connection)) return false
      if (now < pooled.nextLook) return true
      pooled.nextLook = now + lookEvery
      // A database in memory would be gone: its user is told of the iteration with the next write.
      return isAtRest(connection) || (pooled.inMemory && connection.open)
    } catch {
      return false
    }
  }

  #lend(pooled: PooledConnection<C>, now: number): ConnectionLease<C> {
    return (pooled.lease = new ConnectionLease(pooled, this, now))
  }

  #expire(now: number): number {
    // What is free is lent first: nobody is told to have waited in vain for it because the turn was over.
    this.#serve()
    const nearest = this.#waiters.expire(now)
    if (this.#waiters.size === 0) this.#deadlines.keepAlive(false)
    this.#owner.changed(this)
    return nearest
  }

  #close(pooled: PooledConnection<C>, reason: CloseReason): void {
    pooled.state = 'closed'
    try {
      pooled.connection.close()
    } finally {
      this.#owner.closed(pooled, reason)
    }
  }
}
