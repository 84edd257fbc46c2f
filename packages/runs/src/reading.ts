import { notFound, type RunContext } from './run-context.ts'
import { requireInteger } from './run-arguments.ts'
import { summaryOf } from './run-rows.ts'
import type { RunRecord, RunSummary } from './run-types.ts'
import { decodeSnapshot, Snapshot } from './snapshot.ts'

type CallSite = (...args: never[]) => unknown

/** The numbers a list may be long. */
export const listLimits: readonly [number, number] = [1, 1000]

/** A run with its snapshots. */
export async function getRun(context: RunContext, id: string): Promise<RunRecord> {
  const row =
    typeof id === 'string' ? await context.ask((project) => context.queries.record.first({ project, id })) : undefined
  if (row === undefined) throw notFound(id, context.project)
  return {
    ...summaryOf(row),
    plan: snapshotOf(row.plan_encoding, row.plan_data),
    execution: snapshotOf(row.execution_encoding, row.execution_data),
  }
}

function snapshotOf(encoding: number | null, data: Uint8Array | null): Snapshot | null {
  return encoding === null || data === null ? null : new Snapshot(decodeSnapshot(encoding, data))
}

/** What a list shows of a run. */
export async function getSummary(context: RunContext, id: string): Promise<RunSummary> {
  const row =
    typeof id === 'string' ? await context.ask((project) => context.queries.byId.first({ project, id })) : undefined
  if (row === undefined) throw notFound(id, context.project)
  return summaryOf(row)
}

/** Runs, the newest first. */
export async function listRuns(
  context: RunContext,
  limit: number,
  offset: number,
  callSite: CallSite,
): Promise<readonly RunSummary[]> {
  requireInteger('limit', limit, listLimits, callSite)
  requireInteger('offset', offset, [0, Number.MAX_SAFE_INTEGER], callSite)
  const rows = await context.ask((project) => context.queries.newest.all({ project, limit, offset }))
  return rows.map(summaryOf)
}
