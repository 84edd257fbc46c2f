import { requireInteger } from './run-arguments.ts'
import type { RunContext } from './run-context.ts'
import { listLimits } from './reading.ts'
import { summaryColumns, summaryOf } from './run-rows.ts'
import type { RunSummary } from './run-types.ts'

/** A run that was started or changed, or deleted. */
export type RunChange =
  | { readonly kind: 'saved'; readonly change: number; readonly run: RunSummary }
  | { readonly kind: 'deleted'; readonly change: number; readonly id: string }

/** Where {@link RunStorage.changes} goes on. */
export interface ChangesOptions {
  /** Changes with higher numbers are listed. Default 0: all runs that are there. */
  readonly after?: number
  /** 1 to 1,000, default 100. */
  readonly limit?: number
}

/** Changes in the order they were made. */
export interface ChangePage {
  /** Each run once, as it is now, with the number of its last change. */
  readonly changes: readonly RunChange[]
  /** The number to go on after. */
  readonly last: number
  /** Whether there are more. */
  readonly more: boolean
  /**
   * Whether `after` is of no use any more: the history was replaced, or deletions since then are no longer listed. Then
   * there are no changes: read the runs anew, and go on after `last`.
   */
  readonly reset: boolean
}

/** What has changed since. */
export async function changesAfter(
  context: RunContext,
  { after = 0, limit = 100 }: ChangesOptions,
  callSite: (...args: never[]) => unknown,
): Promise<ChangePage> {
  requireInteger('after', after, [0, Number.MAX_SAFE_INTEGER], callSite)
  requireInteger('limit', limit, listLimits, callSite)
  return await context.read(async (tx) => {
    const project = tx.first(context.queries.projectId, { name: context.project })
    if (project === undefined) return { changes: [], last: 0, more: false, reset: after > 0 }
    if (after > project.change || (after > 0 && after < project.forgotten)) {
      return { changes: [], last: project.change, more: false, reset: true }
    }
    if (after === project.change) return { changes: [], last: after, more: false, reset: false }
    const rows = await tx.kysely
      .selectFrom('runs')
      .select(summaryColumns)
      .where('project', '=', project.id)
      .where('change', '>', after)
      .orderBy('change')
      .limit(limit + 1)
      .execute()
    const deletions = await tx.kysely
      .selectFrom('run_deletions')
      .select(['change', 'id'])
      .where('project', '=', project.id)
      .where('change', '>', after)
      .orderBy('change')
      .limit(limit + 1)
      .execute()
    const all: RunChange[] = [
      ...rows.map((row) => ({ kind: 'saved', change: row.change, run: summaryOf(row) }) as const),
      // Whoever begins has nothing to delete.
      ...(after === 0 ? [] : deletions.map(({ change, id }) => ({ kind: 'deleted', change, id }) as const)),
    ].toSorted((a, b) => a.change - b.change)
    const changes = all.slice(0, limit)
    const more = all.length > limit
    return { changes, last: more ? (changes.at(-1)?.change ?? after) : project.change, more, reset: false }
  })
}
