import { mapDriverError, type Pool, type SqliteRunResult } from '@forge/pool'
import type { StatementKey } from '@forge/stmt-cache'
import { type Kysely, type KyselyProps, Transaction as KyselyTransaction } from 'kysely'
import type { CachedConnection } from './cached-connection.ts'
import { SavepointOrderError, TransactionFinishedError } from './errors.ts'
import { type Execution, runHere } from './execute.ts'
import { TransactionConnection } from './kysely-driver.ts'
import type { ParameterArguments } from './parameters.ts'
import { noResult, type PreparedQuery, readAll, readChanges, readFirst } from './prepared-query.ts'
import { commit, rollback } from './transaction-control.ts'

type CallSite = (...args: never[]) => unknown

/** Where a transaction or a savepoint is in its life. */
export type TransactionState = 'active' | 'committed' | 'rolled-back'

/**
 * One connection, alone, between begin and commit.
 *
 * Its own methods are synchronous: nothing else can use the connection, and half a million rows cost no promise each.
 * Every method throws `FORGE_TRANSACTION_FINISHED` once the transaction has ended, and `FORGE_DB_` errors for what
 * SQLite refuses.
 */
export interface Transaction<S> {
  readonly state: TransactionState

  /** Kysely on the connection of the transaction. */
  readonly kysely: Kysely<S>

  /** All rows. */
  all<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R[]

  /** The first row, if there is one. */
  first<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R | undefined

  /** The first row; throws `FORGE_DB_NO_RESULT` where there is none. */
  firstOrThrow<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R

  /** All rows as arrays of their columns. */
  allRaw<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): unknown[][]

  /** Runs a query for what it changes. */
  run<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): SqliteRunResult

  /**
   * Runs a query once for each row, as fast as a loop written by hand.
   *
   * @param rows the values in the order of {@link PreparedQuery.parameters}: that in which the placeholders first
   * appear in the SQL, for an insert that of its columns
   * @returns how many rows were changed
   * @throws `FORGE_DB_PARAMETER` for a row of another length; `details.row` is the index of the row that failed
   */
  runMany<P, R>(query: PreparedQuery<P, R>, rows: Iterable<readonly unknown[]>): number

  /**
   * Runs `body` inside a savepoint: what it throws undoes what was done since, and is thrown again.
   *
   * Until it ends, the statements of the transaction around it belong to the savepoint too.
   *
   * @throws `FORGE_SAVEPOINT_ORDER` while another savepoint of the same transaction is open
   */
  savepoint<T>(body: (savepoint: Transaction<S>) => T | PromiseLike<T>): Promise<T>

  /**
   * Undoes what was done since a savepoint began, and ends the savepoints inside it; it goes on itself.
   *
   * @throws `FORGE_SAVEPOINT_ORDER` unless it is a savepoint of this transaction that is still active
   */
  rollbackTo(savepoint: Transaction<S>): void
}

/** What a transaction is made of. */
export interface TransactionContext<S> {
  readonly pool: Pool<CachedConnection>
  readonly connection: CachedConnection
  /** Makes a Kysely that runs its queries on a connection of the transaction. */
  readonly bindKysely: (connection: TransactionConnection) => Kysely<S>
  /** The transaction and the savepoints in it, from outermost to innermost. */
  readonly levels: OpenTransaction<S>[]
}

/** Makes a Kysely whose every query runs on `connection`. */
export function bindKysely<S>(props: KyselyProps, connection: TransactionConnection): Kysely<S> {
  const executor = props.executor.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) })
  return new KyselyTransaction<S>({ ...props, executor })
}

/** A transaction that has begun, or a savepoint in one. */
export class OpenTransaction<S> implements Transaction<S> {
  readonly #context: TransactionContext<S>
  readonly #depth: number
  #state: TransactionState = 'active'
  #kysely: Kysely<S> | undefined

  constructor(context: TransactionContext<S>) {
    this.#context = context
    this.#depth = context.levels.push(this) - 1
  }

  get state(): TransactionState {
    return this.#state
  }

  get kysely(): Kysely<S> {
    this.#kysely ??= this.#context.bindKysely(
      new TransactionConnection(this.#context.connection, (sql, work) => this.#guard(sql, work)),
    )
    return this.#kysely
  }

  all<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R[] {
    return this.#run(query.keys.rows, query.bind(...params), readAll, this.all) as R[]
  }

  first<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R | undefined {
    return this.#run(query.keys.rows, query.bind(...params), readFirst, this.first) as R | undefined
  }

