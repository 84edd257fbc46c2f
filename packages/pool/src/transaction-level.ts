import { isForgeError, startStackAt } from '@forge/errors'
import type { ConnectionPool } from './connection-pool.ts'
import { mapDriverError } from './driver-error.ts'
import type { ConnectionLease } from './lease.ts'
import { giveUp } from './roll-back.ts'
import { SavepointLine } from './savepoint-line.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { commit, refusesWrites, refuseWrites, type TransactionMode } from './transaction-control.ts'
import { cannotWrite, finished, neverEnded, notItsSavepoint, stillOpen, waitsForItself } from './transaction-errors.ts'
import type {
  OpenTransaction,
  PoolTransaction,
  SavepointOptions,
  TransactionBody,
  TransactionState,
} from './transaction.ts'

type CallSite = (...args: never[]) => unknown

/** What the levels of one transaction share. */
export interface TransactionContext<C extends SqliteConnection> {
  readonly pool: ConnectionPool<C>
  readonly lease: ConnectionLease<C>
  /** Whether it is released when the transaction ends. */
  readonly ownsLease: boolean
  /** Whether its commit looks whether the file is still there; otherwise whoever released the lease does. */
  readonly checksFile: boolean
  readonly connection: C
  readonly signal: AbortSignal | undefined
  /** The transaction and the savepoints in it that are open, from outermost to innermost. */
  readonly levels: TransactionLevel<C>[]
}

/** A transaction, or a savepoint in one. */
export class TransactionLevel<C extends SqliteConnection> implements OpenTransaction<C> {
  readonly mode: TransactionMode
  readonly #context: TransactionContext<C>
  readonly #around: TransactionLevel<C> | undefined
  readonly #depth: number
  readonly #line = new SavepointLine()
  readonly #refusesWrites: boolean
  #state: TransactionState = 'active'

  /** @param around the level this is a savepoint of; none for the transaction itself */
  constructor(context: TransactionContext<C>, mode: TransactionMode, around?: TransactionLevel<C>) {
    this.mode = mode
    this.#context = context
    this.#around = around
    this.#depth = context.levels.length
    // Readers go on refusing to write when it ends, and what is inside a level that reads has nothing to add.
    this.#refusesWrites = mode === 'read' && context.lease.role === 'writer' && around?.mode !== 'read'
  }

  /** Whether the whole transaction has ended. */
  get over(): boolean {
    return this.#context.levels.length === 0
  }

