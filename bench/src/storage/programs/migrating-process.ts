/** One of several processes that bring a file to its newest schema. */
import { openDatabase } from '@forge/db'
import { createSchemaManager, defineMigration } from '@forge/migrate'
import Database from 'better-sqlite3'
import { Kysely, sql, SqliteDialect } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { answerOrders } from './processes.ts'

/** Which file to bring to which end; `failing` adds a migration whose second statement fails. */
export interface MigrateOrder {
  readonly side: string
  readonly file: string
  readonly failing: boolean
}

/** What came of it. */
export interface MigrateAnswer {
  readonly error: string | null
}

/** Each migration as its statements, the same for both sides. */
const steps: Readonly<Record<string, readonly string[]>> = {
  '0001-nodes': [
    'create table nodes (id integer primary key, name text not null)',
    'create index nodes_name on nodes (name)',
    `insert into nodes (name) values ('root')`,
  ],
  '0002-edges': [
    'create table edges (source integer not null references nodes (id), target integer not null references nodes (id))',
    'create index edges_target on edges (target)',
  ],
  '0003-kinds': ['alter table nodes add column kind text', `update nodes set kind = 'module'`],
}

const failingStep = ['create table half (id integer primary key)', 'insert into missing values (1)']

function stepsOf({ failing }: MigrateOrder): readonly (readonly [string, readonly string[]])[] {
  const all = Object.entries(steps)
  return failing ? [...all, ['0004-half', failingStep] as const] : all
}

async function viaKysely(order: MigrateOrder): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Database(order.file) }) })
  try {
    const migrations = stepsOf(order).map(([id, statements]): [string, Migration] => [
      id,
      {
        async up(each) {
          for (const statement of statements) await sql.raw(statement).execute(each)
        },
      },
    ])
    const provider = { getMigrations: async () => Object.fromEntries(migrations) }
    const { error } = await new Migrator({ db, provider }).migrateToLatest()
    if (error !== undefined) throw new Error('The migrator failed', { cause: error })
  } finally {
    await db.destroy()
  }
}

async function viaForge(order: MigrateOrder): Promise<void> {
  await using db = openDatabase<unknown>({ open: () => new Database(order.file) })
  const migrations = stepsOf(order).map(([id, statements]) =>
    defineMigration({ id: `bench/${id}`, up: () => statements.map((statement) => sql.raw(statement)) }),
  )
  await createSchemaManager({ db: db.kysely, migrations }).up()
}

answerOrders<MigrateOrder, MigrateAnswer>(async (order) => {
  try {
    await (order.side === 'forge' ? viaForge(order) : viaKysely(order))
    return { error: null }
  } catch (error) {
    return { error: String(error) }
  }
})
