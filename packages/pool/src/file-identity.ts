import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { DatabaseMovedError } from './database-errors.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** Which file a path led to. */
interface FileIdentity {
  readonly path: string
  readonly device: bigint
  readonly inode: bigint
}

/**
 * Knows which file the connections of a pool lead to, and whether it is still found under its path.
 *
 * SQLite goes on with a file that was deleted or replaced: what is written then is gone with the last connection.
 *
 * Invariant: files are looked at with `stat` only; to open and close one would drop the locks SQLite holds on it.
 */
export class DatabaseFile {
  #path: string | undefined
  #database: FileIdentity | undefined
  #wal: FileIdentity | undefined
  /** The WAL a file left behind that could not be emptied when it was found to be moved. */
  #left: { readonly wal: FileIdentity; readonly database: FileIdentity } | undefined

  /** The path of the file, once a connection was opened; none for a database in memory. */
  get path(): string | undefined {
    return this.#path
  }

  /** The file as {@link fileIdentity} tells it, while connections are open. */
  get identity(): string | undefined {
    return this.#database === undefined ? undefined : identityText(this.#database)
  }

  /** The name of the file, once it is known. */
  get name(): string | undefined {
    return this.#path === undefined ? undefined : basename(this.#path)
  }

  /**
   * Takes the file a connection was opened on, before anything else is done with it, for the file of the pool.
   *
   * @throws `FORGE_DB_MOVED` when the connections before it were opened on another one, or when there is a WAL of
   * another one beside it
   */
  noteOpened(connection: SqliteConnection): void {
    const path = databasePath(connection)
    if (path === undefined) return
    this.#path = path
    const opened = identify(path)
    if (this.#database === undefined) {
      this.#refuseForeignWal(path, opened)
      this.#database = opened
    } else if (opened === undefined || !same(opened, this.#database)) throw movedError(path, opened)
  }

  /** Takes the WAL beside the file for the WAL of the pool; `connection` has read the database. */
  noteWal(connection: SqliteConnection): void {
    if (this.#wal !== undefined || this.#path === undefined) return
    if (journalMode(connection) === 'wal') this.#wal = identify(walPath(this.#path))
  }

  /** The error that says that the file, or its WAL, is no longer found under its path; nothing while it is. */
  moved(): DatabaseMovedError | undefined {
    if (this.#database === undefined) return undefined
    const { path } = this.#database
    const now = identify(path)
    if (now === undefined || !same(now, this.#database)) return movedError(path, now)
    if (this.#wal === undefined) return undefined
    const wal = identify(this.#wal.path)
    return wal !== undefined && same(wal, this.#wal) ? undefined : movedError(this.#wal.path, wal)
  }

  /** Stops looking for a WAL, where `connection` says that the database has none any more. */
  forgetWalUnlessUsed(connection: SqliteConnection): boolean {
    try {
      if (this.#wal === undefined || journalMode(connection) === 'wal') return false
    } catch {
      return false
    }
    this.#wal = undefined
    return true
  }

  /** Forgets the WAL: SQLite may have deleted it, and may make another one. Called when the last connection that noted it has been closed. */
  forgetWal(): void {
    this.#wal = undefined
  }

  /** Forgets the file: the next connection that is opened decides. Called when the last one has been closed. */
  forget(options: { readonly moved: boolean }): void {
    if (options.moved && this.#wal !== undefined && this.#database !== undefined) {
      this.#left = { wal: this.#wal, database: this.#database }
    }
    this.#database = this.#wal = undefined
  }

  #refuseForeignWal(path: string, opened: FileIdentity | undefined): void {
    if (this.#left === undefined) return
    const { wal, database } = this.#left
    const own = opened !== undefined && same(opened, database)
    const stats = statSync(wal.path, { bigint: true, throwIfNoEntry: false })
    const left = stats !== undefined && stats.ino === wal.inode && stats.dev === wal.device && stats.size > 0n
    if (left && !own) {
      throw new DatabaseMovedError(`The database was replaced, and the WAL of the file before it is still there`, {
        hint:
          `Stop every process that uses ${path}, then delete ${wal.path}: SQLite would take it for a part of the ` +
          `new file and damage it`,
        details: { file: path, wal: wal.path },
      })
    }
    this.#left = undefined
  }
}

/** Which file is found under a path, as text that can be compared with another one; nothing where there is none. */
export function fileIdentity(path: string): string | undefined {
  const found = identify(path)
  return found === undefined ? undefined : identityText(found)
}

function identityText({ device, inode }: FileIdentity): string {
  return `${device}:${inode}`
}

function identify(path: string): FileIdentity | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? undefined : { path, device: stats.dev, inode: stats.ino }
}

function same(one: FileIdentity, other: FileIdentity): boolean {
  return one.inode === other.inode && one.device === other.device
}

function walPath(path: string): string {
  return `${path}-wal`
}

/** The file behind a connection, as SQLite knows it. */
function databasePath(connection: SqliteConnection): string | undefined {
  const rows = connection.prepare('pragma database_list').all() as readonly { readonly file?: string | null }[]
  const file = rows[0]?.file
  return file === undefined || file === null || file === '' ? undefined : file
}

function journalMode(connection: SqliteConnection): string {
  const statement = connection.prepare('pragma journal_mode')
  statement.pluck(true)
  return String(statement.all()[0])
}

function movedError(path: string, now: FileIdentity | undefined): DatabaseMovedError {
  const what = now === undefined ? 'deleted or renamed' : 'replaced by another file'
  return new DatabaseMovedError(`The file ${basename(path)} was ${what} while the pool had it open`, {
    hint:
      'What this call wrote went to the file that was there before; the next call opens the file that is there now. ' +
      'Close every pool and process that uses a database before its file is moved, or restore into it through SQLite',
    details: { file: path, now: now === undefined ? 'missing' : 'other' },
  })
}