  firstOrThrow<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): R {
    const row = this.#run(query.keys.rows, query.bind(...params), readFirst, this.firstOrThrow)
    if (row === undefined) throw noResult(query, this.firstOrThrow)
    return row as R
  }

  allRaw<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): unknown[][] {
    return this.#run(query.keys.raw, query.bind(...params), readAll, this.allRaw) as unknown[][]
  }

  run<P, R>(query: PreparedQuery<P, R>, ...params: ParameterArguments<P>): SqliteRunResult {
    return this.#run(query.keys.rows, query.bind(...params), readChanges, this.run)
  }

  runMany<P, R>(query: PreparedQuery<P, R>, rows: Iterable<readonly unknown[]>): number {
    this.#requireActive(this.runMany)
    return this.#context.connection.use(query.keys.rows, (statement) => {
      let changes = 0
      let index = 0
      for (const row of rows) {
        // Where the rows come from a generator, it may have ended this savepoint.
        if (this.#state !== 'active') this.#requireActive(this.runMany)
        const values = query.bindPositional(row, index)
        try {
          changes += statement.run(...values).changes
        } catch (error) {
          throw this.#failure(error, query.sql, this.runMany, { row: index })
        }
        index++
      }
      return changes
    })
  }

  async savepoint<T>(body: (savepoint: Transaction<S>) => T | PromiseLike<T>): Promise<T> {
    const { levels } = this.#context
    this.#requireActive(this.savepoint)
    if (levels.at(-1) !== this) {
      throw new SavepointOrderError('Another savepoint of this transaction is still open', {
        hint: 'Open it on the innermost savepoint, or await the other one first',
        callSite: this.savepoint,
      })
    }
    const begin = `savepoint ${savepointName(levels.length)}`
    this.#guard(begin, () => this.#context.connection.run(begin))
    const inner = new OpenTransaction(this.#context)
    try {
      const result = await body(inner)
      inner.#requireActive(this.savepoint)
      this.#command(`release ${savepointName(inner.#depth)}`)
      this.#end(inner.#depth, 'committed')
      return result
    } catch (error) {
      inner.#undo()
      throw error
    }
  }

  rollbackTo(savepoint: Transaction<S>): void {
    this.#requireActive(this.rollbackTo)
    const depth = this.#context.levels.findIndex((level) => level === savepoint)
    if (depth <= this.#depth) {
      throw new SavepointOrderError('This is no open savepoint of this transaction', {
        hint: 'Roll back to a savepoint from the transaction it was opened in, while its body runs',
        callSite: this.rollbackTo,
      })
    }
    this.#command(`rollback to ${savepointName(depth)}`)
    this.#end(depth + 1, 'rolled-back')
  }

  /** Ends the transaction and keeps what it did, or, where that fails, undoes it. */
  async commit(): Promise<void> {
    this.#requireActive(this.commit)
    try {
      await commit(this.#context.pool, this.#context.connection)
      this.#end(0, 'committed')
    } catch (error) {
      this.rollback()
      throw error
    }
  }

  /** Ends the transaction, wherever it is in its life, and undoes what it did. */
  rollback(): void {
    this.#end(0, 'rolled-back')
    rollback(this.#context.connection)
  }

  #run<T>(key: StatementKey, values: readonly unknown[], read: Execution<T>['read'], callSite: CallSite): T {
    this.#requireActive(callSite)
    try {
      return runHere(this.#context.connection, { key, values, read })
    } catch (error) {
      throw this.#failure(error, key.sql, callSite)
    }
  }

  #guard<T>(sql: string, work: () => T): T {
    this.#requireActive(this.#guard)
    try {
      return work()
    } catch (error) {
      throw this.#failure(error, sql, this.#guard)
    }
  }

  /** Ends a savepoint, or undoes it, and with it every stream that is still open. */
  #command(sql: string): void {
    this.#context.connection.endIterations()
    this.#guard(sql, () => this.#context.connection.run(sql))
  }

  /** Rolls this savepoint back, unless it has ended with one around it. */
  #undo(): void {
    if (this.#state !== 'active') return
    const name = savepointName(this.#depth)
    try {
      this.#command(`rollback to ${name}`)
      this.#command(`release ${name}`)
      this.#end(this.#depth, 'rolled-back')
    } catch {
      // Invariant: what a body did is undone when it throws; with all of the transaction, if there is no other way.
      this.rollback()
    }
  }

  #failure(error: unknown, sql: string, callSite: CallSite, details: Record<string, unknown> = {}): unknown {
    // A full disk, an I/O error or `or rollback` ends the whole transaction inside SQLite.
    if (!this.#context.connection.inTransaction) this.#end(0, 'rolled-back')
    return mapDriverError(error, { sql, callSite, details })
  }

  #requireActive(callSite: CallSite): void {
    if (this.#state === 'active') return
    throw new TransactionFinishedError(`The transaction is already ${this.#state}`, {
      hint: 'Await everything inside the transaction, and begin a new one for more',
      details: { state: this.#state },
      callSite,
    })
  }

  /** Ends the levels from `depth` inwards. */
  #end(depth: number, state: TransactionState): void {
    for (const level of this.#context.levels.splice(depth)) level.#state = state
  }
}

function savepointName(depth: number): string {
  return `forge_${depth}`
}
