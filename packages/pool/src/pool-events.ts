import { type Channel, channel } from 'node:diagnostics_channel'
import type { PoolSnapshot } from './pool-snapshot.ts'
import type { CheckpointMode } from './checkpoint.ts'
import type { ConnectionRole } from './sqlite-connection.ts'

/** Why a connection was closed. */
export type CloseReason = 'idle' | 'lifetime' | 'unhealthy' | 'broken' | 'ended' | 'moved' | 'pool-closed'

/** What is published on `forge:pool:<name>`; each message has the `pool` it is about besides. */
export interface PoolEventMap {
  /** A connection was opened, in `milliseconds`. */
  readonly open: { readonly role: ConnectionRole; readonly milliseconds: number }
  /** A connection was closed. */
  readonly close: { readonly role: ConnectionRole; readonly reason: CloseReason }
  /** A connection was lent, to one that waited `waitedMs` for it. */
  readonly acquire: { readonly role: ConnectionRole; readonly waitedMs: number }
  /** A lent connection came back. */
  readonly release: { readonly role: ConnectionRole; readonly heldMs: number }
  /** A call waited in vain. */
  readonly timeout: { readonly role: ConnectionRole; readonly timeout: number; readonly snapshot: PoolSnapshot }
  /** A lock of another connection was in the way; what failed on it is tried again. */
  readonly busy: {}
  /** Another process wrote between the reads and the first write of a deferred transaction, whose body is run once more. */
  readonly restart: {}
  /** A lease is held for longer than `leakThreshold`. */
  readonly leak: { readonly role: ConnectionRole; readonly heldMs: number; readonly stack: string | undefined }
  /** A checkpoint ended; it is incomplete where a reader or another process was in the way, or it failed with `error`. */
  readonly checkpoint: {
    readonly mode: CheckpointMode
    readonly complete: boolean
    readonly walBytes: number
    readonly pendingBytes: number
    readonly milliseconds: number
    readonly error?: unknown
  }
  /** A reader has been in the way of checkpoints for long: told once, and once more when its connection was closed. */
  readonly 'long-reader': {
    readonly heldMs: number
    readonly walBytes: number
    readonly ended: boolean
    readonly stack: string | undefined
  }
  /** The database file was deleted, renamed or replaced. */
  readonly moved: { readonly file: string }
}

/** The name of an event of a pool. */
export type PoolEventName = keyof PoolEventMap

const channels: { readonly [N in PoolEventName]: Channel } = {
  open: channel('forge:pool:open'),
  close: channel('forge:pool:close'),
  acquire: channel('forge:pool:acquire'),
  release: channel('forge:pool:release'),
  timeout: channel('forge:pool:timeout'),
  busy: channel('forge:pool:busy'),
  restart: channel('forge:pool:restart'),
  leak: channel('forge:pool:leak'),
  checkpoint: channel('forge:pool:checkpoint'),
  'long-reader': channel('forge:pool:long-reader'),
  moved: channel('forge:pool:moved'),
}

/** Publishes the events of one pool. */
export class PoolEvents {
  readonly #pool: () => string

  /** @param pool the name of the pool, once it is known */
  constructor(pool: () => string) {
    this.#pool = pool
  }

  /** Whether anyone listens: a message nobody reads is not worth making. */
  observed(name: PoolEventName): boolean {
    return channels[name].hasSubscribers
  }

  publish<N extends PoolEventName>(name: N, message: PoolEventMap[N]): void {
    if (channels[name].hasSubscribers) channels[name].publish({ pool: this.#pool(), ...message })
  }
}
