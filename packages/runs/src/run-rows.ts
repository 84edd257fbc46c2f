import { InternalError } from '@forge/errors'
import { runStatuses, type RunStatus, type RunSummary, stepStatuses, type StepRecord } from './run-types.ts'
import type { RunStepTable, RunTable } from './schema.ts'
import { Snapshot } from './snapshot.ts'

/** The columns of `runs` that a summary is made from. */
export const summaryColumns = [
  'number',
  'id',
  'plan_id',
  'objective',
  'status',
  'success',
  'error',
  'parent',
  'revision',
  'code_commit',
  'tags',
  'started_at',
  'ended_at',
  'duration_ms',
  'heartbeat_at',
  'step_count',
  'plan_bytes',
  'execution_bytes',
  'host',
  'pid',
  'process_start',
  'change',
] as const

/** A row of {@link summaryColumns}. */
export type SummaryRow = Pick<RunTable, (typeof summaryColumns)[number]>

/** What a list shows of a row. */
export function summaryOf(row: SummaryRow): RunSummary {
  return {
    id: row.id,
    planId: row.plan_id,
    objective: row.objective,
    status: statusOf(row.status),
    success: row.success === null ? null : row.success === 1,
    error: row.error,
    tags: tagsOf(row.tags),
    parent: row.parent,
    revision: row.revision,
    commit: row.code_commit,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    durationMs: row.duration_ms,
    heartbeatAt: row.heartbeat_at,
    steps: row.step_count,
    planBytes: row.plan_bytes,
    executionBytes: row.execution_bytes,
    process: { host: row.host, pid: row.pid, start: row.process_start },
    change: row.change,
  }
}

/** What is told of a step, with its output where it has one. */
export function stepOf(row: Omit<RunStepTable, 'project' | 'run'>, output: string | undefined): StepRecord {
  const status = stepStatuses.find((each) => each === row.status)
  if (status === undefined) throw new InternalError(`A step has the status ${row.status}`)
  return {
    position: row.position,
    id: row.step_id,
    name: row.name,
    tool: row.tool,
    status,
    error: row.error,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    durationMs: row.duration_ms,
    output: output === undefined ? null : new Snapshot(output),
  }
}

/** The tags of a row. */
export function tagsOf(json: string): readonly string[] {
  return json === '[]' ? [] : (JSON.parse(json) as string[])
}

/** The status of a row. */
function statusOf(text: string): RunStatus {
  const status = runStatuses.find((each) => each === text)
  if (status === undefined) throw new InternalError(`A run has the status ${text}`)
  return status
}
