import type { PreparedQuery } from '@forge/db'
import { type RawBuilder, type SelectQueryBuilder, sql, type SqlBool } from 'kysely'
import { type Cursor, readCursor, type RunOrder, runOrders, writeCursor } from './cursor.ts'
import { listLimits } from './reading.ts'
import { invalid, requireInteger } from './run-arguments.ts'
import type { RunContext } from './run-context.ts'
import type { WaitOptions } from './wait-options.ts'
import { type PreparedSearch, whereOf } from './run-query.ts'
import { summaryColumns, type SummaryRow, summaryOf } from './run-rows.ts'
import { runStatuses, type RunStatus, type RunSummary } from './run-types.ts'
import type { RunTables } from './schema.ts'

type CallSite = (...args: never[]) => unknown

/** Which page of a search. */
export interface SearchOptions extends WaitOptions {
  /** `next` of the page before. */
  readonly after?: string | undefined
  /** Runs to leave out, default 0. For far pages `after` is faster, and stays right while runs arrive. */
  readonly offset?: number
  /** 1 to 1,000, default 20. */
  readonly limit?: number
  /** Default `newest`. `longest` and `shortest` leave out runs that have no duration yet. */
  readonly order?: RunOrder
}

/** A page of a search. */
export interface RunPage {
  readonly runs: readonly RunSummary[]
  /** Where the next page begins; null after the last one. Runs that come in between are on no page. */
  readonly next: string | null
  /**
   * Texts that could not be searched, because the database can only be read and they were not indexed before; otherwise 0.
   */
  readonly unindexed: number
}

/** A value and how many runs have it. */
export interface FacetValue {
  readonly value: string
  readonly count: number
}

/** Runs by what they have in common. */
export interface RunFacets {
  readonly total: number
  readonly status: Readonly<Record<RunStatus, number>>
  /** The most frequent first. */
  readonly tags: readonly FacetValue[]
  /** Plan ids, the most frequent first. */
  readonly plans: readonly FacetValue[]
  /** As in {@link RunPage}. */
  readonly unindexed: number
}

/** How facets are counted. */
export interface FacetOptions extends WaitOptions {
  /** Most tags and plans that are listed, 1 to 1,000, default 20. */
  readonly limit?: number
}

const directions: Readonly<Record<RunOrder, { column: 'started_at' | 'duration_ms'; direction: 'asc' | 'desc' }>> = {
  newest: { column: 'started_at', direction: 'desc' },
  oldest: { column: 'started_at', direction: 'asc' },
  longest: { column: 'duration_ms', direction: 'desc' },
  shortest: { column: 'duration_ms', direction: 'asc' },
}

