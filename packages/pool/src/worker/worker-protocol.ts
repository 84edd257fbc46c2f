import type { CheckpointMode } from '../checkpoint.ts'
import type { PackedRows } from './packed-rows.ts'
import type { ResultMode } from './worker-options.ts'

/** The row a checkpoint answers with, in pages of the WAL. */
export interface CheckpointCounts {
  /** Whether a lock kept the checkpoint from finishing. */
  readonly busy: boolean
  /** Pages in the WAL; -1 where the database has none. */
  readonly log: number
  /** Pages of it that are in the database file. */
  readonly checkpointed: number
}

/** What a thread is started with. */
export interface ThreadSetup {
  readonly driver: string
  readonly file: string
  readonly readOnly: boolean
  readonly cacheSizeKiB: number
  readonly synchronous: 'NORMAL' | 'FULL' | 'OFF'
  readonly busyDeadline: number
}

/** A statement to read all rows of. */
export interface ReadRequest {
  readonly kind: 'read'
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly result: ResultMode
  readonly bigint: boolean
  readonly credit: Credit
}

/** A checkpoint to run. */
export interface CheckpointRequest {
  readonly kind: 'checkpoint'
  readonly mode: CheckpointMode
  readonly credit: Credit
}

/** What a thread is asked for; one thing at a time. */
export type ThreadRequest =
  | {
      readonly kind: 'run'
      readonly job: ReadRequest | CheckpointRequest
      /** The identity of the file that it is about; absent where that is gone. */
      readonly file: string | undefined
    }
  | { readonly kind: 'close' }

/**
 * One number in memory that both threads see: how many packets have been unpacked, or -1 once nobody waits for more.
 *
 * Invariant: it is one number, so that a thread cannot go to sleep between learning of the one and of the other.
 */
export type Credit = Int32Array<SharedArrayBuffer>

/** How many packets a thread may be ahead of those who unpack them: enough to never wait, few enough to hold little memory. */
export const packetsAhead = 4

export const stopped = -1

/** Some rows of a read, in order; `names` comes with the first where rows are objects. */
export interface RowsReply {
  readonly kind: 'rows'
  readonly rows: PackedRows
  readonly names?: readonly string[]
  readonly last: boolean
}

/** What a thread answers. After `ready`, every request has one last answer. */
export type ThreadReply =
  | { readonly kind: 'ready' }
  | RowsReply
  | { readonly kind: 'checkpointed'; readonly counts: CheckpointCounts }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly error: SentError }

/** An error on its way to another thread. */
export interface SentError {
  /** Of a typed error; absent for one that no driver and no part of Forge made. */
  readonly code?: string
  readonly message: string
  readonly hint?: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: { readonly name: string; readonly message: string; readonly code?: string; readonly stack?: string }
}
