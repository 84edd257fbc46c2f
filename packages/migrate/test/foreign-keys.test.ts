import { openDatabase } from '@forge/db'
import Database from 'better-sqlite3'
import { Kysely, sql, SqliteDialect } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createSchemaManager, defineMigration, type Migration } from '@forge/migrate'
import { open, rejection, temporaryFile } from './database.ts'
import { fragment } from './migrations.ts'

const family = defineMigration({
  id: 'family/0001',
  up: () => [
    sql`create table parent (id integer primary key, name text)`,
    sql`create table child (id integer primary key, parent integer not null references parent (id) on delete cascade)`,
    sql`insert into parent values (1, 'a'), (2, 'b')`,
    sql`insert into child values (10, 1), (20, 2)`,
  ],
})

/** Rebuilds `parent` as SQLite's documentation says, with the rows that `where` keeps. */
function rebuild(where: string, foreignKeys?: 'check-at-end'): Migration {
  const statements = [
    'create table parent_new (id integer primary key, name text not null)',
    `insert into parent_new select id, name from parent where ${where}`,
    'drop table parent',
    'alter table parent_new rename to parent',
  ]
  return defineMigration({
    id: 'family/0002',
    up: () => statements.map((each) => sql.raw(each)),
    down: () => [sql`select 1`],
    ...(foreignKeys === undefined ? {} : { foreignKeys }),
  })
}

interface Subject {
  readonly db: Kysely<unknown>
  /** Asks the connection that migrates. */
  readonly ask: (query: string) => Promise<unknown>
}

const subjects: readonly (readonly [string, () => Subject])[] = [
  [
    "Kysely's own dialect",
    () => {
      const { driver } = open()
      const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: driver }) })
      return { db, ask: async (query) => driver.prepare(query).pluck().all() }
    },
  ],
  [
    '@forge/db',
    () => {
      const path = temporaryFile()
      const database = openDatabase<unknown>({
        open: (role) => new Database(path, { readonly: role === 'reader', timeout: 0 }),
      })
      onTestFinished(() => database.close())
      const ask = (query: string): Promise<unknown> =>
        database.kysely.connection().execute(async (connection) => {
          // Anything but a query keeps the writer.
          await sql`pragma user_version`.execute(connection)
          const { rows } = await sql.raw<object>(query).execute(connection)
          return rows.map((row) => Object.values(row)[0])
        })
      return { db: database.kysely, ask }
    },
  ],
]

describe.each(subjects)('over %s', (_, subject) => {
  test('rebuilds a table that others refer to without touching their rows', async () => {
    const { db, ask } = subject()
    const manager = createSchemaManager({ db, migrations: [family, rebuild('true', 'check-at-end')] })
    expect(await manager.up()).toMatchObject({ version: 2 })
    expect(await ask('select id from child')).toEqual([10, 20])
    expect(await ask('pragma foreign_keys')).toEqual([1])
    expect(await rejection(ask('insert into child values (30, 9)'))).toMatchObject({ message: /FOREIGN KEY/ })
    expect(await manager.down()).toMatchObject({ version: 1 })
    expect(await ask('pragma foreign_keys')).toEqual([1])
  })

  test('loses the rows of others without the flag, which is why it is there', async () => {
    const { db, ask } = subject()
    await createSchemaManager({ db, migrations: [family, rebuild('true')] }).up()
    expect(await ask('select id from child')).toEqual([])
  })

  test('refuses to leave rows that refer to nothing', async () => {
    const { db, ask } = subject()
    const manager = createSchemaManager({ db, migrations: [family, rebuild('id = 1', 'check-at-end')] })
    expect(await rejection(manager.up())).toMatchObject({
      code: 'FORGE_MIGRATE_FOREIGN_KEYS',
      message: 'Migration "family/0002" leaves 1 rows that refer to nothing: child -> parent',
      details: { id: 'family/0002', count: 1, violations: [{ table: 'child', rowid: 20, parent: 'parent' }] },
    })
    expect(await ask('select id from parent')).toEqual([1, 2])
    expect(await ask('pragma foreign_keys')).toEqual([1])
    expect(await manager.status()).toMatchObject({ version: 1 })
  })

  test('switches foreign keys on again where a statement fails', async () => {
    const { db, ask } = subject()
    const manager = createSchemaManager({ db, migrations: [family, rebuild('nope = 1', 'check-at-end')] })
    expect(await rejection(manager.up())).toMatchObject({ code: 'FORGE_MIGRATE_FAILED', details: { statement: 2 } })
    expect(await ask('pragma foreign_keys')).toEqual([1])
    expect(await ask("select name from sqlite_schema where name = 'parent_new'")).toEqual([])
  })

  test('switches foreign keys on again where it is stopped', async () => {
    const { db, ask } = subject()
    const manager = createSchemaManager({ db, migrations: [family, rebuild('true', 'check-at-end')] })
    await manager.up({ to: 1 })
    const controller = new AbortController()
    const reason = new Error('stopped')
    const going = manager.up({ signal: controller.signal, onStep: () => controller.abort(reason) })
    expect(await rejection(going)).toBe(reason)
    expect(await ask('pragma foreign_keys')).toEqual([1])
    expect(await manager.up()).toMatchObject({ version: 2 })
  })

  test('mixes migrations with and without the flag', async () => {
    const { db, ask } = subject()
    const index = fragment('family/0003', 'create index child_parent on child (parent)')
    const manager = createSchemaManager({ db, migrations: [family, rebuild('true', 'check-at-end'), index] })
    const [first, second] = await Promise.all([manager.up(), manager.up()])
    expect([...first.applied, ...second.applied].toSorted()).toEqual(['family/0001', 'family/0002', 'family/0003'])
    expect(await ask('pragma foreign_keys')).toEqual([1])
  })
})

