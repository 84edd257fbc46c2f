import type { Expression, ExpressionBuilder, SelectQueryBuilder, SqlBool } from 'kysely'
import type { RunTables } from './schema.ts'

/** What a condition is compiled for. */
export interface ConditionScope {
  readonly eb: ExpressionBuilder<RunTables, 'runs'>
  /** The row id of the project. */
  readonly project: number
}

/** A search that is understood. */
export interface PreparedSearch {
  /** Absent where every run is meant. */
  readonly where?: (scope: ConditionScope) => Expression<SqlBool>
  /** Whether it asks the full-text index. */
  readonly usesText: boolean
}

/** Adds the condition of a search to a query over `runs`. */
export function whereOf<O>(
  query: SelectQueryBuilder<RunTables, 'runs', O>,
  { where }: PreparedSearch,
  project: number,
): SelectQueryBuilder<RunTables, 'runs', O> {
  return where === undefined ? query : query.where((eb) => where({ eb, project }))
}

/** What a search is about. */
export type RunQuery = PreparedSearch

/** A query that is understood; without one, every run is meant. */
export function prepareSearch(query: RunQuery | undefined): PreparedSearch {
  return query ?? { usesText: false }
}
