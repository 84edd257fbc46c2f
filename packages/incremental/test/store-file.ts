import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Database, openDatabase } from '@forge/db'
import {
  type IncrementalStore,
  incrementalMigrations,
  type IncrementalTables,
  openIncrementalStore,
} from '@forge/incremental/store'
import { createSchemaManager } from '@forge/migrate'
import Driver from 'better-sqlite3'
import { onTestFinished } from 'vitest'

/** A store in a file of its own, on a clock that is set by hand. */
export interface StoreFile {
  readonly clock: { now: number }
  readonly database: Database<IncrementalTables>
  open(options?: { readonly project?: string; readonly maxTraces?: number }): Promise<IncrementalStore>
}

/** An empty store, gone after the test. */
export async function storeFile(): Promise<StoreFile> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'forge-incremental-'))
  const database = openDatabase<IncrementalTables>({ open: () => new Driver(path.join(folder, 'store.db')) })
  onTestFinished(async () => {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const manager = createSchemaManager({ db: database.kysely, migrations: incrementalMigrations })
  await manager.up()
  const clock = { now: 1000 }
  return {
    clock,
    database,
    open: (options = {}) => openIncrementalStore({ database, clock: () => clock.now, ...options }),
  }
}
