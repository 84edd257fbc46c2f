import { isForgeError, startStackAt } from '@forge/errors'
import { CompiledQuery, type QueryResult } from 'kysely'
import { ParameterError } from './errors.ts'
import { type ParameterArguments, Placeholder } from './parameters.ts'
import { noResult } from './prepared-query.ts'
import type { PortableQuery, PortableRunResult } from './portable.ts'

type CallSite = (...args: never[]) => unknown

/** Runs a statement somewhere: on any connection, or in a transaction. */
export type RunStatement = <R>(compiled: CompiledQuery, signal: AbortSignal | undefined) => Promise<QueryResult<R>>

/** What a statement is asked for. */
export interface Ask<R, T> {
  readonly run: RunStatement
  readonly signal?: AbortSignal | undefined
  readonly read: (result: QueryResult<R>) => T
}

/** Hands over all rows. */
export const rows = <R>(result: QueryResult<R>): R[] => result.rows

/** Hands over the first row. */
export const firstRow = <R>(result: QueryResult<R>): R | undefined => result.rows[0]

/** Hands over what was changed. */
export const changes = ({ numAffectedRows = 0n }: QueryResult<unknown>): PortableRunResult => ({
  changes: Number(numAffectedRows),
})

/** Hands over the first row, and throws where there is none. */
export function firstRowOf(query: { readonly sql: string }): <R>(result: QueryResult<R>) => R {
  return (result) => {
    if (result.rows.length === 0) throw noResult(query, firstRowOf)
    return result.rows[0]!
  }
}

/** Runs a query with its values; the first frame of what it throws is the line that called `callSite`. */
export function askStatement<P, R, T>(
  query: PortableQuery<P, R>,
  params: ParameterArguments<P>,
  ask: Ask<R, T>,
  callSite: CallSite,
): Promise<T> {
  let compiled: CompiledQuery
  try {
    compiled = CompiledQuery.raw(query.sql, [...query.bind(...params)])
  } catch (error) {
    if (isForgeError(error)) startStackAt(error, callSite)
    return Promise.reject(error)
  }
  return answer(compiled, ask)
}

async function answer<R, T>(compiled: CompiledQuery, { run, signal, read }: Ask<R, T>): Promise<T> {
  try {
    return read(await run<R>(compiled, signal))
  } catch (error) {
    // The call is over; its line is now the first of the asynchronous frames below this function.
    if (isForgeError(error) && error !== signal?.reason) startStackAt(error, answer)
    throw error
  }
}

/** A query of any dialect, compiled once. */
export class CompiledOnce<P, R> implements PortableQuery<P, R> {
  readonly sql: string
  readonly parameters: readonly string[]
  /** A placeholder, or a value that is part of the query. */
  readonly #slots: readonly unknown[]
  readonly #run: RunStatement
  readonly #compiled: CompiledQuery<R>
  readonly #signal: AbortSignal | undefined

  constructor(run: RunStatement, compiled: CompiledQuery<R>, signal?: AbortSignal) {
    this.#run = run
    this.#compiled = compiled
    this.#signal = signal
    this.sql = compiled.sql
    this.#slots = compiled.parameters
    this.parameters = [...new Set(this.#slots.filter((slot) => slot instanceof Placeholder).map(({ name }) => name))]
  }

  bind(...params: ParameterArguments<P>): readonly unknown[] {
    const given = params[0] as Readonly<Record<string, unknown>> | undefined
    return this.#slots.map((slot) => {
      if (!(slot instanceof Placeholder)) return slot
      const value = given?.[slot.name]
      if (value === undefined) throw missing(slot.name, this.parameters, this.bind)
      return value
    })
  }

  all(...params: ParameterArguments<P>): Promise<R[]> {
    return this.#ask(params, rows, this.all)
  }

  first(...params: ParameterArguments<P>): Promise<R | undefined> {
    return this.#ask(params, firstRow, this.first)
  }

  firstOrThrow(...params: ParameterArguments<P>): Promise<R> {
    return this.#ask(params, firstRowOf(this), this.firstOrThrow)
  }

  run(...params: ParameterArguments<P>): Promise<PortableRunResult> {
    return this.#ask(params, changes, this.run)
  }

  withSignal(signal: AbortSignal): PortableQuery<P, R> {
    return new CompiledOnce(this.#run, this.#compiled, signal)
  }

  #ask<T>(params: ParameterArguments<P>, read: (result: QueryResult<R>) => T, callSite: CallSite): Promise<T> {
    return askStatement(this, params, { run: this.#run, signal: this.#signal, read }, callSite)
  }
}

function missing(name: string, parameters: readonly string[], callSite: CallSite): ParameterError {
  return new ParameterError(`The parameter ${name} has no value`, {
    hint: `Give a value for each of: ${parameters.join(', ')}; null stands for SQL's null`,
    details: { parameter: name, parameters },
    callSite,
  })
}
