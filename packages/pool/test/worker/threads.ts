import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { createPool, type Pool, type PoolOptions, type WorkerOptions } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, onTestFinished } from 'vitest'
import { databaseFile } from '../database-file.ts'

/** The module of the driver that the tests themselves use. */
export const driver: URL = pathToFileURL(createRequire(import.meta.url).resolve('better-sqlite3'))

/** How long a test waits for a thread, on a machine that does much else. */
export const patiently = { timeout: 20_000 }

/** A driver whose SQL functions block, end or fill up the thread they are called in. */
export const troubledDriver: URL = new URL('./troubled-driver.ts', import.meta.url)

/** A pool with threads, over a file with the numbers from 1 to 3 in the table `t`; closed when the test ends. */
export async function poolWithThreads(
  worker: Partial<WorkerOptions> = {},
  options: Partial<PoolOptions<Database.Database>> = {},
): Promise<{ readonly pool: Pool<Database.Database>; readonly file: string }> {
  const file = databaseFile()
  const pool = createPool({ open: () => new Database(file), worker: { driver, file, ...worker }, ...options })
  onTestFinished(() => pool.close({ deadline: 1_000 }).catch(() => {}))
  await pool.write((connection) =>
    connection.exec('create table t (a integer primary key); insert into t values (1), (2), (3)'),
  )
  return { pool, file }
}

/** A statement that is inside SQLite, without a row, until it is let go; and then has one. */
export interface HeldStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** Waits until the statement has begun. */
  begun(): Promise<void>
  letGo(): Promise<void>
}

/** A {@link HeldStatement} for the troubled driver. */
export function heldStatement(): HeldStatement {
  const path = databaseFile()
  const letGo = () => writeFile(`${path}-go`, '')
  onTestFinished(letGo)
  return {
    sql: 'select hold(?) as held',
    parameters: [path],
    begun: () => expect.poll(() => existsSync(`${path}-begun`), patiently).toBe(true),
    letGo,
  }
}
