import { PoolOptionsError } from './pool-errors.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import type { CheckpointCounts } from './worker/worker-protocol.ts'

/**
 * How far a checkpoint goes. `passive` moves what no lock is in the way of; `full` needs the write lock and moves all that
 * no reader needs; `restart` lets the WAL start over from its beginning besides; `truncate` cuts its file to nothing as well.
 */
export type CheckpointMode = 'passive' | 'full' | 'restart' | 'truncate'

/** How large the WAL is. */
export interface WalSize {
  /** Bytes in the WAL; its file may be longer, since it is written again from its beginning. */
  readonly bytes: number
  /** Bytes of it that are not in the database file yet. */
  readonly pendingBytes: number
}

/** What a checkpoint did. */
export interface CheckpointResult extends WalSize {
  readonly mode: CheckpointMode
  /** Whether it did all that its mode asks for; otherwise a reader, or the writer of another process, was in the way. */
  readonly complete: boolean
}

/** Runs a checkpoint on a connection that is not in a transaction. */
export function runCheckpoint(connection: SqliteConnection, mode: CheckpointMode): CheckpointCounts {
  return walCounter(connection, mode)()
}

/**
 * What `pragma wal_checkpoint(mode)` answers, prepared once.
 *
 * `noop` counts without moving anything, and needs SQLite 3.51: https://sqlite.org/pragma.html#pragma_wal_checkpoint
 */
export function walCounter(connection: SqliteConnection, mode: CheckpointMode | 'noop'): () => CheckpointCounts {
  const statement = connection.prepare(`pragma wal_checkpoint(${mode})`)
  statement.raw(true)
  return () => {
    // All rows rather than the first: a statement that is not run to its end stays in the way of the next one.
    const [busy, log, checkpointed] = statement.all()[0] as unknown[]
    return { busy: Number(busy) !== 0, log: Number(log), checkpointed: Number(checkpointed) }
  }
}

/** The bytes a page takes in the WAL: https://sqlite.org/fileformat2.html#walformat */
export function frameBytes(connection: SqliteConnection): number {
  const statement = connection.prepare('pragma page_size')
  statement.pluck(true)
  return Number(statement.all()[0]) + 24
}

/** Pages as bytes; nothing for a database without a WAL. */
export function walSize({ log, checkpointed }: CheckpointCounts, bytesOfFrame: number): WalSize {
  if (log <= 0) return { bytes: 0, pendingBytes: 0 }
  return { bytes: log * bytesOfFrame, pendingBytes: (log - checkpointed) * bytesOfFrame }
}

/** What the counts of a checkpoint mean. */
export function checkpointResult(
  mode: CheckpointMode,
  counts: CheckpointCounts,
  bytesOfFrame: number,
): CheckpointResult {
  const size = walSize(counts, bytesOfFrame)
  return { mode, complete: !counts.busy && size.pendingBytes === 0, ...size }
}

/** Throws `FORGE_POOL_OPTIONS` for what is no mode. */
export function requireCheckpointMode(mode: CheckpointMode): void {
  if (['passive', 'full', 'restart', 'truncate'].includes(mode)) return
  throw new PoolOptionsError(
    `A checkpoint is 'passive', 'full', 'restart' or 'truncate', not ${JSON.stringify(mode)}`,
    {
      hint: `Leave the mode out for 'passive', which is in nobody's way`,
      details: { option: 'mode' },
    },
  )
}
