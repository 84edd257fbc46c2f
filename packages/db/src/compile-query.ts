import { QueryError } from '@forge/pool'
import type { CompiledQuery, Kysely } from 'kysely'
import type { CompilableQuery } from './database.ts'
import { refuseControl } from './execute.ts'
import { placeholders } from './parameters.ts'

type CallSite = (...args: never[]) => unknown

/**
 * Compiles what `build` makes, with a placeholder for each parameter.
 *
 * @throws `FORGE_DB_QUERY` where it makes no query, `FORGE_DB_PARAMETER` where it computes with a parameter,
 * `FORGE_TRANSACTION_CONTROL`; with `callSite` as the origin
 */
export function compileQuery<S, P extends object, R>(
  db: Kysely<S>,
  build: (db: Kysely<S>, param: P) => CompilableQuery<R>,
  callSite: CallSite,
): CompiledQuery<R> {
  if (typeof build !== 'function') throw noQuery(`build is a ${typeof build} and no function`, callSite)
  const query: unknown = build(db, placeholders<P>())
  if (!isCompilable<R>(query)) throw noQuery('build returned no query', callSite)
  const compiled = query.compile(db)
  refuseControl(compiled, callSite)
  return compiled
}

function isCompilable<R>(value: unknown): value is CompilableQuery<R> {
  return value instanceof Object && 'compile' in value && typeof value.compile === 'function'
}

function noQuery(problem: string, callSite: CallSite): QueryError {
  return new QueryError(`There is no query to prepare: ${problem}`, {
    hint: 'Give a function that returns a query builder, or sql``, at once and without executing it',
    callSite,
  })
}
