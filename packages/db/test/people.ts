import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, type DatabaseOptions, openDatabase } from '@forge/db'
import Driver from 'better-sqlite3'
import type { Generated } from 'kysely'
import { onTestFinished } from 'vitest'

export interface People {
  person: { id: Generated<number>; name: string; age: number }
  pet: { id: Generated<number>; owner: number; name: string }
}

/** The path of a database file that does not exist yet, in a folder that goes when the test ends. */
export function databaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forge-db-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'people.db')
}

/** A database with Ada (36) and Bob (17), who are there already where it `exists`; closed when the test ends. */
export async function people(
  options: Partial<DatabaseOptions> & { readonly file?: string; readonly exists?: boolean } = {},
): Promise<Database<People>> {
  const { file = databaseFile(), exists = false, ...rest } = options
  const db = openDatabase<People>({ open: () => new Driver(file), ...rest })
  onTestFinished(() => db.close({ deadline: 100 }).catch(() => {}))
  if (exists) return db
  await db.pool.write((connection) =>
    connection.exec(`
      create table person (id integer primary key, name text not null unique, age integer not null check (age >= 0));
      create table pet (
        id integer primary key, name text not null,
        owner integer not null references person (id) deferrable initially deferred
      );
      insert into person (name, age) values ('Ada', 36), ('Bob', 17);`),
  )
  return db
}

/** What `work` throws, at once or later. */
export async function failure(work: () => unknown): Promise<Error & { readonly code?: string }> {
  try {
    await work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

/** The first line of code in the stack of an error. */
export function firstFrame(error: Error): string | undefined {
  return error.stack?.split('\n').find((line) => /^ +at /.test(line) && !line.includes('node:internal'))
}

/** The names of everyone, oldest first. */
export async function names(db: Pick<Database<People>, 'kysely'>): Promise<string[]> {
  const rows = await db.kysely.selectFrom('person').select('name').orderBy('age', 'desc').execute()
  return rows.map((row) => row.name)
}
