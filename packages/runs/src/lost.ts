import { requireMilliseconds } from './run-arguments.ts'
import type { RunContext } from './run-context.ts'
import type { WaitOptions } from './wait-options.ts'
import { summaryColumns, type SummaryRow } from './run-rows.ts'

/** How {@link RunStorage.markLost} decides. */
export interface LostOptions extends WaitOptions {
  /**
   * Milliseconds without a sign of life after which a run is lost whose process cannot be seen from here. Default 600,000;
   * a process that can be seen decides by itself.
   */
  readonly heartbeatTimeout?: number
}

/** Marks running runs whose process is gone; returns their ids. */
export async function markLost(
  context: RunContext,
  options: LostOptions,
  callSite: (...args: never[]) => unknown,
): Promise<readonly string[]> {
  const { heartbeatTimeout = 600_000, signal } = options
  requireMilliseconds('heartbeatTimeout', heartbeatTimeout, callSite)
  const running = await context.ask((project) =>
    context.db.kysely
      .selectFrom('runs')
      .select(summaryColumns)
      .where('project', '=', project)
      .where('status', '=', 'running')
      .orderBy('started_at')
      .orderBy('number')
      .execute({ signal }),
  )
  const now = context.clock()
  // Looking for a process is no work for a transaction.
  const gone = running.filter((row) => isGone(context, row, now - heartbeatTimeout))
  if (gone.length === 0) return []
  return await context.write((tx) => gone.filter((row) => mark(context, tx, row)).map(({ id }) => id), { signal })
}

function isGone(context: RunContext, row: SummaryRow, oldest: number): boolean {
  const state = context.probe({ host: row.host, pid: row.pid, start: row.process_start })
  return state === 'gone' || (state === 'unknown' && row.heartbeat_at < oldest)
}

/** Marks one, unless it has given a sign of life since. */
function mark(context: RunContext, tx: Parameters<Parameters<RunContext['write']>[0]>[0], seen: SummaryRow): boolean {
  const row = tx.first(context.queries.byNumber, { name: context.project, run: seen.number })
  if (row === undefined || row.status !== 'running' || row.heartbeat_at !== seen.heartbeat_at) return false
  const { id: project, change } = context.change(tx)
  tx.run(context.queries.endRun, {
    project,
    number: row.number,
    status: 'lost',
    success: null,
    error: null,
    ended_at: row.heartbeat_at,
    duration_ms: Math.max(0, row.heartbeat_at - row.started_at),
    heartbeat_at: row.heartbeat_at,
    execution_bytes: null,
    change,
  })
  return true
}
