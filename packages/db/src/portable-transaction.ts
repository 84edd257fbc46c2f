import type { AsyncLocalStorage } from 'node:async_hooks'
import type { TransactionMode, TransactionState } from '@forge/pool'
import type { CompiledQuery, DatabaseConnection, Kysely, QueryResult } from 'kysely'
import { refuseControl } from './execute.ts'
import type { ParameterArguments } from './parameters.ts'
import type { PortableConnection } from './portable-connection.ts'
import type { PortableDriver } from './portable-driver.ts'
import { cannotWrite, finished, notItsSavepoint, stillOpen, waitsForItself } from './portable-errors.ts'
import { askStatement, changes, firstRow, firstRowOf, rows, type RunStatement } from './portable-query.ts'
import { orAborted } from './portable-waiting.ts'
import type { PortableQuery, PortableRunResult, PortableTransaction } from './portable.ts'

type CallSite = (...args: never[]) => unknown

/** What runs in a transaction or a savepoint. */
export type PortableBody<S, T> = (tx: PortableTransaction<S>) => T | PromiseLike<T>

/** Knows the innermost level that each asynchronous task is in. */
export type PortableScope<S> = AsyncLocalStorage<PortableLevel<S>>

/** What the levels of one transaction share. */
export interface PortableContext<S> {
  readonly driver: PortableDriver
  readonly connection: PortableConnection
  readonly signal: AbortSignal | undefined
  readonly scope: PortableScope<S>
  /** Makes a Kysely that runs its queries on a connection. */
  readonly bind: (connection: DatabaseConnection) => Kysely<S>
  /** The transaction and the savepoints in it that are open, from outermost to innermost. */
  readonly levels: PortableLevel<S>[]
}

interface Nesting {
  readonly mode: TransactionMode
  readonly signal: AbortSignal | undefined
}

/** A transaction that has begun, or a savepoint in one. */
export class PortableLevel<S> implements PortableTransaction<S> {
  readonly mode: TransactionMode
  readonly #context: PortableContext<S>
  readonly #around: PortableLevel<S> | undefined
  readonly #depth: number
  #state: TransactionState = 'active'
  #kysely: Kysely<S> | undefined
  /** Done when the savepoints so far have ended. */
  #last: Promise<void> = Promise.resolve()
  #open = 0

  /** @param around the level this is a savepoint of; none for the transaction itself */
  constructor(context: PortableContext<S>, mode: TransactionMode, around?: PortableLevel<S>) {
    this.#context = context
    this.mode = mode
    this.#around = around
    this.#depth = context.levels.push(this) - 1
  }

  /** Whether the whole transaction has ended. */
  get over(): boolean {
    return this.#context.levels.length === 0
  }

  get state(): TransactionState {
    return this.#state
  }

  get kysely(): Kysely<S> {
    this.#kysely ??= this.#context.bind(new LevelConnection(this, this.#context.connection))
    return this.#kysely
  }

