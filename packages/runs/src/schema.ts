import type { Generated } from 'kysely'

/** The tables of the run history, as Kysely sees them. Times are milliseconds since the epoch, UTC. */
export interface RunTables {
  run_projects: RunProjectTable
  runs: RunTable
  run_snapshots: RunSnapshotTable
  run_steps: RunStepTable
  run_tags: RunTagTable
  run_deletions: RunDeletionTable
  run_unindexed: RunUnindexedTable
}

/** One row a project: its numbers go up only, and a write takes them in its transaction. */
export interface RunProjectTable {
  id: Generated<number>
  name: string
  /** The number of the newest change, see `RunTable.change`. */
  change: number
  /** The number of the newest run; numbers are never used again. */
  last_number: number
  /** Deletions with a change number up to this one are no longer listed. */
  forgotten: number
}

/** What lists and filters need of a run; a list reads no other table. */
export interface RunTable {
  project: number
  /** What other tables call the run. */
  number: number
  /** UUID v7, lower case. */
  id: string
  plan_id: string | null
  /** Up to 2,000 UTF-16 units; empty where there is none. */
  objective: string
  /** One of `running`, `succeeded`, `failed`, `cancelled`, `lost`. */
  status: string
  /** 1, 0, or null while it is not known. */
  success: number | null
  /** What went wrong, up to 2,000 UTF-16 units. */
  error: string | null
  /** The id of the run it belongs to, which may have been deleted since. */
  parent: string | null
  /** The revision of the code graph it ran on. */
  revision: number | null
  /** The commit of the code it ran on. */
  code_commit: string | null
  /** A JSON array of texts, sorted by code unit, each once: what `run_tags` holds. */
  tags: string
  started_at: number
  ended_at: number | null
  duration_ms: number | null
  /** The last sign of life. */
  heartbeat_at: number
  /** Steps that were recorded one by one. */
  step_count: number
  /** Bytes of the snapshots as UTF-8, before compression. */
  plan_bytes: number | null
  execution_bytes: number | null
  host: string
  pid: number
  /** Tells apart two processes that had the same `pid`. */
  process_start: string | null
  /** The number of the last change of this run; unique in its project. */
  change: number
}

/** The JSON texts of a run, apart so that a list never touches them. */
export interface RunSnapshotTable {
  project: number
  run: number
  /** 0: the plan, 1: the execution; from 2 on the output of the step at position `part - 2`. */
  part: number
  /** 0: UTF-8, 1: UTF-8 in Zstandard (RFC 8878). */
  encoding: number
  data: Uint8Array
}

/** A step that was recorded while the run went on. */
export interface RunStepTable {
  project: number
  run: number
  /** From 0. */
  position: number
  step_id: string | null
  name: string
  tool: string | null
  /** One of `succeeded`, `failed`, `skipped`. */
  status: string
  error: string | null
  started_at: number | null
  ended_at: number
  duration_ms: number | null
  /** Bytes of its output as UTF-8, before compression; null where it has none. */
  output_bytes: number | null
}

/** `RunTable.tags`, to be looked up. */
export interface RunTagTable {
  project: number
  tag: string
  run: number
}

/** Runs that were deleted, for those who follow the changes. */
export interface RunDeletionTable {
  project: number
  change: number
  id: string
}

/** Texts that the full-text index does not hold yet: `part` as in `RunSnapshotTable`. */
export interface RunUnindexedTable {
  project: number
  run: number
  part: number
}
