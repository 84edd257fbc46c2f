import { type Database as ForgeDatabase, openDatabase, type PreparedQuery } from '@forge/db'
import Database from 'better-sqlite3'
import type { Schema } from './people.ts'

/** The side that is Forge with a thread. */
export const forgeWithThread = 'forge, thread'

/** Forge over a file, with the two queries that add one to its counter. */
export interface ForgeCounter {
  readonly db: ForgeDatabase<Schema>
  readonly read: PreparedQuery<{}, { n: number }>
  readonly write: PreparedQuery<{ n: number }, unknown>
}

/** Opens Forge with its defaults, and with a thread for checkpoints where it is wanted. */
export function forgeCounter(file: string, options: { readonly thread: boolean }): ForgeCounter {
  const db = openDatabase<Schema>({
    open: () => new Database(file),
    ...(options.thread ? { worker: { driver: import.meta.resolve('better-sqlite3'), file } } : {}),
  })
  return {
    db,
    read: db.prepared((kysely) => kysely.selectFrom('counter').select('n').where('id', '=', 1)),
    write: db.prepared((kysely, param: { n: number }) =>
      kysely.updateTable('counter').set({ n: param.n }).where('id', '=', 1),
    ),
  }
}

/** The two statements that add one to the counter, kept by hand. */
export interface RawCounter {
  readonly read: () => number
  readonly write: (n: number) => void
}

/** Prepares them. */
export function rawCounter(database: Database.Database): RawCounter {
  const read = database.prepare('select n from counter where id = 1').pluck()
  const write = database.prepare('update counter set n = ? where id = 1')
  return { read: () => read.get() as number, write: (n) => void write.run(n) }
}

/** What the counter says in the end. */
export function counted(file: string): number {
  const database = new Database(file, { readonly: true })
  try {
    return rawCounter(database).read()
  } finally {
    database.close()
  }
}

/** Whether an error says that another connection holds a lock. */
export function isBusyError(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}
