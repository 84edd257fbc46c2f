import { isForgeError, startStackAt } from '@forge/errors'
import { AcquireSite } from './acquire-site.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { isBusy } from './driver-error.ts'
import { ConnectionLease } from './lease.ts'
import { PoolOptionsError } from './pool-errors.ts'
import { giveUp } from './roll-back.ts'
import type { ConnectionRole, SqliteConnection } from './sqlite-connection.ts'
import type { TaskScope } from './task-scope.ts'
import { begin, type TransactionMode } from './transaction-control.ts'
import { type TransactionContext, TransactionLevel } from './transaction-level.ts'
import type { BeginOptions, OpenTransaction, TransactionBody, TransactionOptions } from './transaction.ts'

type CallSite = (...args: never[]) => unknown

interface Run<C extends SqliteConnection, T> {
  readonly body: TransactionBody<C, T>
  readonly mode: TransactionMode
  readonly signal: AbortSignal | undefined
  /** What `body` threw, which is nobody else's business. */
  thrown?: { readonly error: unknown }
}

type Start<C extends SqliteConnection> = Omit<TransactionContext<C>, 'pool' | 'connection' | 'levels'> & {
  readonly mode: TransactionMode
}

/** Runs `body` in a transaction, or in a savepoint of the one this task is in. */
export function runTransaction<C extends SqliteConnection, T>(
  pool: ConnectionPool<C>,
  body: TransactionBody<C, T>,
  { mode = 'immediate', separate = false, signal }: TransactionOptions,
  callSite: CallSite,
): Promise<T> {
  try {
    requireMode(mode, callSite)
    if (typeof body !== 'function') throw wrongOption('body', 'a function', body, callSite)
    const around = separate ? undefined : pool.scopes.transaction
    if (around !== undefined) return around.nest(body, mode, signal, callSite)
    return runOutermost(pool, { body, mode, signal }, callSite)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** Begins a transaction of its own, whatever the task is in. */
export async function beginTransaction<C extends SqliteConnection>(
  pool: ConnectionPool<C>,
  { mode = 'immediate', signal, lease: given }: BeginOptions<C>,
  callSite: CallSite,
): Promise<OpenTransaction<C>> {
  requireMode(mode, callSite)
  if (given !== undefined && !(given instanceof ConnectionLease)) throw wrongOption('lease', 'a lease', given, callSite)
  // It is told where it was begun to whoever waits for it in vain.
  const site = mode === 'read' ? undefined : new AcquireSite(callSite)
  try {
    signal?.throwIfAborted()
    const lease = given ?? (await pool.lend(roleOf(mode), { signal }, callSite))
    try {
      const transaction = await beginOn(pool, { lease, mode, signal, ownsLease: given === undefined, checksFile: true })
      for (const scope of pool.scopes.held()) if (scope.lease === lease) scope.transaction = transaction
      lease.site ??= site
      return transaction
    } catch (error) {
      if (given === undefined) lease.release()
      throw error
    }
  } catch (error) {
    if (isForgeError(error)) startStackAt(error, beginTransaction)
    throw error
  }
}

async function runOutermost<C extends SqliteConnection, T>(
  pool: ConnectionPool<C>,
  run: Run<C, T>,
  callSite: CallSite,
): Promise<T> {
  const { mode, signal } = run
  try {
    return await pool.scoped(roleOf(mode), { signal }, callSite, (scope) => runOn(pool, scope, run))
  } catch (error) {
    // The line that asked for the transaction is now the first of the asynchronous frames below this function.
    if (run.thrown?.error !== error && isForgeError(error)) startStackAt(error, runOutermost)
    throw error
  }
}

async function runOn<C extends SqliteConnection, T>(
  pool: ConnectionPool<C>,
  scope: TaskScope<C>,
  run: Run<C, T>,
): Promise<T> {
  const { body, mode, signal } = run
  const start = { lease: scope.lease, mode, signal, ownsLease: false, checksFile: false }
  for (let beginning = mode; ; beginning = 'immediate') {
    const transaction = beginOn(pool, start, beginning)
    scope.transaction = transaction instanceof TransactionLevel ? transaction : await transaction
    let result: T
    try {
      result = await body(scope.transaction)
    } catch (error) {
      scope.transaction.rollback()
      if (beginning === 'deferred' && lockWasInTheWay(error)) {
        // Nobody can write in between when the lock is held from the start, so that this is the last time.
        pool.noteRestart()
        continue
      }
      run.thrown = { error }
      throw error
    }
    await scope.transaction.commit()
    return result
  }
}

/** Begins at once where no lock is in the way. */
function beginOn<C extends SqliteConnection>(
  pool: ConnectionPool<C>,
  start: Start<C>,
  beginning: TransactionMode = start.mode,
): TransactionLevel<C> | Promise<TransactionLevel<C>> {
  const { connection } = start.lease
  const open = () => {
    const transaction = new TransactionLevel({ ...start, pool, connection, levels: [] }, start.mode)
    try {
      transaction.open()
    } catch (error) {
      giveUp(start.lease)
      throw error
    }
    return transaction
  }
  const later = begin(pool, connection, beginning, start.signal)
  return later === undefined ? open() : later.then(open)
}

/** Whether a statement failed on a lock, or on what another process wrote; `body` may have wrapped the error. */
function lockWasInTheWay(error: unknown): boolean {
  const seen = new Set<unknown>()
  for (let each = error; each instanceof Error && !seen.has(each); each = each.cause) {
    if (isBusy(each)) return true
    seen.add(each)
  }
  return false
}

function roleOf(mode: TransactionMode): ConnectionRole {
  return mode === 'read' ? 'reader' : 'writer'
}

function requireMode(mode: TransactionMode, callSite: CallSite): void {
  if (mode === 'immediate' || mode === 'deferred' || mode === 'read') return
  throw wrongOption('mode', "'immediate', 'deferred' or 'read'", mode, callSite)
}

function wrongOption(option: string, wanted: string, value: unknown, callSite: CallSite): PoolOptionsError {
  return new PoolOptionsError(`A transaction takes as ${option} ${wanted}, not ${String(value)}`, {
    hint: `Correct ${option}`,
    details: { option },
    callSite,
  })
}