  all<P, R>(query: PortableQuery<P, R>, ...params: ParameterArguments<P>): Promise<R[]> {
    return askStatement(query, params, { run: this.#execute, read: rows }, this.all)
  }

  first<P, R>(query: PortableQuery<P, R>, ...params: ParameterArguments<P>): Promise<R | undefined> {
    return askStatement(query, params, { run: this.#execute, read: firstRow }, this.first)
  }

  firstOrThrow<P, R>(query: PortableQuery<P, R>, ...params: ParameterArguments<P>): Promise<R> {
    return askStatement(query, params, { run: this.#execute, read: firstRowOf(query) }, this.firstOrThrow)
  }

  run<P, R>(query: PortableQuery<P, R>, ...params: ParameterArguments<P>): Promise<PortableRunResult> {
    return askStatement(query, params, { run: this.#execute, read: changes }, this.run)
  }

  savepoint<T>(body: PortableBody<S, T>): Promise<T> {
    return this.nest(body, { mode: this.mode, signal: undefined }, this.savepoint)
  }

  /** {@link PortableLevel.savepoint} for a transaction of another mode that is run inside this one. */
  nest<T>(body: PortableBody<S, T>, nesting: Nesting, callSite: CallSite): Promise<T> {
    try {
      nesting.signal?.throwIfAborted()
      this.requireActive(callSite)
      if (this.mode === 'read' && nesting.mode !== 'read') throw cannotWrite(nesting.mode, callSite)
      if (this.#open > 0 && this.#runsInside()) throw waitsForItself(callSite)
      return this.#inSavepoint(body, nesting)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async rollbackTo(savepoint: PortableTransaction<S>): Promise<void> {
    this.requireActive(this.rollbackTo)
    const depth = this.#context.levels.findIndex((level) => level === savepoint)
    if (depth <= this.#depth) throw notItsSavepoint(this.rollbackTo)
    this.#end(depth + 1, 'rolled-back')
    await this.#context.connection.rollbackTo(savepointName(depth))
  }

  /** Runs a statement of this level. */
  async execute<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    this.requireActive(this.execute)
    refuseControl(compiled, this.execute)
    const { connection, signal } = this.#context
    return await orAborted(connection.execute<R>(compiled, signal), signal)
  }

  /** @throws `FORGE_TRANSACTION_FINISHED`, the reason of the signal */
  requireActive(callSite: CallSite): void {
    if (this.#state !== 'active') throw finished(this.#state, callSite)
    this.#context.signal?.throwIfAborted()
  }

  /** Ends the transaction and keeps what it did. */
  async commit(): Promise<void> {
    this.requireActive(this.commit)
    this.#requireInnermost(this.commit)
    await this.#context.driver.commitTransaction(this.#context.connection)
    this.#end(0, 'committed')
  }

  /** Ends the transaction, wherever it is in its life, and undoes what it did. */
  async rollback(): Promise<void> {
    if (this.over) return
    this.#end(0, 'rolled-back')
    // What led to the rollback says more, and the driver drops a connection that cannot even do that.
    await this.#context.driver.rollbackTransaction(this.#context.connection).catch(() => undefined)
  }

  readonly #execute: RunStatement = (compiled) => this.execute(compiled)

  /** Invariant: savepoints of one level run one after the other, whatever becomes of those before. */
  async #inSavepoint<T>(body: PortableBody<S, T>, nesting: Nesting): Promise<T> {
    const before = this.#last
    const turn = Promise.withResolvers<void>()
    this.#last = turn.promise
    this.#open++
    try {
      await orAborted(before, nesting.signal)
      return await this.#runSavepoint(body, nesting)
    } finally {
      this.#open--
      void before.then(turn.resolve)
    }
  }

  async #runSavepoint<T>(body: PortableBody<S, T>, { mode, signal }: Nesting): Promise<T> {
    const { connection, driver, scope } = this.#context
    this.requireActive(this.#runSavepoint)
    const name = savepointName(this.#depth + 1)
    await connection.command(`savepoint ${name}`)
    const inner = new PortableLevel(this.#context, mode, this)
    try {
      const { refuseWrites } = driver.backend
      if (mode === 'read' && this.mode !== 'read' && refuseWrites !== undefined) await connection.command(refuseWrites)
      const result = await scope.run(inner, () => body(inner))
      signal?.throwIfAborted()
      inner.requireActive(this.#runSavepoint)
      inner.#requireInnermost(this.#runSavepoint)
      await connection.command(`release savepoint ${name}`)
      this.#end(inner.#depth, 'committed')
      return result
    } catch (error) {
      await inner.#undo()
      throw error
    }
  }

  /** Rolls this savepoint back, unless it has ended with one around it. */
  async #undo(): Promise<void> {
    if (this.#state !== 'active') return
    const { connection } = this.#context
    const name = savepointName(this.#depth)
    this.#end(this.#depth, 'rolled-back')
    try {
      await connection.rollbackTo(name)
      await connection.command(`release savepoint ${name}`)
    } catch {
      // Invariant: what a body did is undone when it throws; with all of the transaction, if there is no other way.
      await this.#context.levels[0]?.rollback()
    }
  }

  #requireInnermost(callSite: CallSite): void {
    if (this.#context.levels.at(-1) !== this) throw stillOpen(callSite)
  }

  /** Whether this task runs in a savepoint of this level, and so would wait for itself. */
  #runsInside(): boolean {
    const here = this.#context.scope.getStore()
    let level = here
    while (level !== undefined && level !== this) level = level.#around
    return level === this && here !== this
  }

  /** Ends the levels from `depth` inwards. */
  #end(depth: number, state: TransactionState): void {
    for (const level of this.#context.levels.splice(depth)) level.#state = state
  }
}

/** What Kysely takes for a connection inside a transaction. */
class LevelConnection<S> implements DatabaseConnection {
  readonly #level: PortableLevel<S>
  readonly #connection: PortableConnection

  constructor(level: PortableLevel<S>, connection: PortableConnection) {
    this.#level = level
    this.#connection = connection
  }

  executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    return this.#level.execute<R>(compiled)
  }

  async *streamQuery<R>(compiled: CompiledQuery, chunkSize: number): AsyncGenerator<QueryResult<R>, void, undefined> {
    this.#level.requireActive(this.streamQuery)
    for await (const chunk of this.#connection.streamQuery<R>(compiled, chunkSize)) {
      yield chunk
      this.#level.requireActive(this.streamQuery)
    }
  }
}

function savepointName(depth: number): string {
  return `forge_${depth}`
}
