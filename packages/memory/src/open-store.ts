import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Database, openDatabase } from '@forge/db'
import { createSchemaManager, sqliteBackup } from '@forge/migrate'
import type { MemoryOptions } from './memory-options.ts'
import { memoryMigrations } from './migrations.ts'
import type { MemoryTables } from './schema.ts'

/** An open database with the tables of the memory. */
export interface OpenStore {
  readonly db: Database<MemoryTables>
  /** Whether nobody else has it, so that it is closed with the memory. */
  readonly own: boolean
}

/** The path of a memory that is gone with its last user. */
const inMemory = ':memory:'

/** Opens the file of a memory and migrates it, with a copy made first; or takes the database that is given. */
export async function openStore(options: MemoryOptions): Promise<OpenStore> {
  if (options.db !== undefined) return { db: options.db, own: false }
  const { driver: Driver, busyDeadline = 30_000, synchronous = 'FULL', random } = options
  const isFile = options.path !== inMemory
  const file = isFile ? resolve(options.path) : inMemory
  if (isFile) mkdirSync(dirname(file), { recursive: true })
  const db = openDatabase<MemoryTables>({
    open: (role) => new Driver(file, { timeout: 0, readonly: role === 'reader' }),
    ...(isFile ? {} : { maxConnections: 1 }),
    synchronous,
    busyDeadline,
    // Whoever waits for a connection that waits for a lock is to hear of the lock.
    acquireTimeout: busyDeadline + 1000,
    ...(random === undefined ? {} : { random }),
  })
  try {
    const backup = isFile
      ? sqliteBackup({ file, open: (path) => new Driver(path, { timeout: 0, readonly: true }) })
      : undefined
    await createSchemaManager({ db: db.kysely, migrations: memoryMigrations, backup, busyTimeoutMs: busyDeadline }).up()
    return { db, own: true }
  } catch (error) {
    // Why it could not be opened says more than why it could not be closed.
    await db.close({ deadline: 0 }).catch(() => undefined)
    throw error
  }
}
