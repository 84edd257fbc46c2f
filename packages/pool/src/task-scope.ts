import { AsyncLocalStorage } from 'node:async_hooks'
import type { ConnectionLease } from './lease.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import type { TransactionLevel } from './transaction-level.ts'

/** A lease that a task holds while the body of `write`, `read` or `transaction` runs, and the scopes around it. */
export interface TaskScope<C extends SqliteConnection> extends StoredScope<C> {
  readonly lease: ConnectionLease<C>
}

/** A {@link TaskScope} whose lease may be still to come. */
interface StoredScope<C extends SqliteConnection> {
  lease: ConnectionLease<C> | undefined
  /** The transaction, or the savepoint, that runs on the lease, once there is one. */
  transaction: TransactionLevel<C> | undefined
  readonly outer: StoredScope<C> | undefined
}

/** Knows, for each asynchronous task, which leases of one pool it holds. */
export class TaskScopes<C extends SqliteConnection> {
  readonly #storage = new AsyncLocalStorage<StoredScope<C>>()

  /** The innermost scope of this task whose lease is still held. */
  get current(): TaskScope<C> | undefined {
    return held(this.#storage.getStore())
  }

  /** The innermost transaction, or savepoint, of this task that is not over. */
  get transaction(): TransactionLevel<C> | undefined {
    for (const { transaction } of this.held()) if (transaction?.over === false) return transaction
    return undefined
  }

  /** Runs `body`, and every task it starts, inside a scope for `lease`. */
  run<T>(lease: ConnectionLease<C>, body: (scope: TaskScope<C>) => T): T {
    const scope: TaskScope<C> = { lease, transaction: undefined, outer: this.current }
    return this.#storage.run(scope, body, scope)
  }

  /**
   * Puts what the calling function does from now on inside a scope, until the lease that is given for it is released.
   *
   * @returns tells the scope its lease, and returns that
   */
  enter(): (lease: ConnectionLease<C>) => ConnectionLease<C> {
    const scope: StoredScope<C> = { lease: undefined, transaction: undefined, outer: this.current }
    this.#storage.enterWith(scope)
    return (lease) => (scope.lease = lease)
  }

  /** The scopes of this task whose leases are still held, from the innermost to the outermost. */
  *held(): Generator<TaskScope<C>, void, undefined> {
    for (let scope = this.current; scope !== undefined; scope = held(scope.outer)) yield scope
  }
}

function held<C extends SqliteConnection>(scope: StoredScope<C> | undefined): TaskScope<C> | undefined {
  let innermost = scope
  while (innermost !== undefined && !isHeld(innermost)) innermost = innermost.outer
  return innermost
}

function isHeld<C extends SqliteConnection>(scope: StoredScope<C>): scope is TaskScope<C> {
  return scope.lease?.released === false
}