  get state(): TransactionState {
    // A full disk, an I/O error or `or rollback` ends the whole transaction inside SQLite.
    if (this.#state === 'active' && !this.#context.connection.inTransaction) this.#end(0, 'rolled-back')
    return this.#state
  }

  get connection(): C {
    if (this.state !== 'active') throw finished(this.#state, connectionGetter)
    this.#context.signal?.throwIfAborted()
    return this.#context.connection
  }

  requireActive(callSite: CallSite = this.requireActive): void {
    if (this.#state !== 'active') throw finished(this.#state, callSite)
    this.#context.signal?.throwIfAborted()
  }

  /** Begins the level; the transaction itself has begun before. */
  open(callSite: CallSite = this.open): void {
    const { levels } = this.#context
    const savepoint = this.#around === undefined ? '' : `savepoint ${this.#name};`
    if (savepoint !== '') this.#exec(savepoint, callSite)
    if (this.mode === 'read' && this.#around?.mode !== 'read') this.#refuseWrites(callSite)
    levels.push(this)
  }

  savepoint<T>(body: TransactionBody<C, T>, options: SavepointOptions = {}): Promise<T> {
    return this.nest(body, this.mode, options.signal, options.callSite ?? this.savepoint)
  }

  /** {@link TransactionLevel.savepoint} for a transaction of another mode that is run inside this one. */
  nest<T>(
    body: TransactionBody<C, T>,
    mode: TransactionMode,
    signal: AbortSignal | undefined,
    callSite: CallSite,
  ): Promise<T> {
    try {
      signal?.throwIfAborted()
      this.requireActive(callSite)
      if (this.mode === 'read' && mode !== 'read') throw cannotWrite(mode, callSite)
      const first = this.#line.tryTake()
      if (!first && this.#runsInside()) throw waitsForItself(callSite)
      return this.#inSavepoint(body, { mode, signal, first })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  rollbackTo(savepoint: PoolTransaction<C>): void {
    this.requireActive(this.rollbackTo)
    const depth = this.#context.levels.findIndex((level) => level === savepoint)
    if (depth <= this.#depth) throw notItsSavepoint(this.rollbackTo)
    this.#exec(`rollback to ${savepointName(depth)}`, this.rollbackTo)
    this.#end(depth + 1, 'rolled-back')
  }

  async commit(): Promise<void> {
    if (this.state !== 'active') throw finished(this.#state, this.commit)
    const { pool, connection, lease, checksFile, signal } = this.#context
    try {
      signal?.throwIfAborted()
      this.#requireInnermost(this.commit)
      const later = commit(pool, connection)
      if (later !== undefined) await later
      try {
        if (checksFile && this.mode !== 'read') pool.requireFile(lease, this.commit)
      } finally {
        this.#end(0, 'committed')
      }
    } catch (error) {
      this.rollback()
      if (isForgeError(error)) startStackAt(error, this.commit)
      throw error
    }
  }

  rollback(): void {
    if (this.over) return
    giveUp(this.#context.lease)
    this.#end(0, 'rolled-back')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rollback()
  }

  /** Invariant: it has the turn of the line, or waits for it, and hands it on. */
  async #inSavepoint<T>(
    body: TransactionBody<C, T>,
    { mode, signal, first }: { mode: TransactionMode; signal: AbortSignal | undefined; first: boolean },
  ): Promise<T> {
    const { scopes, settings } = this.#context.pool
    const { clock, acquireTimeout: timeout } = settings
    const callSite = this.#inSavepoint
    if (!first) {
      await this.#line.take({ signal, clock, timeout, late: () => neverEnded(timeout, callSite) })
    }
    try {
      this.requireActive(callSite)
      const inner = new TransactionLevel(this.#context, mode, this)
      inner.open(callSite)
      try {
        const result = await scopes.run(this.#context.lease, (scope) => {
          scope.transaction = inner
          return body(inner)
        })
        signal?.throwIfAborted()
        inner.#release(callSite)
        return result
      } catch (error) {
        inner.#undo()
        throw error
      }
    } finally {
      this.#line.end()
    }
  }

  #release(callSite: CallSite): void {
    this.requireActive(callSite)
    this.#requireInnermost(callSite)
    this.#exec(`release ${this.#name}`, callSite)
    this.#end(this.#depth, 'committed')
  }

  /** Rolls this savepoint back, unless it has ended with one around it. */
  #undo(): void {
    if (this.state !== 'active') return
    try {
      this.#exec(`rollback to ${this.#name}; release ${this.#name}`, this.#undo)
      this.#end(this.#depth, 'rolled-back')
    } catch {
      // Invariant: what a body did is undone when it throws; with all of the transaction, if there is no other way.
      this.rollback()
    }
  }

  /** On readers as well: whoever had this one before may have let it write. */
  #refuseWrites(callSite: CallSite): void {
    const { connection } = this.#context
    try {
      if (!refusesWrites(connection)) refuseWrites(connection, true)
    } catch (error) {
      throw mapDriverError(error, { sql: 'pragma query_only', callSite })
    }
  }

  #exec(sql: string, callSite: CallSite): void {
    const { connection } = this.#context
    try {
      // An iteration that reads what is to be undone or kept would be in the way.
      if (sql.startsWith('r')) connection.endIterations?.()
      connection.exec(sql)
    } catch (error) {
      throw mapDriverError(error, { sql, callSite })
    }
  }

  get #name(): string {
    return savepointName(this.#depth)
  }

  #requireInnermost(callSite: CallSite): void {
    if (this.#context.levels.at(-1) !== this) throw stillOpen(callSite)
  }

  /** Whether this task runs in a savepoint of this level, and so would wait for itself. */
  #runsInside(): boolean {
    let level = this.#context.pool.scopes.transaction
    while (level !== undefined && level !== this) level = level.#around
    return level === this && this.#context.pool.scopes.transaction !== this
  }

  /** Ends the levels from `depth` inwards. */
  #end(depth: number, state: TransactionState): void {
    const { levels, connection, lease, ownsLease } = this.#context
    for (const level of levels.splice(depth).toReversed()) {
      level.#state = state
      level.#line.turnAway(() => finished(state, this.#end))
      if (level.#refusesWrites) allowWrites(connection)
    }
    if (ownsLease && depth === 0) lease.release()
  }
}

const connectionGetter = Object.getOwnPropertyDescriptor(TransactionLevel.prototype, 'connection')?.get as CallSite

function savepointName(depth: number): string {
  return `forge_${depth}`
}

/** Invariant: no connection that was made to refuse writes comes back to the pool as one that is to write. */
function allowWrites(connection: SqliteConnection): void {
  try {
    connection.endIterations?.()
    refuseWrites(connection, false)
  } catch {
    // The pool opens another one.
    connection.close()
  }
}
