import { type ForgeErrorOptions, type ForgeError, isForgeError } from '@forge/errors'
import {
  ConstraintError,
  DatabaseBusyError,
  DatabaseCorruptError,
  DatabaseFullError,
  DatabaseReadOnlyError,
  DatabaseUnavailableError,
  PoolTimeoutError,
  QueryError,
} from '@forge/pool'
import { isAbortedTransactionError } from 'kysely'
import { TransactionFailedError } from './portable-errors.ts'
import type { BackendErrorContext } from './portable-backend.ts'

type ErrorClass = new (message: string, options: ForgeErrorOptions) => ForgeError

interface Meaning {
  readonly type: ErrorClass
  readonly says: string
  readonly hint: string
}

const busy: Meaning = {
  type: DatabaseBusyError,
  says: 'Another transaction was in the way',
  hint: 'Run the transaction again; db.transaction does so by itself, for as long as busyDeadline allows',
}

const constraint: Meaning = {
  type: ConstraintError,
  says: 'A row breaks a constraint',
  hint: 'Check the values against the constraint the message names',
}

const full: Meaning = {
  type: DatabaseFullError,
  says: 'There is no room to write',
  hint: 'Free space on the disk of the server, then try again',
}

const readOnly: Meaning = {
  type: DatabaseReadOnlyError,
  says: 'A transaction that only reads was told to write',
  hint: `Write in a transaction without mode 'read', on a server that is no standby`,
}

const corrupt: Meaning = {
  type: DatabaseCorruptError,
  says: 'The database is damaged',
  hint: 'Look into the log of the server, and restore the database from a backup',
}

const unavailable: Meaning = {
  type: DatabaseUnavailableError,
  says: 'The server cannot be reached or does not let us in',
  hint: 'Check that the server runs, and host, port, database, user and password of the connection',
}

const lostCommit: Meaning = {
  type: DatabaseUnavailableError,
  says: 'The connection was lost while the transaction was committed, so it may or may not be',
  hint: 'Look for what the transaction has written before you run it again',
}

const failed: Meaning = {
  type: TransactionFailedError,
  says: 'A statement has failed before in this transaction, which refuses everything until that is undone',
  hint: 'Put a statement that may fail into a savepoint: what failed there is undone alone',
}

const timeout: Meaning = {
  type: PoolTimeoutError,
  says: 'No connection came free in time',
  hint: 'Give the pool more connections or a longer timeout, and end transactions sooner',
}

const wrongQuery: Meaning = {
  type: QueryError,
  says: 'The statement failed',
  hint: 'Check the statement, the tables and columns it names, and the values bound to it',
}

/** What a SQLSTATE means, or else its class, the first two characters; PostgreSQL, appendix A. */
const states: Readonly<Record<string, Meaning>> = {
  '40001': busy,
  '40P01': busy,
  '55P03': busy,
  '23': constraint,
  '53100': full,
  '25006': readOnly,
  '25P02': failed,
  XX001: corrupt,
  XX002: corrupt,
  '08': unavailable,
  '28': unavailable,
  '3D000': unavailable,
  '53': unavailable,
  '57P01': unavailable,
  '57P02': unavailable,
  '57P03': unavailable,
  '57P05': unavailable,
  '58': unavailable,
}

/** What Node.js calls a connection that cannot be made, or breaks. */
const networkCodes: ReadonlySet<string> = new Set([
  'EACCES',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

/** Errors of the driver itself, which have no code. */
const driverMessages: readonly (readonly [RegExp, Meaning])[] = [
  [/^timeout exceeded when trying to connect/, timeout],
  [
    /^(?:Connection terminated|Client has encountered a connection error|The server does not support SSL|SASL:)/,
    unavailable,
  ],
]

/** Whether an error of PostgreSQL says that another transaction was in the way, so that running this one again may help. */
export function isConflictInPostgres(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && states[code] === busy
}

/**
 * `error` as the typed error it means, or as it is when neither PostgreSQL nor its driver made it.
 *
 * The driver's error becomes the `cause`, its SQLSTATE `details.sqlState`.
 *
 * @returns one of `FORGE_DB_BUSY`, `FORGE_DB_CORRUPT`, `FORGE_DB_UNAVAILABLE`, `FORGE_DB_FULL`, `FORGE_DB_READ_ONLY`,
 * `FORGE_DB_CONSTRAINT`, `FORGE_DB_QUERY`, `FORGE_TRANSACTION_FAILED` and `FORGE_POOL_TIMEOUT`, or `error` itself
 */
export function mapPostgresError(error: unknown, context: BackendErrorContext = {}): unknown {
  if (isForgeError(error) || !(error instanceof Error)) return error
  const meaning = meaningOf(error, context)
  if (meaning === undefined) return error
  const { sql, failure, callSite } = context
  const code = codeOf(error)
  return new meaning.type(`${meaning.says}: ${error.message}`, {
    hint: meaning.hint,
    details: {
      ...(code === undefined || networkCodes.has(code) ? {} : { sqlState: code }),
      ...named(error),
      ...(sql === undefined ? {} : { sql }),
      ...context.details,
    },
    cause: meaning === failed ? (failure ?? error) : error,
    ...(callSite === undefined ? {} : { callSite }),
  })
}

function meaningOf(error: Error, { sql, stage }: BackendErrorContext): Meaning | undefined {
  if (isAbortedTransactionError(error)) return failed
  const code = codeOf(error)
  const meaning =
    code === undefined
      ? driverMessages.find(([pattern]) => pattern.test(error.message))?.[1]
      : networkCodes.has(code)
        ? unavailable
        : (states[code] ?? states[code.slice(0, 2)] ?? (isState(code) ? wrongQuery : undefined))
  if (meaning === unavailable && sql === 'commit') return lostCommit
  return meaning ?? (stage === 'open' ? unavailable : undefined)
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

function isState(code: string): boolean {
  return /^[0-9FHPX][0-9A-Z]{4}$/.test(code)
}

/** What the server says is to blame. */
function named(error: object): Record<string, string> {
  const names: Record<string, string> = {}
  for (const field of ['table', 'column', 'constraint'] as const) {
    const value = (error as Readonly<Record<string, unknown>>)[field]
    if (typeof value === 'string') names[field] = value
  }
  return names
}
