import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Database, type DatabaseOptions, openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import { createRunStorage, runMigrations, type RunStorage, type RunStorageOptions, type RunTables } from '@forge/runs'
import Driver from 'better-sqlite3'
import { onTestFinished } from 'vitest'

/** The runs of a project in a database file of its own, on a clock that is set by hand. */
export interface History {
  readonly file: string
  readonly db: Database<RunTables>
  readonly runs: RunStorage
  readonly clock: { now: number }
  /** The runs of another project, or the same ones seen by another process. */
  reopen(options?: Partial<RunStorageOptions>): RunStorage
}

/** A folder that is gone after the test. */
function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'forge-runs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Opens a migrated database. */
async function openRuns(file: string, options: Partial<DatabaseOptions> = {}): Promise<Database<RunTables>> {
  const db = openDatabase<RunTables>({ open: () => new Driver(file, { timeout: 0 }), synchronous: 'OFF', ...options })
  await createSchemaManager({ db: db.kysely, migrations: runMigrations }).up()
  return db
}

/** An empty history, gone after the test. */
export async function emptyHistory(
  options: Partial<RunStorageOptions> = {},
  database: Partial<DatabaseOptions> = {},
): Promise<History> {
  const file = path.join(temporaryFolder(), 'runs.db')
  const db = await openRuns(file, database)
  onTestFinished(() => db.close())
  const clock = { now: Date.UTC(2026, 10, 1) }
  const reopen = (more: Partial<RunStorageOptions> = {}): RunStorage =>
    createRunStorage({ db, project: 'shop', clock: () => clock.now, ...options, ...more })
  return { file, db, runs: reopen(), clock, reopen }
}

/** A value of which nothing can be changed. */
export function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const each of Object.values(value)) deepFrozen(each)
  }
  return value
}

/** What a promise is rejected with. */
export function failure(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; details?: Record<string, unknown> }> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a failure, got ${JSON.stringify(value)}`)
    },
    (error: unknown) => error as Error & { code?: string; details?: Record<string, unknown> },
  )
}
