import { ForgeError, type ForgeErrorOptions, isForgeError } from '@forge/errors'
import {
  ConstraintError,
  DatabaseBusyError,
  DatabaseCorruptError,
  DatabaseFullError,
  DatabaseReadOnlyError,
  DatabaseUnavailableError,
  QueryError,
} from './database-errors.ts'

/** Where an error of the driver came up. */
export interface DriverErrorContext {
  /** `open` while a connection is opened and configured, `statement` (the default) afterwards. */
  readonly stage?: 'open' | 'statement'
  /** The statement that failed; it goes into `details.sql`. */
  readonly sql?: string
  /** More facts for `details`. */
  readonly details?: Readonly<Record<string, unknown>>
  /** The function whose frames are left out of the stack. */
  readonly callSite?: (...args: never[]) => unknown
}

type ErrorClass = new (message: string, options: ForgeErrorOptions) => ForgeError

interface Meaning {
  readonly type: ErrorClass
  readonly says: string
  readonly hint: string
}

const busy: Meaning = {
  type: DatabaseBusyError,
  says: 'The database is locked',
  hint: 'Another connection or process is writing; try again, or allow a longer busyDeadline',
}

const corrupt: Meaning = {
  type: DatabaseCorruptError,
  says: 'The database is damaged or not a database',
  hint: 'Check the path; if it is right, restore the file from a backup, or delete it when its content can be rebuilt',
}

const unavailable: Meaning = {
  type: DatabaseUnavailableError,
  says: 'The database cannot be accessed',
  hint: 'Check that the file and its folder exist and that this user may read and write both',
}

const walNeedsFolder: Meaning = {
  ...unavailable,
  hint: 'A database in WAL mode can be read only where its folder can be written: copy it to such a folder',
}

const meanings: Readonly<Record<string, Meaning>> = {
  SQLITE_BUSY: busy,
  SQLITE_LOCKED: busy,
  SQLITE_PROTOCOL: busy,
  SQLITE_NOTADB: corrupt,
  SQLITE_CORRUPT: corrupt,
  SQLITE_CANTOPEN: unavailable,
  SQLITE_PERM: unavailable,
  SQLITE_AUTH: unavailable,
  SQLITE_IOERR: unavailable,
  SQLITE_NOLFS: unavailable,
  EACCES: unavailable,
  EPERM: unavailable,
  EROFS: unavailable,
  ENOENT: unavailable,
  SQLITE_FULL: {
    type: DatabaseFullError,
    says: 'There is no room to write',
    hint: 'Free space on the disk that holds the database, then try again',
  },
  ENOSPC: {
    type: DatabaseFullError,
    says: 'There is no room to write',
    hint: 'Free space on the disk, then try again',
  },
  SQLITE_READONLY: {
    type: DatabaseReadOnlyError,
    says: 'A connection that only reads was told to write',
    hint:
      'Write through the writer: a write transaction, or an insert, update or delete query; ' +
      'if this was the writer, let this user write the file',
  },
  SQLITE_READONLY_DIRECTORY: walNeedsFolder,
  SQLITE_READONLY_CANTINIT: walNeedsFolder,
  SQLITE_READONLY_RECOVERY: walNeedsFolder,
  SQLITE_CONSTRAINT: {
    type: ConstraintError,
    says: 'A row breaks a constraint',
    hint: 'Check the values against the constraint the message names',
  },
}

const wrongQuery: Meaning = {
  type: QueryError,
  says: 'The statement failed',
  hint: 'Check the statement, the tables and columns it names, and the values bound to it',
}

const iterating: Meaning = {
  type: QueryError,
  says: 'The connection is in use by a stream',
  hint: 'Read the stream to its end first, or write in a transaction of its own: a connection cannot do both at once',
}

const severalStatements: Meaning = {
  type: QueryError,
  says: 'The text is not one statement',
  hint: 'Give one statement at a time; a script is run by exec of the connection that write(body) hands over',
}

/** The code SQLite gave `error`, such as `SQLITE_CONSTRAINT_UNIQUE`, if it gave one. */
function sqliteCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : undefined
}

/** Whether `error` says that another connection holds a lock, so that trying again may help. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error)
  return code !== undefined && meaningOf(code, 'statement') === busy
}

/**
 * `error` as the typed error it means, or as it is when no SQLite driver made it.
 *
 * The driver's error becomes the `cause`, its code `details.sqliteCode`.
 *
 * @returns one of `FORGE_DB_BUSY`, `FORGE_DB_CORRUPT`, `FORGE_DB_UNAVAILABLE`, `FORGE_DB_FULL`, `FORGE_DB_READ_ONLY`,
 * `FORGE_DB_CONSTRAINT` and `FORGE_DB_QUERY`, or `error` itself
 */
export function mapDriverError(error: unknown, context: DriverErrorContext = {}): unknown {
  if (isForgeError(error) || !(error instanceof Error)) return error
  const stage = context.stage ?? 'statement'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const meaning = code === undefined ? meaningWithoutCode(error, stage) : meaningOf(code, stage)
  if (meaning === undefined) return error
  return new meaning.type(`${meaning.says}: ${error.message}`, {
    hint: meaning.hint,
    details: {
      ...(code === undefined ? {} : { sqliteCode: code }),
      ...(context.sql === undefined ? {} : { sql: context.sql }),
      ...context.details,
    },
    cause: error,
    ...(context.callSite === undefined ? {} : { callSite: context.callSite }),
  })
}

function meaningOf(code: string, stage: 'open' | 'statement'): Meaning | undefined {
  if (!code.startsWith('SQLITE_')) return meanings[code]
  if (code !== 'SQLITE_READONLY' && meanings[code] !== undefined) return meanings[code]
  // An extended code is its primary code and more words: SQLITE_IOERR_READ.
  const primary = /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code
  if (primary === 'SQLITE_READONLY' && (stage === 'open' || code !== primary)) return unavailable
  return meanings[primary] ?? wrongQuery
}

/** The driver reports wrong parameters, more than one statement and missing folders without a SQLite code. */
function meaningWithoutCode(error: Error, stage: 'open' | 'statement'): Meaning | undefined {
  if (stage === 'open') return unavailable
  if (error instanceof TypeError && error.message.includes('busy executing')) return iterating
  if (error instanceof RangeError && /more than one statement|no statements/.test(error.message))
    return severalStatements
  return error instanceof TypeError || error instanceof RangeError ? wrongQuery : undefined
}
