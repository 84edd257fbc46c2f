import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { onTestFinished } from 'vitest'

/** The tables the tests make. */
export interface Tables {
  nodes: { id: number; name: string | null }
  edges: { source: number; target: number }
}

/** An open database file: the driver's handle, and Kysely over it. */
export interface Opened {
  readonly driver: Database.Database
  readonly db: Kysely<Tables>
  /** Every SQL statement that Kysely sent. */
  readonly sent: string[]
}

/** A path in a folder that is removed when the test ends. */
export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forge-migrate-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'test.db')
}

/** Opens `path`; a busy database is refused at once, so that waiting is up to the code under test. */
export function open(path: string = temporaryFile()): Opened {
  const driver = new Database(path, { timeout: 0 })
  driver.pragma('journal_mode = wal')
  driver.pragma('foreign_keys = on')
  const sent: string[] = []
  const db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: driver }),
    log: ({ query }) => void sent.push(query.sql),
  })
  onTestFinished(() => void driver.close())
  return { driver, db, sent }
}

/** The names of all tables and indexes, sorted. */
export function schemaOf(driver: Database.Database): readonly string[] {
  return driver
    .prepare<[], string>("select name from sqlite_schema where name not like 'sqlite_%' order by name")
    .pluck()
    .all()
}

/** The rejection of `promise`, for tests that look at more than its message. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('the promise was fulfilled')
}
