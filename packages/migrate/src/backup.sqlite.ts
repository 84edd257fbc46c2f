import { chmod, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { BackupHook, BackupInfo } from './backup.ts'
import { MigrateInvalidError } from './errors.ts'

/** What {@link sqliteBackup} asks of a connection of its own; a database of `better-sqlite3` is one. */
export interface SqliteBackupConnection {
  /** SQLite's online backup into the file `destination`; `progress` is called as it goes and answers how many pages to copy next. */
  backup(destination: string, options: { readonly progress: () => number }): Promise<unknown>
  prepare(sql: string): { all(): readonly unknown[] }
  close(): unknown
}

/** What {@link sqliteBackup} is given. */
export interface SqliteBackupOptions {
  /** The file of the database. */
  readonly file: string
  /** Opens a file, read-only, with the same SQLite library that the migration uses. */
  readonly open: (file: string) => SqliteBackupConnection
  /** The folder of the copies, which exists and has them for this database alone; that of the database if absent. */
  readonly folder?: string
  /** How many copies to keep, the newest ones; 5 if absent. */
  readonly keep?: number
  /** Milliseconds since the epoch, for the names; `Date.now` if absent. */
  readonly clock?: () => number
}

/** How many pages are copied before the event loop has its turn. */
const pagesAtOnce = 100

/**
 * Copies a SQLite database into a file of its own before it is migrated.
 *
 * The copy is made by SQLite's backup API through a connection of its own: the
 * live file is never opened by other means, which would drop SQLite's locks.
 * It is checked with `pragma quick_check`, written to the disk, and only then
 * renamed to `NAME-vVERSION-TIME.EXTENSION`, with the permissions of the
 * database. Older copies than the `keep` newest are removed.
 *
 * @example
 * ```ts
 * const backup = sqliteBackup({ file, open: (path) => new Database(path, { readonly: true }), keep: 3 })
 * await createSchemaManager({ db, migrations, backup }).up()
 * ```
 */
export function sqliteBackup(options: SqliteBackupOptions): BackupHook {
  const { file, open: connect, folder = dirname(file), keep = 5, clock = Date.now } = options
  const problem = optionProblem(options)
  if (problem !== undefined) throw new MigrateInvalidError(problem, { callSite: sqliteBackup })
  const extension = extname(file)
  const name = basename(file, extension)
  return async (info) => {
    const temporary = join(folder, `${name}-backup.tmp`)
    try {
      await removeDatabase(temporary)
      await copyDatabase(connect, file, temporary, info)
      checkCopy(connect, temporary)
      await syncFile(temporary)
      const time = new Date(clock()).toISOString().replaceAll(/[:.]/g, '-')
      await rename(temporary, join(folder, `${name}-v${info.version}-${time}${extension}`))
      await syncFolder(folder)
    } finally {
      await removeDatabase(temporary)
    }
    await removeOldCopies(folder, { name, extension, keep })
  }
}

function optionProblem({ file, open: connect, keep = 1 }: SqliteBackupOptions): string | undefined {
  if (typeof file !== 'string' || file === '' || file === ':memory:') return 'file is not the path of a database'
  if (typeof connect !== 'function') return 'open is not a function'
  if (!(Number.isSafeInteger(keep) && keep > 0)) return `keep is ${keep}; give how many copies to keep, 1 or more`
  return undefined
}

async function copyDatabase(
  connect: SqliteBackupOptions['open'],
  file: string,
  temporary: string,
  { signal }: BackupInfo,
): Promise<void> {
  // The path is looked at, never opened. A copy must not be readable by more people than the database, not even at first.
  const { mode } = await stat(file)
  await writeFile(temporary, '', { flag: 'wx', mode: 0o600 })
  const source = connect(file)
  try {
    await requireSource(source, file)
    await source.backup(temporary, {
      progress() {
        signal?.throwIfAborted()
        return pagesAtOnce
      },
    })
  } finally {
    source.close()
  }
  await chmod(temporary, mode & 0o777)
}

/** Throws unless `source` reads `file`: the copy of another database would be taken for a backup of this one. */
async function requireSource(source: SqliteBackupConnection, file: string): Promise<void> {
  const [main] = source.prepare('pragma database_list').all()
  const path = main instanceof Object && 'file' in main && typeof main.file === 'string' ? main.file : ''
  const [wanted, opened] = await Promise.all([stat(file), path === '' ? undefined : stat(path)])
  if (opened?.ino === wanted.ino && opened.dev === wanted.dev) return
  throw new Error(`open was given ${file} and opened ${path === '' ? 'a database in memory' : path}`)
}

function checkCopy(connect: SqliteBackupOptions['open'], copy: string): void {
  const connection = connect(copy)
  try {
    const answers = connection
      .prepare('pragma quick_check')
      .all()
      .map((row) => Object.values(Object(row)).join(' '))
    if (answers.length !== 1 || answers[0] !== 'ok') throw new Error(`the copy is damaged: ${answers.join('; ')}`)
  } finally {
    connection.close()
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the new name last; where a folder cannot be opened, as on Windows, the file system sees to it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function removeDatabase(path: string): Promise<void> {
  // A read-only connection may leave the other two behind.
  for (const each of [path, `${path}-wal`, `${path}-shm`, `${path}-journal`]) await rm(each, { force: true })
}

async function removeOldCopies(
  folder: string,
  { name, extension, keep }: { readonly name: string; readonly extension: string; readonly keep: number },
): Promise<void> {
  const copies: { readonly file: string; readonly time: string }[] = []
  for (const file of await readdir(folder)) {
    if (!file.startsWith(`${name}-v`) || !file.endsWith(extension)) continue
    const middle = file.slice(name.length, file.length - extension.length)
    const time = /^-v\d+-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)$/.exec(middle)?.[1]
    if (time !== undefined) copies.push({ file, time })
  }
  copies.sort((a, b) => (a.time < b.time ? 1 : -1))
  for (const { file } of copies.slice(keep)) await rm(join(folder, file), { force: true })
}
