import type { Transaction } from '@forge/db'
import { requireInteger } from './run-arguments.ts'
import { notFound, type RunContext } from './run-context.ts'
import { listLimits } from './reading.ts'
import { firstStepPart } from './run-parts.ts'
import { stepOf } from './run-rows.ts'
import type { StepRecord } from './run-types.ts'
import type { RunTables } from './schema.ts'
import { decodeSnapshot } from './snapshot.ts'

/** Where {@link RunStorage.stepsOf} goes on. */
export interface StepsOptions {
  /** Steps with higher positions are listed. */
  readonly after?: number | undefined
  /** 1 to 1,000, default 100. */
  readonly limit?: number
}

/** Steps in the order they were recorded. */
export interface StepPage {
  readonly steps: readonly StepRecord[]
  /** The position to go on after; null where there are no more. */
  readonly next: number | null
}

/** Steps of a run, with their outputs. */
export async function stepsOf(
  context: RunContext,
  id: string,
  { after = -1, limit = 100 }: StepsOptions,
  callSite: (...args: never[]) => unknown,
): Promise<StepPage> {
  requireInteger('after', after, [-1, Number.MAX_SAFE_INTEGER], callSite)
  requireInteger('limit', limit, listLimits, callSite)
  const found = await context.read((tx, project) => {
    const run = typeof id === 'string' ? tx.first(context.queries.byId, { project, id }) : undefined
    if (run === undefined) throw notFound(id, context.project)
    return readSteps(tx, [project, run.number], { after, limit: limit + 1 })
  })
  const steps = found.slice(0, limit)
  return { steps, next: found.length > limit ? (steps.at(-1)?.position ?? null) : null }
}

/** Steps of a run inside a transaction. */
export async function readSteps(
  tx: Transaction<RunTables>,
  [project, run]: readonly [number, number],
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly StepRecord[]> {
  const rows = await tx.kysely
    .selectFrom('run_steps as t')
    .leftJoin('run_snapshots as s', (join) =>
      join
        .onRef('s.project', '=', 't.project')
        .onRef('s.run', '=', 't.run')
        .on((eb) => eb('s.part', '=', eb('t.position', '+', firstStepPart))),
    )
    .select(['t.position', 't.step_id', 't.name', 't.tool', 't.status', 't.error'])
    .select(['t.started_at', 't.ended_at', 't.duration_ms', 't.output_bytes', 's.encoding', 's.data'])
    .where('t.project', '=', project)
    .where('t.run', '=', run)
    .where('t.position', '>', after)
    .orderBy('t.position')
    .limit(limit)
    .execute()
  return rows.map(({ encoding, data, ...row }) =>
    stepOf(row, encoding === null || data === null ? undefined : decodeSnapshot(encoding, data)),
  )
}