test('leaves foreign keys off where they were off, and checks them all the same', async () => {
  const { db, driver } = open()
  driver.pragma('foreign_keys = off')
  const dropping = createSchemaManager({ db, migrations: [family, rebuild('id = 1', 'check-at-end')] })
  expect(await rejection(dropping.up())).toMatchObject({ code: 'FORGE_MIGRATE_FOREIGN_KEYS' })
  await createSchemaManager({ db, migrations: [family, rebuild('true', 'check-at-end')] }).up()
  expect(driver.pragma('foreign_keys', { simple: true })).toBe(0)
})

test('switches foreign keys on again even where the rollback failed', async () => {
  const { driver } = open()
  let refusals = 1
  const db = new Kysely<unknown>({
    dialect: new SqliteDialect({
      database: {
        close: () => void driver.close(),
        prepare(text) {
          if (text === 'rollback' && refusals-- > 0) throw new Error('disk I/O error')
          return driver.prepare(text)
        },
      },
    }),
  })
  const manager = createSchemaManager({ db, migrations: [family, rebuild('nope = 1', 'check-at-end')] })
  expect(await rejection(manager.up())).toMatchObject({ code: 'FORGE_MIGRATE_FAILED', details: { statement: 2 } })
  expect(refusals).toBeLessThan(1)
  expect(driver.inTransaction).toBe(false)
  expect(driver.pragma('foreign_keys', { simple: true })).toBe(1)
  expect(await manager.status()).toMatchObject({ version: 1 })
})

test('names at most fifty of the rows, and those of a table without row numbers', async () => {
  const { db } = open()
  const orphans = defineMigration({
    id: 'family/0002',
    up: () => [
      sql`create table pair (a integer primary key, b references parent (id)) without rowid`,
      sql`with recursive n (i) as (select 1 union all select i + 1 from n where i < 60) insert into pair select i, 9 from n`,
    ],
    foreignKeys: 'check-at-end',
  })
  const error = await rejection(createSchemaManager({ db, migrations: [family, orphans] }).up())
  expect(error).toMatchObject({ details: { count: 60, violations: { length: 50 } } })
  expect(error).toMatchObject({
    details: { violations: expect.arrayContaining([{ table: 'pair', rowid: null, parent: 'parent' }]) },
  })
})

test.each([
  [
    'pragma foreign_keys = off',
    'sets "pragma foreign_keys", which a transaction cannot; write foreignKeys: "check-at-end" instead',
  ],
  [
    'pragma/* a */ "main" . "foreign_keys" -- b\n = off',
    'sets "pragma foreign_keys", which a transaction cannot; write foreignKeys: "check-at-end" instead',
  ],
  ['pragma main.journal_mode(wal)', 'sets "pragma journal_mode", which a transaction cannot'],
])('refuses %j as a statement', (statement, problem) => {
  const { db } = open()
  expect(() => createSchemaManager({ db, migrations: [fragment('a/1', statement)] })).toThrow(problem)
})
