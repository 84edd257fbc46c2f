import type { ConnectionGroup } from './connection-group.ts'
import type { PooledConnection } from './pooled-connection.ts'
import type { ConnectionRole, SqliteConnection } from './sqlite-connection.ts'

/** One connection at one moment. */
export interface ConnectionSnapshot {
  readonly role: ConnectionRole
  readonly state: 'idle' | 'leased'
  /** Milliseconds since it was lent, or since it came back. */
  readonly forMs: number
  readonly inTransaction: boolean
  /** Where the lease was acquired: by `write`, `read` and `transaction`, and with a `leakThreshold` by all. */
  readonly stack?: string
}

/** Those who wait for a connection of one role, at one moment. */
export interface LineSnapshot {
  readonly role: ConnectionRole
  readonly count: number
  /** How long the first in line has waited. */
  readonly oldestMs: number
}

/** A pool at one moment, as plain data. */
export interface PoolSnapshot {
  readonly pool: string
  readonly max: number
  readonly opening: number
  readonly connections: readonly ConnectionSnapshot[]
  readonly waiting: readonly LineSnapshot[]
  readonly busyRetries: number
  readonly restarts: number
  readonly timeouts: number
}

/** What a connection does now. */
export function connectionSnapshot<C extends SqliteConnection>(
  pooled: PooledConnection<C>,
  now: number,
): ConnectionSnapshot {
  const { lease, role } = pooled
  const stack = lease?.site?.frames
  return {
    role,
    state: lease === undefined ? 'idle' : 'leased',
    forMs: now - (lease?.since ?? pooled.idleSince),
    inTransaction: pooled.connection.inTransaction,
    ...(stack === undefined ? {} : { stack }),
  }
}

/** Who waits for a connection of the group now, if anyone does. */
export function lineSnapshot<C extends SqliteConnection>(group: ConnectionGroup<C>, now: number): LineSnapshot[] {
  if (group.waitingSince === undefined) return []
  return [{ role: group.role, count: group.waiting, oldestMs: now - group.waitingSince }]
}

/** Who is in the way of those who wait for `role`, in words. */
export function describeHolders(snapshot: PoolSnapshot, role: ConnectionRole): string {
  const holders = snapshot.connections.filter((each) => each.role === role && each.state === 'leased')
  const held = holders.map(({ forMs, inTransaction, stack }) => {
    const line = stack === undefined ? '' : `, acquired ${stack.split('\n')[0]?.trim()}`
    return `one ${role} has been held for ${duration(forMs)}${inTransaction ? ', in a transaction' : ''}${line}`
  })
  if (snapshot.opening > 0) held.push(`${snapshot.opening} being opened`)
  if (held.length === 0) held.push(`nobody holds one, but none was opened in time`)
  const line = snapshot.waiting.find((each) => each.role === role)
  if (line !== undefined) held.push(`${line.count} more wait, the first for ${duration(line.oldestMs)}`)
  return held.join('; ')
}

function duration(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`
}
