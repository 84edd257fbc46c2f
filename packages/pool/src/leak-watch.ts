import type { Clock } from './clock.ts'
import { DeadlineTimer } from './deadline-timer.ts'
import type { ConnectionLease } from './lease.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** What {@link LeakWatch} needs of the pool. */
export interface LeakWatchContext<C extends SqliteConnection> {
  readonly clock: Clock
  /** Milliseconds after which a lease is reported. */
  readonly threshold: number
  readonly leases: () => Iterable<ConnectionLease<C>>
  readonly report: (lease: ConnectionLease<C>, heldMs: number) => void
}

/** Reports, once each, the leases that are held for too long. */
export class LeakWatch<C extends SqliteConnection> {
  readonly #context: LeakWatchContext<C>
  readonly #timer: DeadlineTimer

  constructor(context: LeakWatchContext<C>) {
    this.#context = context
    this.#timer = new DeadlineTimer({
      clock: context.clock,
      keepAlive: false,
      onDue: (now) => this.#look(now),
    })
  }

  /** Called with each lease when it is lent. */
  watch(lease: ConnectionLease<C>): void {
    this.#timer.cover(lease.since + this.#context.threshold)
  }

  stop(): void {
    this.#timer.clear()
  }

  #look(now: number): number {
    const { threshold, leases, report } = this.#context
    let next = Number.POSITIVE_INFINITY
    for (const lease of leases()) {
      if (lease.reported) continue
      if (lease.since + threshold > now) next = Math.min(next, lease.since + threshold)
      else {
        lease.reported = true
        report(lease, now - lease.since)
      }
    }
    return next
  }
}
