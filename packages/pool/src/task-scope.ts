import { AsyncLocalStorage } from 'node:async_hooks'
import type { ConnectionLease } from './lease.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** A lease that a task holds while the body of `write`, `read` or `transaction` runs, and the scopes around it. */
export interface TaskScope<C extends SqliteConnection> {
  readonly lease: ConnectionLease<C>
  /** The transaction that runs on the lease, while there is one. */
  transaction: object | undefined
  readonly outer: TaskScope<C> | undefined
}

/** Knows, for each asynchronous task, which leases of one pool it holds. */
export class TaskScopes<C extends SqliteConnection> {
  readonly #storage = new AsyncLocalStorage<TaskScope<C>>()

  /** The innermost scope of this task whose lease is still held. */
  get current(): TaskScope<C> | undefined {
    return held(this.#storage.getStore())
  }

  /** Runs `body`, and every task it starts, inside a scope for `lease`. */
  run<T>(lease: ConnectionLease<C>, body: (scope: TaskScope<C>) => T): T {
    const scope: TaskScope<C> = { lease, transaction: undefined, outer: this.current }
    return this.#storage.run(scope, body, scope)
  }

  /** The scopes of this task whose leases are still held, from the innermost to the outermost. */
  *held(): Generator<TaskScope<C>, void, undefined> {
    for (let scope = this.current; scope !== undefined; scope = held(scope.outer)) yield scope
  }
}

function held<C extends SqliteConnection>(scope: TaskScope<C> | undefined): TaskScope<C> | undefined {
  let innermost = scope
  while (innermost?.lease.released === true) innermost = innermost.outer
  return innermost
}
