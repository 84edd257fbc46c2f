import type { CheckpointCounts, CheckpointMode } from './worker-protocol.ts'
import type { WorkerReadOptions, WorkerStats } from './worker-options.ts'

/** Reads and checkpoints on connections of their own, in threads, so that the event loop never waits for them. */
export interface WorkerExecutor {
  /**
   * All rows of a reading statement, in order.
   *
   * @throws `FORGE_POOL_WORKER_FULL`, `FORGE_POOL_WORKER_FAILED`, `FORGE_POOL_CLOSED`, `FORGE_DB_READ_ONLY` for a statement
   * that writes, `FORGE_DB_QUERY` and the other errors of a driver, the reason of the signal
   */
  read(sql: string, parameters: readonly unknown[], options?: WorkerReadOptions): Promise<unknown[]>
  /** Runs `pragma wal_checkpoint(mode)`, before the reads that wait. It never waits for a lock: see `busy`. */
  checkpoint(mode: CheckpointMode, options?: { readonly signal?: AbortSignal | undefined }): Promise<CheckpointCounts>
  stats(): WorkerStats
  /**
   * Lets what runs or waits finish, then ends every thread.
   *
   * @returns how many calls were refused, and how many threads could not be ended, when the deadline passed
   */
  close(options: { readonly deadline: number }): Promise<{ readonly refused: number; readonly stuck: number }>
}
