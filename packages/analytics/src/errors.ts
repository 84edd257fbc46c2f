import { ForgeError } from '@forge/errors'

/** DuckDB is not installed, or has no binary for this machine. */
export class DuckDbMissingError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_DUCKDB'

  constructor(cause: unknown) {
    super('DuckDB cannot be loaded', {
      hint: 'Run `npm install @duckdb/node-api`: it brings a binary for Linux, macOS and Windows on x64 and arm64, unless optional dependencies are left out',
      details: { reason: firstLine(cause) },
      cause,
    })
  }
}

/** Another process has the mirror open and did not close it in time. */
export class MirrorBusyError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_BUSY'
  /** Milliseconds. */
  readonly waited: number

  constructor(file: string, waited: number, cause: unknown) {
    const holder = /\(PID (\d+)\)/.exec(String(cause))?.[1]
    const who = holder === undefined ? 'Another process' : `The process ${holder}`
    super(`${who} has ${file} open`, {
      hint: 'Wait until it is done, or wait longer for it: DuckDB lets in one process that writes, or several that read',
      details: { file, waitedMs: waited, ...(holder === undefined ? {} : { pid: Number(holder) }) },
      cause,
    })
    this.waited = waited
  }
}

/** A file cannot be made or written: `details.file`. */
export class AnalyticsUnwritableError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_UNWRITABLE'
}

/** The file is no mirror: it is left as it is. */
export class MirrorForeignError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_FOREIGN'

  constructor(file: string) {
    super(`${file} is not a mirror of Forge`, {
      hint: 'Name another file; nothing in this one was changed',
      details: { file },
    })
  }
}

/** DuckDB failed; `cause` is its own error. */
export class AnalyticsStorageError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_STORAGE'

  constructor(file: string, cause: unknown) {
    super(`DuckDB failed: ${firstLine(cause)}`, {
      hint: `Try again; ${file} can be deleted, it is made from the graph`,
      details: { file },
      cause,
    })
  }
}

/** What was asked for cannot be: no such report, or an option that is out of range. `details` says which. */
export class ReportInvalidError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_REPORT'
}

/** A report needs the history of the code, and there is none: `details.reason`. */
export class HistoryMissingError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_NO_HISTORY'
}

/** SQL is not understood, or went wrong: `details.line` and `details.column` say where, from 1, where DuckDB does. */
export class QueryError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_QUERY'
}

/** SQL that does more than to read the mirror. */
export class QueryRefusedError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_QUERY_REFUSED'
}

/** A query took more time or memory than it may: `details.limit` says which, `details.bound` how much that is. */
export class QueryLimitError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_QUERY_LIMIT'
}

/** What would be written is there already: `details.files`. */
export class ExportExistsError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_EXPORT_EXISTS'
}

/** The first line of what an error says. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
