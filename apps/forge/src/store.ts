import { existsSync } from 'node:fs'
import path from 'node:path'
import {
  type CachedConnection,
  type Database,
  openDatabase,
  type Transaction,
  type TransactionOptions,
} from '@forge/db'
import { isForgeError } from '@forge/errors'
import { createSchemaManager, type Migration, type SchemaManager, sqliteBackup } from '@forge/migrate'
import type { AcquireOptions, ConnectionRole, Lease, PoolStats } from '@forge/pool'
import Sqlite from 'better-sqlite3'
import { NotIndexedError, StoreForeignError, StoreNewerError } from './errors.ts'
import { makeStoreFolder } from './store-folder.ts'

/** What tells the stores of a project apart. */
export interface StoreKind {
  /** Its tables, of all packages that have some in it. */
  readonly migrations: readonly Migration[]
  /**
   * Whether everything in it can be made again. Then a power cut may lose the last commits, and nothing is copied before
   * a migration; what cannot be made again is written to the disk at each commit, and copied first.
   */
  readonly derived: boolean
  /** What names another file on the command line. Default: `--db FILE`. */
  readonly option?: string
}

/** How to open a store. */
export interface StoreOptions {
  /** Whether to make the database, and its folder, where there is none. Default true. */
  readonly create?: boolean
  /** Whether to bring its tables up to date. Default true. */
  readonly migrate?: boolean
  /** Only look: nothing is made, migrated or written, whatever the options above say. Default false. */
  readonly readOnly?: boolean
  /** How long to wait for another process that writes, in milliseconds. Default 30,000. */
  readonly busyDeadline?: number
  /** Whether slow reads and checkpoints may take a thread, which starts with the first of them. Default true. */
  readonly threads?: boolean
  /** Stops opening. */
  readonly signal?: AbortSignal
}

/** What a {@link Store} is made of. */
export interface StoreParts<S> {
  readonly file: string
  readonly derived: boolean
  readonly database: Database<S>
  readonly schema: SchemaManager
}

/**
 * One SQLite file of a project: its connections, its tables brought up to date, and an end.
 *
 * After {@link Store.close} everything throws `FORGE_POOL_CLOSED`.
 */
export class Store<S> implements AsyncDisposable {
  /** The database file, absolute. */
  readonly file: string
  /** Whether everything in it can be made again. */
  readonly derived: boolean
  /** Typed queries, statements prepared once, and the pool. */
  readonly database: Database<S>
  /** The migrations: what is applied, what is pending. */
  readonly schema: SchemaManager

  constructor({ file, derived, database, schema }: StoreParts<S>) {
    this.file = file
    this.derived = derived
    this.database = database
    this.schema = schema
  }

  /** Lends a connection, to be released; waits in line where none is free. Throws what `Pool.acquire` throws. */
  acquire(role: ConnectionRole, options?: AcquireOptions): Promise<Lease<CachedConnection>> {
    return this.database.pool.acquire(role, options)
  }

  /** Calls `use` with a connection that reads. Throws what {@link Store.acquire} and `use` throw. */
  read<T>(use: (connection: CachedConnection) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    return this.database.pool.read(use, options)
  }

  /** Calls `use` with the connection that writes. Throws what {@link Store.acquire} and `use` throw. */
  write<T>(use: (connection: CachedConnection) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    return this.database.pool.write(use, options)
  }

  /** Runs `body` in a transaction: it commits when `body` is done, and rolls back and throws what `body` throws. */
  transaction<T>(body: (tx: Transaction<S>) => T | PromiseLike<T>, options?: TransactionOptions): Promise<T> {
    return this.database.transaction(body, options)
  }

  /** The connections in numbers, now. */
  stats(): PoolStats {
    return this.database.pool.stats()
  }

