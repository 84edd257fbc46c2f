import type { Snapshot } from './snapshot.ts'

/** Every state of a run. A run that ended `lost` comes back when its process gives a sign of life. */
export const runStatuses = ['running', 'succeeded', 'failed', 'cancelled', 'lost'] as const

/** Where a run stands. */
export type RunStatus = (typeof runStatuses)[number]

/** Every way in which a step ends. */
export const stepStatuses = ['succeeded', 'failed', 'skipped'] as const

/** How a step ended. */
export type StepStatus = (typeof stepStatuses)[number]

/** The process that a run belongs to. */
export interface RunProcess {
  readonly host: string
  readonly pid: number
  /** Differs between two processes of one host that had the same `pid`; null where that cannot be known. */
  readonly start: string | null
}

/** What a list shows of a run. Times are milliseconds since the epoch, UTC. */
export interface RunSummary {
  /** UUID v7: sorts by the time it was made. */
  readonly id: string
  readonly planId: string | null
  /** The beginning of the objective, up to 2,000 UTF-16 units; empty where there is none. */
  readonly objective: string
  readonly status: RunStatus
  /** Null while it is not known. */
  readonly success: boolean | null
  /** The beginning of what went wrong, up to 2,000 UTF-16 units. */
  readonly error: string | null
  /** Sorted by code unit, each once. */
  readonly tags: readonly string[]
  /** The id of the run it belongs to, which may have been deleted since. */
  readonly parent: string | null
  /** The revision of the code graph it ran on. */
  readonly revision: number | null
  /** The commit of the code it ran on. */
  readonly commit: string | null
  readonly startedAt: number
  /** Null while it runs; of a run that is lost, its last sign of life. */
  readonly endedAt: number | null
  readonly durationMs: number | null
  /** The last sign of life: its start, a step, a heartbeat or its end. */
  readonly heartbeatAt: number
  /** Steps that were recorded one by one. */
  readonly steps: number
  /** Bytes of the snapshots as UTF-8; null where there is none. */
  readonly planBytes: number | null
  readonly executionBytes: number | null
  readonly process: RunProcess
  /** The number of its last change, see `RunStorage.changes`. */
  readonly change: number
}

/** A run with its full snapshots. */
export interface RunRecord extends RunSummary {
  /** Null where the run was started without a plan. */
  readonly plan: Snapshot | null
  /** Null until the run has ended with one. */
  readonly execution: Snapshot | null
}

/** A step that was recorded while its run went on. */
export interface StepRecord {
  /** From 0, in the order of recording. */
  readonly position: number
  readonly id: string | null
  readonly name: string
  readonly tool: string | null
  readonly status: StepStatus
  readonly error: string | null
  readonly startedAt: number | null
  readonly endedAt: number
  readonly durationMs: number | null
  readonly output: Snapshot | null
}
