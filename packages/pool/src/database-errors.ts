import { ForgeError } from '@forge/errors'

/** The file is not a SQLite database, or a damaged one. */
export class DatabaseCorruptError extends ForgeError {
  override readonly code = 'FORGE_DB_CORRUPT'
}

/** The database file cannot be opened, read or written: missing, no permission, or an I/O error. */
export class DatabaseUnavailableError extends ForgeError {
  override readonly code = 'FORGE_DB_UNAVAILABLE'
}

/** The database file was deleted, renamed or replaced while it was open. */
export class DatabaseMovedError extends ForgeError {
  override readonly code = 'FORGE_DB_MOVED'
}

/** Another connection held a lock until the deadline passed. */
export class DatabaseBusyError extends ForgeError {
  override readonly code = 'FORGE_DB_BUSY'
}

/** The disk, or the quota of the database, is full. */
export class DatabaseFullError extends ForgeError {
  override readonly code = 'FORGE_DB_FULL'
}

/** A connection that only reads was told to write. */
export class DatabaseReadOnlyError extends ForgeError {
  override readonly code = 'FORGE_DB_READ_ONLY'
}

/** A row broke a constraint; `details.sqliteCode` says which kind. */
export class ConstraintError extends ForgeError {
  override readonly code = 'FORGE_DB_CONSTRAINT'
}

/** A statement is wrong, or its parameters are. */
export class QueryError extends ForgeError {
  override readonly code = 'FORGE_DB_QUERY'
}

/** The SQLite library has a bug that damages databases. */
export class SqliteTooOldError extends ForgeError {
  override readonly code = 'FORGE_SQLITE_TOO_OLD'
}