  /** Lets everyone who uses a connection finish, then closes the file; harmless to call again. */
  close(): Promise<void> {
    return this.database.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** What says that another version of Forge has made the tables. */
export const otherSchema: ReadonlySet<string> = new Set([
  'FORGE_MIGRATE_NEWER',
  'FORGE_MIGRATE_CHANGED',
  'FORGE_MIGRATE_ORDER',
])

/** A store of which nothing is opened or made yet. */
export interface PreparedStore<S> extends StoreParts<S> {
  /**
   * Makes the file and its tables, as the options say. Needed before anything is asked of the database.
   *
   * @throws what {@link openStore} throws
   */
  ready(): Promise<void>
}

/** The file of a store that is kept in memory and is empty. */
export const inMemory = ':memory:'

/** Prepares a store without touching its file. */
export function prepareStore<S>(file: string, kind: StoreKind, options: StoreOptions): PreparedStore<S> {
  const { readOnly = false, busyDeadline = 30_000, signal } = options
  const isFile = file !== inMemory
  const create = !readOnly && options.create !== false
  const database = openDatabase<S>({
    open: (role) =>
      new Sqlite(file, {
        readonly: role === 'reader',
        fileMustExist: isFile && (role === 'reader' || !create),
        timeout: 0,
      }),
    synchronous: kind.derived ? 'NORMAL' : 'FULL',
    readOnly,
    busyDeadline,
    // Whoever waits for a connection that waits for a lock is to hear of the lock.
    acquireTimeout: Math.max(busyDeadline, 30_000) + 1000,
    ...(isFile ? {} : { maxConnections: 1 }),
    ...(options.threads === false || !isFile
      ? {}
      : { worker: { driver: import.meta.resolve('better-sqlite3'), file } }),
  })
  const schema = createSchemaManager({
    db: database.kysely,
    migrations: kind.migrations,
    busyTimeoutMs: busyDeadline,
    backup:
      kind.derived || !isFile
        ? undefined
        : sqliteBackup({ file, open: (path) => new Sqlite(path, { readonly: true, timeout: 0 }) }),
  })
  const ready = async (): Promise<void> => {
    signal?.throwIfAborted()
    if (isFile && create) makeStoreFolder(path.dirname(file), kind.option)
    else if (isFile && !existsSync(file)) throw new NotIndexedError(file)
    if (isFile) requireOurs(file)
    try {
      if (readOnly || options.migrate === false) (await database.pool.acquire('reader', { signal })).release()
      else await schema.up({ signal })
    } catch (error) {
      throw isForgeError(error) && otherSchema.has(error.code) ? new StoreNewerError(file, kind, error) : error
    }
  }
  return { file, derived: kind.derived, database, schema, ready }
}

/** Tables that say that a database is one of ours: the ledger of migrations and, where that is gone, what no other program has. */
const ownTables = ['forge_migrations', 'symbol_words', 'run_tags', 'memory_projects']

/** Throws `FORGE_STORE_FOREIGN` for a file with tables of another program: nobody is to get ours in between. */
export function requireOurs(file: string): void {
  if (!existsSync(file)) return
  const names = tablesOf(file)
  if (names.length > 0 && !ownTables.some((name) => names.includes(name))) throw new StoreForeignError(file)
}

/** The names of the tables; none where the file cannot be read now: whoever opens it next tells why. */
function tablesOf(database: string): readonly unknown[] {
  let reader: Sqlite.Database | undefined
  try {
    reader = new Sqlite(database, { readonly: true, timeout: 0 })
    return reader.prepare(`select name from sqlite_schema where type = 'table'`).pluck().all()
  } catch {
    return []
  } finally {
    reader?.close()
  }
}

/**
 * Opens the parts of a store; what it opened is closed again when that fails.
 *
 * @throws `FORGE_STORE_NOT_INDEXED`, `FORGE_STORE_UNWRITABLE`, `FORGE_STORE_NEWER`, `FORGE_STORE_FOREIGN`,
 * `FORGE_DB_CORRUPT`, `FORGE_DB_UNAVAILABLE`, `FORGE_DB_BUSY`, `FORGE_DB_FULL`, `FORGE_MIGRATE_*`, the reason of the signal
 */
export async function openStore<S>(file: string, kind: StoreKind, options: StoreOptions): Promise<StoreParts<S>> {
  const store = prepareStore<S>(file, kind, options)
  try {
    await store.ready()
    return store
  } catch (error) {
    // Nobody uses it yet, and why it could not be opened says more than why it could not be closed.
    await store.database.close({ deadline: 0 }).catch(() => undefined)
    throw error
  }
}
