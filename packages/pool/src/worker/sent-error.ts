import { ForgeError, type ForgeErrorOptions, isForgeError } from '@forge/errors'
import {
  ConstraintError,
  DatabaseBusyError,
  DatabaseCorruptError,
  DatabaseFullError,
  DatabaseMovedError,
  DatabaseReadOnlyError,
  DatabaseUnavailableError,
  QueryError,
  SqliteTooOldError,
} from '../database-errors.ts'
import { WorkerFailedError } from './worker-errors.ts'
import type { SentError } from './worker-protocol.ts'

type ErrorClass = new (message: string, options: ForgeErrorOptions) => ForgeError

const classes: Readonly<Record<string, ErrorClass>> = {
  FORGE_DB_BUSY: DatabaseBusyError,
  FORGE_DB_CONSTRAINT: ConstraintError,
  FORGE_DB_CORRUPT: DatabaseCorruptError,
  FORGE_DB_FULL: DatabaseFullError,
  FORGE_DB_MOVED: DatabaseMovedError,
  FORGE_DB_QUERY: QueryError,
  FORGE_DB_READ_ONLY: DatabaseReadOnlyError,
  FORGE_DB_UNAVAILABLE: DatabaseUnavailableError,
  FORGE_POOL_WORKER_FAILED: WorkerFailedError,
  FORGE_SQLITE_TOO_OLD: SqliteTooOldError,
}

/** An error as plain data, since a copy of it would lose its class and its code. */
export function sendError(error: unknown): SentError {
  if (isForgeError(error)) {
    const { code, message, hint, details, cause } = error
    return {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(details === undefined ? {} : { details }),
      ...(cause instanceof Error ? { cause: sendCause(cause) } : {}),
    }
  }
  const cause = error instanceof Error ? error : new Error(String(error))
  return { message: cause.message, cause: sendCause(cause) }
}

function sendCause(cause: Error): NonNullable<SentError['cause']> {
  const { name, message, stack } = cause
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  return { name, message, ...(code === undefined ? {} : { code }), ...(stack === undefined ? {} : { stack }) }
}

/** The error that was sent; one that is not typed, as a function of the driver may throw it, failed the statement. */
export function receiveError(sent: SentError, sql: string | undefined): ForgeError {
  const type = classes[sent.code ?? ''] ?? QueryError
  const typed = sent.code !== undefined
  return new type(typed ? sent.message : `The statement failed: ${sent.message}`, {
    hint: sent.hint ?? 'Look at the cause: it was thrown in the thread that ran the statement',
    details: sent.details ?? (sql === undefined ? {} : { sql }),
    ...(sent.cause === undefined ? {} : { cause: receiveCause(sent.cause) }),
  })
}

function receiveCause({ message, ...members }: NonNullable<SentError['cause']>): Error {
  const cause = new Error(message)
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(cause, name, { value, configurable: true, writable: true })
  }
  return cause
}
