import { isForgeError, startStackAt } from '@forge/errors'
import type { ConnectionLease } from './lease.ts'
import {
  PoolClosedError,
  PoolDeadlockError,
  PoolOptionsError,
  PoolReadOnlyError,
  PoolTimeoutError,
} from './pool-errors.ts'
import { describeHolders, type PoolSnapshot } from './pool-snapshot.ts'
import type { ConnectionRole, SqliteConnection } from './sqlite-connection.ts'

type CallSite = (...args: never[]) => unknown

/** What one is told who waited in vain. */
export function timeoutError(
  snapshot: PoolSnapshot,
  { role, timeout }: { readonly role: ConnectionRole; readonly timeout: number },
  callSite: CallSite,
): PoolTimeoutError {
  return new PoolTimeoutError(
    `No ${role} of ${snapshot.pool} came free within ${timeout} ms: ${describeHolders(snapshot, role)}`,
    {
      hint:
        'Release leases sooner or allow more time; inside a transaction use the transaction, ' +
        'since what waits for its own connection waits for ever',
      details: { role, timeout, snapshot },
      callSite,
    },
  )
}

/** What a task is told that would wait for what it holds itself; `own` are its leases, the innermost first. */
export function deadlockError<C extends SqliteConnection>(
  role: ConnectionRole,
  own: readonly ConnectionLease<C>[],
  callSite: CallSite,
): PoolDeadlockError {
  return new PoolDeadlockError(`This task waits for the ${role} while it holds it`, {
    hint:
      role === 'writer'
        ? 'Use the connection or the transaction that the body was given, or start this call after the body has ended'
        : 'Use the connection that the body was given, or allow more connections',
    ...whereAcquired(role, own),
    callSite,
  })
}

/** What a task is told that closes the pool, and would wait for what it holds itself. */
export function closesFromInside<C extends SqliteConnection>(
  own: readonly ConnectionLease<C>[],
  callSite: CallSite,
): PoolDeadlockError {
  const role = own[0]?.role ?? 'writer'
  return new PoolDeadlockError(`This task closes the pool while it holds the ${role}, and would wait for itself`, {
    hint: 'Close the pool after the body has ended; it has not begun to close',
    ...whereAcquired(role, own),
    callSite,
  })
}

function whereAcquired<C extends SqliteConnection>(
  role: ConnectionRole,
  own: readonly ConnectionLease<C>[],
): { readonly details: Readonly<Record<string, unknown>>; readonly cause: Error } {
  const frames = own[0]?.site?.frames
  const cause = new Error(`The ${role} was acquired here, and is not released before this call is done`)
  if (frames !== undefined) cause.stack = `${String(cause)}\n${frames}`
  return { details: { role, held: own.length, acquired: frames ?? null }, cause }
}

/** What one is told who comes to a closed pool. */
export function closedError(callSite: CallSite): PoolClosedError {
  return new PoolClosedError('The pool is closed', { hint: 'Open a new pool', callSite })
}

/** What one is told who asks a pool for the writer that has none. */
export function readOnlyError(callSite: CallSite): PoolReadOnlyError {
  return new PoolReadOnlyError('The pool is read-only: it has no writer', {
    hint: 'Open the pool without readOnly to write',
    callSite,
  })
}

/** What one is told who asks for a role that does not exist. */
export function wrongRole(role: unknown, callSite: CallSite): PoolOptionsError {
  return new PoolOptionsError(`A connection has the role 'writer' or 'reader', not ${String(role)}`, {
    hint: `Acquire 'writer' to write and 'reader' to read`,
    details: { option: 'role' },
    callSite,
  })
}

/** What one is told who calls `write` or `read` with something else than a function. */
export function wrongBody(value: unknown, callSite: CallSite): PoolOptionsError {
  return new PoolOptionsError(`A connection is lent to a function, not to ${value === null ? 'null' : typeof value}`, {
    hint: 'Give a function that takes the connection; all, get and run take a statement',
    details: { option: 'use' },
    callSite,
  })
}

/** What `promise` becomes; an error leads to the line that waits for `callSite`, the async function this is called in. */
export async function withCaller<T>(promise: Promise<T>, callSite: CallSite): Promise<T> {
  try {
    return await promise
  } catch (error) {
    if (isForgeError(error)) startStackAt(error, callSite)
    throw error
  }
}
