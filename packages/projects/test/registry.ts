import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Database, openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import {
  createProjectRegistry,
  type NewProject,
  projectMigrations,
  type ProjectRegistry,
  type ProjectTables,
} from '@forge/projects'
import Driver from 'better-sqlite3'
import { onTestFinished } from 'vitest'

/** A registry in a file of its own, on a clock that is set by hand. */
export interface Opened {
  readonly file: string
  readonly db: Database<ProjectTables>
  readonly registry: ProjectRegistry
  readonly clock: { now: number }
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'forge-projects-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Opens a database of projects, closed after the test; `ready` makes its tables. */
export function openProjects(file: string): { db: Database<ProjectTables>; ready: () => Promise<void> } {
  const db = openDatabase<ProjectTables>({ open: () => new Driver(file, { timeout: 0 }), synchronous: 'OFF' })
  onTestFinished(() => db.close())
  const schema = createSchemaManager({ db: db.kysely, migrations: projectMigrations })
  return { db, ready: async () => void (await schema.up()) }
}

/** An empty registry, gone after the test. */
export function emptyRegistry(): Opened {
  const file = path.join(temporaryFolder(), 'global.db')
  const { db, ready } = openProjects(file)
  const clock = { now: Date.UTC(2026, 10, 1) }
  return { file, db, clock, registry: createProjectRegistry({ db, ready, clock: () => clock.now }) }
}

/** What a project in a folder is, where nothing else is said. */
export function found(root: string, identity: string, suggestedName: string = path.basename(root)): NewProject {
  return { root, identity, suggestedName, database: path.join(root, '.forge', 'graph.db') }
}

/** Makes folders below one of its own. */
export function folders<const N extends string>(...names: readonly N[]): Record<N, string> {
  const above = temporaryFolder()
  const made = names.map((name) => [name, path.join(above, name)] as const)
  for (const [, folder] of made) mkdirSync(folder, { recursive: true })
  return Object.fromEntries(made) as Record<N, string>
}

/** What a promise is rejected with. */
export function failure(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; hint?: string; details?: Record<string, unknown> }> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a failure, got ${JSON.stringify(value)}`)
    },
    (error: unknown) => error as Error & { code?: string; hint?: string; details?: Record<string, unknown> },
  )
}