/** A page of the runs that a search is about. */
export async function searchRuns(
  context: RunContext,
  search: PreparedSearch,
  { after, offset = 0, limit = 20, order = 'newest', signal }: SearchOptions,
  callSite: CallSite,
): Promise<RunPage> {
  requireInteger('limit', limit, listLimits, callSite)
  requireInteger('offset', offset, [0, Number.MAX_SAFE_INTEGER], callSite)
  if (!runOrders.includes(order)) throw invalid('order', runOrders.join(', '), order, callSite)
  const cursor = after === undefined ? undefined : readCursor(after, order, callSite)
  const unindexed = await prepareTexts(context, search, signal)
  const { column } = directions[order]
  const rows = await context.ask(
    (project) =>
      search.where === undefined && cursor === undefined && order === 'newest'
        ? withSignal(context.queries.newest, signal).all({ project, limit: limit + 1, offset })
        : pageQuery(context, search, { project, order, cursor })
            .limit(limit + 1)
            .offset(offset)
            .execute({ signal }),
    signal,
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  const next = last && writeCursor(order, { value: last[column] ?? 0, number: last.number })
  return { runs: page.map(summaryOf), next: next ?? null, unindexed }
}

/** How many runs a search is about. */
export async function countRuns(context: RunContext, search: PreparedSearch, { signal }: WaitOptions): Promise<number> {
  await prepareTexts(context, search, signal)
  const row = await context.ask(
    (project) =>
      context.db.kysely
        .selectFrom('runs')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('project', '=', project)
        .$call((query) => whereOf(query, search, project))
        .executeTakeFirstOrThrow({ signal }),
    signal,
  )
  return row.count
}

/** The runs a search is about, by what they have in common. */
export async function runFacets(
  context: RunContext,
  search: PreparedSearch,
  { limit = 20, signal }: FacetOptions,
  callSite: CallSite,
): Promise<RunFacets> {
  requireInteger('limit', limit, listLimits, callSite)
  const unindexed = await prepareTexts(context, search, signal)
  return await context.read(
    async (tx, project) => {
      const runs = tx.kysely
        .selectFrom('runs')
        .where('runs.project', '=', project)
        .$call((query) => whereOf(query, search, project))
      const statuses = await runs
        .select(['status', (eb) => eb.fn.countAll<number>().as('count')])
        .groupBy('status')
        .execute({ signal })
      const tags = await tx.kysely
        .selectFrom('run_tags')
        .select(['tag as value', (eb) => eb.fn.countAll<number>().as('count')])
        .where('project', '=', project)
        .$if(search.where !== undefined, (query) => query.where('run', 'in', runs.select('number')))
        .groupBy('tag')
        .orderBy('count', 'desc')
        .orderBy('value')
        .limit(limit)
        .execute({ signal })
      const plans = await runs
        .select(['plan_id as value', (eb) => eb.fn.countAll<number>().as('count')])
        .where('plan_id', 'is not', null)
        .groupBy('plan_id')
        .orderBy('count', 'desc')
        .orderBy('value')
        .limit(limit)
        .execute({ signal })
      const counts = new Map(statuses.map(({ status, count }) => [status, count]))
      return {
        total: statuses.reduce((sum, { count }) => sum + count, 0),
        status: Object.fromEntries(runStatuses.map((status) => [status, counts.get(status) ?? 0])) as Record<
          RunStatus,
          number
        >,
        tags,
        plans: plans.map(({ value, count }) => ({ value: value ?? '', count })),
        unindexed,
      }
    },
    { signal },
  )
}

/** Brings the full-text index up to date where it is asked; returns how many texts it lacks. */
export async function prepareTexts(
  context: RunContext,
  search: PreparedSearch,
  signal: AbortSignal | undefined,
): Promise<number> {
  return search.usesText ? await context.indexing.tryToCatchUp(context, { signal }) : 0
}

interface Page {
  readonly project: number
  readonly order: RunOrder
  readonly cursor: Cursor | undefined
}

function withSignal<P, R>(query: PreparedQuery<P, R>, signal: AbortSignal | undefined): PreparedQuery<P, R> {
  return signal === undefined ? query : query.withSignal(signal)
}

/** The runs after the cursor, in order, as {@link searchRuns} reads them. */
function pageQuery(
  context: RunContext,
  search: PreparedSearch,
  { project, order, cursor }: Page,
): SelectQueryBuilder<RunTables, 'runs', SummaryRow> {
  const { column, direction } = directions[order]
  return context.db.kysely
    .selectFrom('runs')
    .select(summaryColumns)
    .where('runs.project', '=', project)
    .$if(column === 'duration_ms', (query) => query.where('runs.duration_ms', 'is not', null))
    .$if(cursor !== undefined, (query) => query.where(beyond(column, direction, cursor)))
    .$call((query) => whereOf(query, search, project))
    .orderBy(`runs.${column}`, direction)
    .orderBy('runs.number', direction)
}

function beyond(column: string, direction: 'asc' | 'desc', cursor: Cursor | undefined): RawBuilder<SqlBool> {
  const operator = sql.raw(direction === 'asc' ? '>' : '<')
  return sql<SqlBool>`(${sql.ref(`runs.${column}`)}, runs.number) ${operator} (${cursor?.value}, ${cursor?.number})`
}
