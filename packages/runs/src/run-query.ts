import { type Expression, type SelectQueryBuilder, sql, type SqlBool } from 'kysely'
import { RunQueryError } from './errors.ts'
import { compileCondition, type Condition, type ConditionScope } from './query-conditions.ts'
import { parseQuery } from './query-parser.ts'
import { type RunCondition, type RunFilter, runFields, runOperators } from './run-filter.ts'
import type { RunTables } from './schema.ts'
import { searchWords } from './search-words.ts'
import { runHasText } from './text-index.sqlite.ts'

type CallSite = (...args: never[]) => unknown

/** Which runs are meant: a text as `parseRunQuery` reads it, or what that makes of one. An empty text means every run. */
export type RunQuery = string | RunFilter

/** A search that is understood. */
export interface PreparedSearch {
  /** Absent where every run is meant. */
  readonly where?: Condition
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

/**
 * A query that is understood; without one, every run is meant.
 *
 * @param now what relative times are before, in milliseconds since the epoch
 * @throws `FORGE_RUN_QUERY`
 */
export function prepareSearch(query: RunQuery | undefined, now: number, callSite: CallSite): PreparedSearch {
  if (query === undefined) return { usesText: false }
  const filter = typeof query === 'string' ? parseQuery(query, callSite) : query
  const compiler = new Compiler(now, callSite)
  if (typeof filter === 'object' && filter !== null && 'all' in filter && filter.all.length === 0)
    return { usesText: false }
  const where = compiler.compile(filter)
  return { where, usesText: compiler.usesText }
}

class Compiler {
  usesText = false
  readonly #now: number
  readonly #callSite: CallSite

  constructor(now: number, callSite: CallSite) {
    this.#now = now
    this.#callSite = callSite
  }

  compile(filter: RunFilter): Condition {
    if (typeof filter !== 'object' || filter === null) throw this.#noFilter()
    if ('all' in filter) return this.#each(filter.all, (scope, conditions) => scope.eb.and(conditions))
    if ('any' in filter) return this.#each(filter.any, (scope, conditions) => scope.eb.or(conditions))
    if ('not' in filter) {
      const inner = this.compile(filter.not)
      // What is not known does not hold: a run that goes on has no duration.
      return (scope) => sql<SqlBool>`(${inner(scope)}) is not true`
    }
    if ('text' in filter) return this.#text(filter)
    if (!isCondition(filter)) throw this.#noFilter()
    return compileCondition(filter, this.#now, this.#callSite)
  }

  #each(
    filters: readonly RunFilter[],
    join: (scope: ConditionScope, conditions: readonly Expression<SqlBool>[]) => Expression<SqlBool>,
  ): Condition {
    if (!Array.isArray(filters)) throw this.#noFilter()
    const conditions = filters.map((each) => this.compile(each))
    return (scope) =>
      join(
        scope,
        conditions.map((condition) => condition(scope)),
      )
  }

  #text({ text, prefix = false }: { readonly text: string; readonly prefix?: boolean }): Condition {
    if (typeof text !== 'string') throw this.#noFilter()
    const words = searchWords(text)
    // Where there is no word, there is none to be found.
    if (words.length === 0) return () => sql<SqlBool>`false`
    this.usesText = true
    return ({ project }) => runHasText(project, { words, prefix })
  }

  #noFilter(): RunQueryError {
    return new RunQueryError('This is no query of runs', {
      hint: 'Give a text such as "status:failed tag:nightly", or what parseRunQuery gives',
      details: {},
      callSite: this.#callSite,
    })
  }
}

function isCondition({ field, operator, values }: RunCondition): boolean {
  const known = runFields.includes(field) && runOperators.includes(operator)
  return known && Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'string')
}
