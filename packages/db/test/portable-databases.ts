import { databaseOver, type DatabaseOverOptions, openDatabase, type PortableDatabase } from '@forge/db'
import Driver from 'better-sqlite3'
import { type Generated, PostgresDialect, sql, SqliteAdapter } from 'kysely'
import { afterAll, onTestFinished } from 'vitest'
// @boundaries-ignore the server that tests start is shared by the packages and part of none
import { type PostgresServer, startPostgres } from '../../../scripts/postgres-server.ts'
import { databaseFile } from './people.ts'

export interface Accounts {
  account: { id: Generated<number>; owner: string; balance: number }
  transfer: { account: number; amount: number }
}

let server: Promise<PostgresServer> | undefined
afterAll(async () => (await server)?.[Symbol.asyncDispose]())

/** An empty database on a PostgreSQL server, closed when the test ends. */
export async function openPostgres<S>(
  options: Partial<DatabaseOverOptions> & { readonly max?: number; readonly port?: number } = {},
): Promise<PortableDatabase<S>> {
  const { max = 10, port, ...rest } = options
  server ??= startPostgres()
  const pool = (await (await server).createDatabase())()
  pool.options.max = max
  if (port !== undefined) pool.options.port = port
  // Without these, a connection that breaks ends the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = databaseOver<S>({ dialect: new PostgresDialect({ pool }), ...rest })
  onTestFinished(() => db.close())
  return db
}

/** An empty SQLite file, closed when the test ends. */
export async function openSqlite<S>(): Promise<PortableDatabase<S>> {
  const file = databaseFile()
  const db = openDatabase<S>({ open: () => new Driver(file) })
  onTestFinished(() => db.close())
  return db
}

/** Accounts of Ada (100) and Bob (50). */
export async function accounts(db: PortableDatabase<Accounts>): Promise<PortableDatabase<Accounts>> {
  const isSqlite = db.kysely.getExecutor().adapter instanceof SqliteAdapter
  await db.kysely.schema
    .createTable('account')
    .addColumn('id', isSqlite ? 'integer' : 'serial', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.notNull().unique())
    .addColumn('balance', 'integer', (column) => column.notNull().check(sql`balance >= 0`))
    .execute()
  await db.kysely.schema
    .createTable('transfer')
    .addColumn('account', 'integer', (column) =>
      column
        .notNull()
        .references('account.id')
        .modifyEnd(sql`deferrable initially deferred`),
    )
    .addColumn('amount', 'integer', (column) => column.notNull())
    .execute()
  await db.kysely
    .insertInto('account')
    .values([
      { owner: 'Ada', balance: 100 },
      { owner: 'Bob', balance: 50 },
    ])
    .execute()
  return db
}
