import { createPool, type Pool, type PoolOptions } from '@forge/pool'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { databaseFile } from './database-file.ts'

/** A pool over a fresh file, or over `file`, that is closed when the test ends. */
export function openPool(
  options: Partial<PoolOptions<Database.Database>> = {},
  file: string = databaseFile(),
): Pool<Database.Database> {
  const pool = createPool({ open: () => new Database(file), ...options })
  onTestFinished(() => pool.close({ deadline: 0 }).catch(() => {}))
  return pool
}

/** What `work` throws. */
export async function failureOf(work: () => Promise<unknown>): Promise<Error> {
  try {
    await work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
