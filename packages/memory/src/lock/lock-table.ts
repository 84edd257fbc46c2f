import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Database, openDatabase, type PreparedQuery } from '@forge/db'
import { createSchemaManager, defineMigration } from '@forge/migrate'
import { sql } from 'kysely'
import type { MemoryDriver } from '../memory-options.ts'
import type { ProcessIdentity } from './process-identity.ts'

interface LockTables {
  memory_locks: {
    name: string
    token: number
    /** Null, as all that follows: nobody holds it. */
    pid: number | null
    host: string | null
    process_start: string | null
    acquired_at: number | null
  }
}

/** Who holds a lock. */
export interface LockHolder extends ProcessIdentity {
  /** Goes up with every holder, and never down. */
  readonly token: number
  /** Milliseconds since the epoch. */
  readonly acquiredAt: number
}

const lockMigrations = [
  defineMigration({
    id: 'memory-locks/0001-locks',
    up: () => [
      sql`create table memory_locks (
        name text not null primary key,
        token bigint not null,
        pid integer,
        host text,
        process_start text,
        acquired_at bigint
      )`,
    ],
    down: () => [sql`drop table memory_locks`],
  }),
]

type Claim = {
  name: string
  free: number
  pid: number
  host: string
  start: string | null
  at: number
}

type HolderRow = {
  token: number
  pid: number | null
  host: string | null
  process_start: string | null
  acquired_at: number | null
}

/** The database of the locks: one row a lock, which says who holds it. */
export class LockTable {
  readonly #db: Database<LockTables>
  readonly #find: PreparedQuery<{ name: string }, HolderRow>
  readonly #add: PreparedQuery<{ name: string }, unknown>
  readonly #claim: PreparedQuery<Claim, { token: number }>
  readonly #free: PreparedQuery<{ name: string; token: number }, unknown>

  private constructor(db: Database<LockTables>) {
    this.#db = db
    this.#find = db.prepared((db, row: { name: string }) =>
      db
        .selectFrom('memory_locks')
        .select(['token', 'pid', 'host', 'process_start', 'acquired_at'])
        .where('name', '=', row.name),
    )
    this.#add = db.prepared((db, row: { name: string }) =>
      db
        .insertInto('memory_locks')
        .values({ name: row.name, token: 0 })
        .onConflict((conflict) => conflict.doNothing()),
    )
    this.#claim = db.prepared((db, row: Claim) =>
      db
        .updateTable('memory_locks')
        .set({
          token: sql<number>`token + 1`,
          pid: row.pid,
          host: row.host,
          process_start: row.start,
          acquired_at: row.at,
        })
        .where('name', '=', row.name)
        .where('token', '=', row.free)
        .returning('token'),
    )
    this.#free = db.prepared((db, row: { name: string; token: number }) =>
      db
        .updateTable('memory_locks')
        .set({ pid: null, host: null, process_start: null, acquired_at: null })
        .where('name', '=', row.name)
        .where('token', '=', row.token)
        .where('pid', 'is not', null),
    )
  }

  /** Opens the file, and makes it where there is none. */
  static async open(file: string, Driver: MemoryDriver): Promise<LockTable> {
    mkdirSync(dirname(file), { recursive: true })
    const db = openDatabase<LockTables>({
      open: () => new Driver(file, { timeout: 0, readonly: false }),
      maxConnections: 1,
      cacheSizeKiB: 64,
      // A token that was handed out must never be handed out again, not even after a power cut.
      synchronous: 'FULL',
    })
    try {
      await createSchemaManager({ db: db.kysely, migrations: lockMigrations }).up()
      return new LockTable(db)
    } catch (error) {
      await db.close({ deadline: 0 }).catch(() => undefined)
      throw error
    }
  }

  /** The token of the lock, and who holds it, if anybody does. */
  async look(name: string): Promise<{ readonly token: number; readonly holder: LockHolder | undefined }> {
    const row = await this.#find.first({ name })
    if (row === undefined) {
      await this.#add.run({ name })
      return { token: 0, holder: undefined }
    }
    const { token, pid, host, process_start: start, acquired_at: acquiredAt } = row
    if (pid === null || host === null) return { token, holder: undefined }
    return { token, holder: { token, pid, host, start, acquiredAt: acquiredAt ?? 0 } }
  }

  /**
   * Takes the lock, if nobody has taken it since it had the token `free`. Returns the new token.
   *
   * Invariant: one statement compares and takes, so that of two who saw the same token one only gets it.
   */
  async claim(name: string, free: number, process: ProcessIdentity, at: number): Promise<number | undefined> {
    const { pid, host, start } = process
    const row = await this.#claim.first({ name, free, pid, host, start, at })
    return row?.token
  }

  /** Frees the lock. Returns false where it was not held with this token. */
  async free(name: string, token: number): Promise<boolean> {
    const { changes } = await this.#free.run({ name, token })
    return changes > 0
  }

  close(): Promise<void> {
    return this.#db.close()
  }
}
