import { isForgeError, startStackAt } from '@forge/errors'
import { QueryError } from './database-errors.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { isBusy, mapDriverError } from './driver-error.ts'
import { ConnectionLease, type Lease } from './lease.ts'
import { PoolOptionsError } from './pool-errors.ts'
import type { ConnectionRole, SqliteConnection, SqliteStatement } from './sqlite-connection.ts'
import { refuseTransactionControl, startsAsRead } from './statement-text.ts'

type CallSite = (...args: never[]) => unknown

/** What the work of {@link Pool.execute} returns on a reader where it turns out to write: it is then called with the writer. */
export const needsWriter: unique symbol = Symbol('needs the writer')

/** One statement outside a transaction, on a connection that was opened for `role`. It may be called more than once. */
export type ExecuteWork<C, T> = (connection: C, role: ConnectionRole) => T | typeof needsWriter

/** How one statement waits. */
export interface StatementOptions {
  /** Stops waiting for a connection or a lock; the promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

/** How {@link Pool.execute} waits, what it runs on, and where its errors lead. */
export interface ExecuteOptions<C extends SqliteConnection> extends StatementOptions {
  /** The statement, for errors. */
  readonly sql?: string
  /** A lease of this pool to run on, which the caller keeps. Default: one of the role, for this call alone. */
  readonly lease?: Lease<C> | undefined
  /** The function whose frames are left out of the stacks of errors. */
  readonly callSite?: CallSite | undefined
}

/**
 * Runs one statement, outside a transaction, on any connection of the role: at once where one is free and no lock is
 * in the way, so that it costs one promise and no turn of the event loop; otherwise as soon as possible.
 */
export function executeOnPool<C extends SqliteConnection, T>(
  pool: ConnectionPool<C>,
  role: ConnectionRole,
  work: ExecuteWork<C, T>,
  options: ExecuteOptions<C>,
): Promise<T> {
  try {
    options.signal?.throwIfAborted()
    const callSite = options.callSite ?? executeOnPool
    const lease = givenLease(options.lease, callSite) ?? pool.take(role, callSite)
    if (lease === undefined) return executeLater(pool, role, work, options)
    try {
      const result = attemptNow(lease, work, options)
      if (result === needsWriter) role = 'writer'
      else if (result !== busy) {
        if (role === 'writer') pool.requireFile(lease, callSite)
        return Promise.resolve(result)
      }
    } finally {
      if (lease !== options.lease) lease.release()
    }
    return executeLater(pool, role, work, options)
  } catch (error) {
    return Promise.reject(error)
  }
}

async function executeLater<C extends SqliteConnection, T>(
  pool: ConnectionPool<C>,
  role: ConnectionRole,
  work: ExecuteWork<C, T>,
  options: ExecuteOptions<C>,
): Promise<T> {
  const { signal } = options
  try {
    const lease = givenLease(options.lease, executeLater) ?? (await pool.lend(role, { signal }, executeLater))
    try {
      const now = attemptNow(lease, work, options)
      const result = now === busy ? await retry(pool, lease, work, options) : now
      if (result !== needsWriter) {
        if (role === 'writer') pool.requireFile(lease, executeLater)
        return result
      }
    } finally {
      if (lease !== options.lease) lease.release()
    }
  } catch (error) {
    // The call is over; its line is now the first of the asynchronous frames below this function.
    if (isForgeError(error)) startStackAt(error, executeLater)
    throw error
  }
  return executeLater(pool, 'writer', work, options)
}

/** Says that a lock was in the way. */
const busy: unique symbol = Symbol('busy')

function attemptNow<C extends SqliteConnection, T>(
  lease: ConnectionLease<C>,
  work: ExecuteWork<C, T>,
  options: ExecuteOptions<C>,
): T | typeof needsWriter | typeof busy {
  const connection = lease.borrow(options.callSite ?? executeOnPool)
  try {
    return work(connection, lease.role)
  } catch (error) {
    if (isBusy(error) && !connection.inTransaction) return busy
    throw mapDriverError(error, { ...statement(options), callSite: options.callSite ?? executeOnPool })
  }
}

function retry<C extends SqliteConnection, T>(
  pool: ConnectionPool<C>,
  lease: ConnectionLease<C>,
  work: ExecuteWork<C, T>,
  options: ExecuteOptions<C>,
): Promise<T | typeof needsWriter> {
  const connection = lease.borrow(retry)
  return pool.retryBusy(() => work(connection, lease.role), { signal: options.signal, ...statement(options) })
}

function givenLease<C extends SqliteConnection>(
  lease: Lease<C> | undefined,
  callSite: CallSite,
): ConnectionLease<C> | undefined {
  if (lease === undefined || lease instanceof ConnectionLease) return lease
  throw new PoolOptionsError('A lease is what acquire of this pool hands over', {
    hint: 'Leave lease out, or give a lease of this pool',
    details: { option: 'lease' },
    callSite,
  })
}

function statement({ sql }: { readonly sql?: string }): { readonly sql?: string } {
  return sql === undefined ? {} : { sql }
}

/** A text, the values bound to it, and what is asked of it. */
export interface StatementCall<M extends 'all' | 'get' | 'run'> {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly method: M
}

/** Runs a text on the connection that fits it: a reader, or the writer where it writes. */
export function executeText<C extends SqliteConnection, M extends 'all' | 'get' | 'run'>(
  pool: ConnectionPool<C>,
  call: StatementCall<M>,
  options: ExecuteOptions<C>,
): Promise<ReturnType<SqliteStatement[M]>> {
  const { sql, parameters, method } = call
  try {
    refuseTransactionControl(sql, options.callSite)
    requireList(parameters, options.callSite)
  } catch (error) {
    return Promise.reject(error)
  }
  type Result = ReturnType<SqliteStatement[M]>
  const work: ExecuteWork<C, Result> = (connection, role) => {
    const use = (statement: SqliteStatement) =>
      role === 'reader' && !statement.readonly ? needsWriter : (statement[method](...parameters) as Result)
    return connection.use === undefined ? use(connection.prepare(sql)) : connection.use(sql, use)
  }
  return executeOnPool(pool, startsAsRead(sql) ? 'reader' : 'writer', work, { ...options, sql })
}

/**
 * Refuses a single value that was not put into a list: a text would be bound letter by letter.
 *
 * @throws `FORGE_DB_QUERY`
 */
export function requireList(parameters: readonly unknown[], callSite: CallSite = requireList): void {
  if (Array.isArray(parameters)) return
  throw new QueryError(`The parameters are a list, not ${typeof parameters}`, {
    hint: 'Give one value for each placeholder, in a list; for names such as @id give a list with one object',
    callSite,
  })
}
