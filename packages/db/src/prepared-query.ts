import { isForgeError, startStackAt } from '@forge/errors'
import type { ConnectionRole, Pool, SqliteRunResult, SqliteStatement } from '@forge/pool'
import { type StatementKey, statementKey } from '@forge/stmt-cache'
import type { CompiledQuery } from 'kysely'
import type { CachedConnection } from './cached-connection.ts'
import { NoResultError, ParameterError } from './errors.ts'
import { executeOnPool, type Execution, looksReadOnly } from './execute.ts'
import { type ParameterArguments, Placeholder } from './parameters.ts'

type CallSite = (...args: never[]) => unknown

/** How a prepared query hands over its rows. */
export interface PrepareOptions {
  /** Integers as `bigint`, exact over 64 bits. Default false: as `number`. */
  readonly bigint?: boolean
  /**
   * Runs `all`, `first`, `firstOrThrow` and `allRaw` in a thread of the pool, see {@link Pool.readInWorker}: for a query
   * that takes so long that the event loop must not wait for it. Inside a transaction it runs where that is. Default false.
   */
  readonly worker?: boolean
}

/** A query that was built and compiled once, to be run often with different values. */
export interface PreparedQuery<P, R> {
  readonly sql: string
  /** The names of the parameters, each once, in the order of their first placeholder: the order of positional values. */
  readonly parameters: readonly string[]
  /** The statement that hands over rows as objects, and the one that hands them over as arrays. */
  readonly keys: { readonly rows: StatementKey; readonly raw: StatementKey }

  /**
   * The values to bind, in the order of the placeholders.
   *
   * @throws `FORGE_DB_PARAMETER` for a parameter that has no value; SQL's null is `null`
   */
  bind(...params: ParameterArguments<P>): readonly unknown[]

  /**
   * {@link PreparedQuery.bind} for values in the order of {@link PreparedQuery.parameters}.
   *
   * @param index which row of many it is, for `details.row` of the error
   * @throws `FORGE_DB_PARAMETER` for a row of another length
   */
  bindPositional(row: readonly unknown[], index?: number): readonly unknown[]

  /**
   * All rows.
   *
   * @throws `FORGE_DB_PARAMETER`, `FORGE_DB_QUERY`, `FORGE_DB_BUSY`, what {@link Pool.acquire} throws, and other
   * `FORGE_DB_` errors; the same is true of the methods below
   */
  all(...params: ParameterArguments<P>): Promise<R[]>

  /** The first row, if there is one. */
  first(...params: ParameterArguments<P>): Promise<R | undefined>

  /** The first row; throws `FORGE_DB_NO_RESULT` where there is none. */
  firstOrThrow(...params: ParameterArguments<P>): Promise<R>

  /** All rows as arrays of their columns, in the order of the select: the cheapest form of a large answer. */
  allRaw(...params: ParameterArguments<P>): Promise<unknown[][]>

  /** Runs a query for what it changes. */
  run(...params: ParameterArguments<P>): Promise<SqliteRunResult>

  /** The same query, which stops waiting for a connection or a lock when the signal is aborted. */
  withSignal(signal: AbortSignal): PreparedQuery<P, R>
}

/** Hands over all rows. */
export const readAll = (statement: SqliteStatement, values: readonly unknown[]): unknown[] => statement.all(...values)

/** Hands over the first row. */
export const readFirst = (statement: SqliteStatement, values: readonly unknown[]): unknown => statement.get(...values)

/** Hands over what was changed. */
export const readChanges = (statement: SqliteStatement, values: readonly unknown[]): SqliteRunResult =>
  statement.run(...values)

/** What `firstOrThrow` throws. */
export function noResult(query: { readonly sql: string }, callSite: CallSite): NoResultError {
  return new NoResultError('The query found no row', {
    hint: 'Use first where a row may be missing',
    details: { sql: query.sql },
    callSite,
  })
}

/** How a prepared query runs. */
export interface QueryOptions extends PrepareOptions {
  readonly signal?: AbortSignal
}

/** Makes a prepared query of a compiled one whose parameters may be {@link Placeholder}s. */
export function createPreparedQuery<P, R>(
  pool: Pool<CachedConnection>,
  compiled: CompiledQuery<R>,
  options: QueryOptions = {},
): PreparedQuery<P, R> {
  return new PooledQuery(pool, compiled, options)
}

class PooledQuery<P, R> implements PreparedQuery<P, R> {
  readonly sql: string
  readonly parameters: readonly string[]
  readonly keys: { readonly rows: StatementKey; readonly raw: StatementKey }
  readonly #pool: Pool<CachedConnection>
  /** A placeholder, or a value that is part of the query. */
  readonly #slots: readonly unknown[]
  readonly #positions: ReadonlyMap<string, number>
  /** Whether every placeholder is a parameter of its own, so that positional values are bound as they are. */
  readonly #distinct: boolean
  readonly #role: ConnectionRole
  readonly #compiled: CompiledQuery<R>
  readonly #options: QueryOptions

