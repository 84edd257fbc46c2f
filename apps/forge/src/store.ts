import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { openDatabase, type Database } from '@forge/db'
import { isForgeError } from '@forge/errors'
import { graphMigrations, type GraphTables } from '@forge/graph'
import { createSchemaManager } from '@forge/migrate'
import Sqlite from 'better-sqlite3'
import { NotIndexedError, StoreNewerError, StoreUnwritableError } from './errors.ts'

/** The tables of `.forge/graph.db`. */
export type StoreTables = GraphTables

/** How to open the store of a project. */
export interface StoreOptions {
  /** The database file. */
  readonly file: string
  /** Whether to make it, and its folder, where there is none. */
  readonly create: boolean
  /** How long to wait for another process that writes, in milliseconds. */
  readonly busyDeadline?: number
  readonly signal?: AbortSignal
}

/** What says that another version of Forge has made the tables. */
const otherSchema: ReadonlySet<string> = new Set([
  'FORGE_MIGRATE_NEWER',
  'FORGE_MIGRATE_CHANGED',
  'FORGE_MIGRATE_ORDER',
])

/** Opens the database of a project with its schema up to date; what it opened is closed again when that fails. */
export async function openStore(options: StoreOptions): Promise<Database<StoreTables>> {
  const { file, create, signal } = options
  if (!create && !existsSync(file)) throw new NotIndexedError(file)
  if (create) makeFolder(path.dirname(file))
  const database = openDatabase<StoreTables>({
    open: (role) =>
      new Sqlite(file, { readonly: role === 'reader', fileMustExist: role === 'reader' || !create, timeout: 0 }),
    ...(options.busyDeadline === undefined
      ? {}
      : { busyDeadline: options.busyDeadline, acquireTimeout: options.busyDeadline }),
  })
  try {
    await createSchemaManager({
      db: database.kysely,
      migrations: graphMigrations,
      ...(options.busyDeadline === undefined ? {} : { busyTimeoutMs: options.busyDeadline }),
    }).up(signal === undefined ? {} : { signal })
    return database
  } catch (error) {
    await database.close()
    throw isForgeError(error) && otherSchema.has(error.code) ? new StoreNewerError(file, error) : error
  }
}

/** A `.forge` folder hides itself from git; any other folder is the user's own and left as it is. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    const ignore = path.join(folder, '.gitignore')
    if (path.basename(folder) === '.forge' && !existsSync(ignore)) writeFileSync(ignore, '*\n')
  } catch (cause) {
    throw new StoreUnwritableError(`The folder of the database cannot be written: ${folder}`, {
      hint: 'Make it writable, or name another place with --db FILE',
      details: { folder },
      cause,
    })
  }
}
