import { notFound, type RunContext } from './run-context.ts'
import { requireInteger } from './run-arguments.ts'
import { summaryOf } from './run-rows.ts'
import type { RunRecord, RunSummary } from './run-types.ts'
import { planPart } from './run-parts.ts'
import { decodeSnapshot, Snapshot } from './snapshot.ts'

type CallSite = (...args: never[]) => unknown

/** The numbers a list may be long. */
export const listLimits: readonly [number, number] = [1, 1000]

/** A run with its snapshots. */
export async function getRun(context: RunContext, id: string): Promise<RunRecord> {
  // Not one query with joins: reading large values takes SQLite twice as long there [measured].
  const found = await context.read((tx, project) => {
    const row = typeof id === 'string' ? tx.first(context.queries.byId, { project, id }) : undefined
    return row === undefined
      ? undefined
      : { row, parts: tx.all(context.queries.snapshots, { project, run: row.number }) }
  })
  if (found === undefined) throw notFound(id, context.project)
  let plan: Snapshot | null = null
  let execution: Snapshot | null = null
  for (const { part, encoding, data } of found.parts) {
    const snapshot = new Snapshot(decodeSnapshot(encoding, data))
    if (part === planPart) plan = snapshot
    else execution = snapshot
  }
  return { ...summaryOf(found.row), plan, execution }
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