  constructor(pool: Pool<CachedConnection>, compiled: CompiledQuery<R>, options: QueryOptions) {
    const { bigint = false } = options
    this.#compiled = compiled
    this.#options = options
    this.sql = compiled.sql
    this.keys = {
      rows: statementKey(compiled.sql, { bigint, admission: 'always' }),
      raw: statementKey(compiled.sql, { bigint, admission: 'always', result: 'raw' }),
    }
    this.#pool = pool
    this.#slots = compiled.parameters
    const names = this.#slots.filter((slot) => slot instanceof Placeholder).map((slot) => slot.name)
    this.parameters = [...new Set(names)]
    this.#distinct = this.parameters.length === this.#slots.length
    this.#positions = new Map(this.parameters.map((name, index) => [name, index]))
    this.#role = looksReadOnly(compiled) ? 'reader' : 'writer'
  }

  bind(...params: ParameterArguments<P>): readonly unknown[] {
    return this.#bind(params[0], this.bind)
  }

  bindPositional(row: readonly unknown[], index?: number): readonly unknown[] {
    if (row.length !== this.parameters.length) {
      throw new ParameterError(`The query takes ${this.parameters.length} values, not ${row.length}`, {
        hint: `Give one value for each of: ${this.parameters.join(', ')}`,
        details: { parameters: this.parameters, values: row.length, ...(index === undefined ? {} : { row: index }) },
        callSite: this.bindPositional,
      })
    }
    if (this.#distinct) return row
    return this.#slots.map((slot) => (slot instanceof Placeholder ? row[this.#positions.get(slot.name) ?? 0] : slot))
  }

  all(...params: ParameterArguments<P>): Promise<R[]> {
    if (this.#options.worker === true) return this.#runInWorker(this.keys.rows, params[0], this.all) as Promise<R[]>
    return this.#run(this.keys.rows, params[0], readAll, this.all) as Promise<R[]>
  }

  first(...params: ParameterArguments<P>): Promise<R | undefined> {
    return this.#first(params[0], this.first) as Promise<R | undefined>
  }

  async firstOrThrow(...params: ParameterArguments<P>): Promise<R> {
    const row = await this.#first(params[0], this.firstOrThrow)
    if (row === undefined) throw noResult(this, this.firstOrThrow)
    return row as R
  }

  allRaw(...params: ParameterArguments<P>): Promise<unknown[][]> {
    const rows =
      this.#options.worker === true
        ? this.#runInWorker(this.keys.raw, params[0], this.allRaw)
        : this.#run(this.keys.raw, params[0], readAll, this.allRaw)
    return rows as Promise<unknown[][]>
  }

  run(...params: ParameterArguments<P>): Promise<SqliteRunResult> {
    return this.#run(this.keys.rows, params[0], readChanges, this.run)
  }

  withSignal(signal: AbortSignal): PreparedQuery<P, R> {
    return new PooledQuery(this.#pool, this.#compiled, { ...this.#options, signal })
  }

  #first(params: unknown, callSite: CallSite): Promise<unknown> {
    if (this.#options.worker !== true) return this.#run(this.keys.rows, params, readFirst, callSite)
    return this.#runInWorker(this.keys.rows, params, callSite).then((rows) => rows[0])
  }

  #bind(params: unknown, callSite: CallSite): readonly unknown[] {
    const slots = this.#slots
    const values: unknown[] = []
    for (const slot of slots) {
      if (!(slot instanceof Placeholder)) values.push(slot)
      else {
        const value = (params as Record<string, unknown> | undefined)?.[slot.name]
        if (value === undefined) throw missing(slot.name, this.parameters, callSite)
        values.push(value)
      }
    }
    return values
  }

  #run<T>(key: StatementKey, params: unknown, read: Execution<T>['read'], callSite: CallSite): Promise<T> {
    try {
      const execution: Execution<T> = { sql: this.sql, key, values: this.#bind(params, callSite), read }
      return executeOnPool(this.#pool, this.#role, execution, { callSite, signal: this.#options.signal })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async #runInWorker(key: StatementKey, params: unknown, callSite: CallSite): Promise<unknown[]> {
    const { signal, bigint = false } = this.#options
    const values = this.#bind(params, callSite)
    try {
      return await this.#pool.readInWorker(this.sql, values, { signal, bigint, result: key.result })
    } catch (error) {
      if (isForgeError(error)) startStackAt(error, this.#runInWorker)
      throw error
    }
  }
}

function missing(name: string, parameters: readonly string[], callSite: CallSite): ParameterError {
  return new ParameterError(`The parameter ${name} has no value`, {
    hint: `Give a value for each of: ${parameters.join(', ')}; null stands for SQL's null`,
    details: { parameter: name, parameters },
    callSite,
  })
}
