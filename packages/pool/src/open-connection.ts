import { DatabaseUnavailableError, SqliteTooOldError } from './database-errors.ts'
import { mapDriverError } from './driver-error.ts'
import type { DatabaseFile } from './file-identity.ts'
import type { PoolSettings } from './pool-options.ts'
import { retryBusy } from './retry-busy.ts'
import type { ConnectionRole, SqliteConnection } from './sqlite-connection.ts'

/** Older libraries can damage a WAL database that several connections use: https://sqlite.org/wal.html#walresetbug */
const oldestSqlite = [3, 51, 3] as const

/** What {@link openConnection} needs besides the settings. */
export interface OpenContext {
  readonly signal: AbortSignal
  readonly onRetry: () => void
  /** The file every connection has to lead to. */
  readonly file: DatabaseFile
}

/**
 * Opens a connection and sets it up for its role, trying again while the database is busy.
 *
 * @throws `FORGE_DB_CORRUPT`, `FORGE_DB_UNAVAILABLE`, `FORGE_DB_BUSY`, `FORGE_DB_FULL`, `FORGE_DB_MOVED`,
 * `FORGE_SQLITE_TOO_OLD`
 */
export async function openConnection<C extends SqliteConnection>(
  role: ConnectionRole,
  settings: PoolSettings<C>,
  context: OpenContext,
): Promise<C> {
  let connection: C | undefined
  try {
    const opened = settings.open(role)
    connection = opened
    context.file.noteOpened(opened)
    await retryBusy(() => configure(opened, role, settings), {
      ...settings,
      ...context,
      deadline: settings.busyDeadline,
    })
    return opened
  } catch (error) {
    connection?.close()
    throw mapDriverError(error, { stage: 'open', details: { role } })
  }
}

function configure<C extends SqliteConnection>(connection: C, role: ConnectionRole, settings: PoolSettings<C>): void {
  // Invariant: the busy timeout is next to nothing before anything may meet a lock; retryBusy does the waiting.
  connection.exec('pragma busy_timeout = 1')
  refuseOldSqlite(connection)
  if (!settings.readOnly && role === 'writer') {
    switchToWal(connection, settings)
    limitWal(connection, settings)
  }
  connection.exec(
    `pragma synchronous = ${settings.synchronous};
     pragma foreign_keys = on;
     pragma cache_size = -${settings.cacheSizeKiB};
     pragma temp_store = memory;
     pragma query_only = ${role === 'reader' ? 'on' : 'off'}`,
  )
  // The first read of the file: here, and not in the first query, it shows whether the file is a database.
  connection.prepare('select count(*) from sqlite_schema').all()
}

function switchToWal<C extends SqliteConnection>(connection: C, settings: PoolSettings<C>): void {
  const statement = connection.prepare('pragma journal_mode = wal')
  statement.pluck(true)
  const mode = String(statement.all()[0])
  if (mode === 'wal' || settings.maxConnections === 1) return
  throw new DatabaseUnavailableError(`The database cannot be shared by connections: its journal mode stays ${mode}`, {
    hint:
      mode === 'memory'
        ? 'An in-memory database lives in one connection: set maxConnections to 1'
        : 'Put the file on a local disk, or set maxConnections to 1',
    details: { journalMode: mode },
  })
}

/** Pages of SQLite's usual size: the limit below need not be exact. */
const pageBytes = 4_096

/** What happens while nobody looks at the WAL, as within one long use of the writer: SQLite's own checkpoint, far off. */
function limitWal<C extends SqliteConnection>(connection: C, { wal, worker }: PoolSettings<C>): void {
  const bytes = worker === undefined ? wal.restartAt : wal.truncateAt
  connection.exec(
    `pragma wal_autocheckpoint = ${Math.ceil(bytes / pageBytes)};
     pragma journal_size_limit = ${wal.restartAt}`,
  )
}

function refuseOldSqlite(connection: SqliteConnection): void {
  const statement = connection.prepare('select sqlite_version()')
  statement.pluck(true)
  const version = String(statement.all()[0])
  const parts = version.split('.').map(Number)
  for (const [index, oldest] of oldestSqlite.entries()) {
    const part = parts[index] ?? 0
    if (part > oldest) return
    if (part < oldest) {
      throw new SqliteTooOldError(`SQLite ${version} can damage a database that several connections use`, {
        hint: `Install a driver with SQLite ${oldestSqlite.join('.')} or newer`,
        details: { version, oldest: oldestSqlite.join('.') },
      })
    }
  }
}
