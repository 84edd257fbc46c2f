/** How far a checkpoint goes; see https://sqlite.org/pragma.html#pragma_wal_checkpoint */
export type CheckpointMode = 'noop' | 'passive' | 'full' | 'restart' | 'truncate'

/** The row a checkpoint answers with, in pages of the WAL. */
export interface CheckpointCounts {
  /** Whether a lock kept the checkpoint from finishing. */
  readonly busy: boolean
  /** Pages in the WAL; -1 where the database has none. */
  readonly log: number
  /** Pages of it that are in the database file. */
  readonly checkpointed: number
}
