import { createPool, type Pool, type PoolOptions } from '@forge/pool'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { databaseFile } from './database-file.ts'

/** A pool over a table of notes, closed when the test ends. */
export async function notes(
  options: Partial<PoolOptions<Database.Database>> & { readonly file?: string } = {},
): Promise<Pool<Database.Database>> {
  const { file = databaseFile(), ...rest } = options
  const pool = createPool({ open: () => new Database(file), ...rest })
  onTestFinished(() => pool.close({ deadline: 100 }).catch(() => {}))
  await pool.write((connection) => connection.exec('create table if not exists note (id integer primary key, text)'))
  return pool
}

/** The notes, in the order they were written. */
export async function texts(pool: Pool<Database.Database>): Promise<unknown[]> {
  return pool.read((connection) => connection.prepare('select text from note order by id').pluck().all())
}

/** Writes a note on a connection. */
export function write(connection: Database.Database, text: string): void {
  connection.prepare('insert into note (text) values (?)').run(text)
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
