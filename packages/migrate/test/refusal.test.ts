import { writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { createSchemaManager, defineMigration, type Migration } from '@forge/migrate'
import { open, rejection, schemaOf, temporaryFile, type Tables } from './database.ts'
import { edges, fragment, names, nodes } from './migrations.ts'

/** {@link nodes} as somebody edited it after its release. */
const editedNodes: Migration = defineMigration({
  id: nodes.id,
  up: (db) => [
    db.schema
      .createTable('nodes')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('label', 'text', (column) => column.notNull()),
    db.insertInto('nodes').values({ id: 1, name: 'root' }),
  ],
})

/** A migration that inserts `value`. */
function seed(value: unknown): Migration {
  return defineMigration({
    id: 'seed/0001',
    dependsOn: [nodes.id],
    up: () => [sql`insert into nodes (name) values (${value})`],
  })
}

test('refuses a database that is newer than the code', async () => {
  const { db, driver } = open()
  await createSchemaManager({ db, migrations: [nodes, names, edges] }).up()
  const older = createSchemaManager({ db, migrations: [nodes, fragment('graph/0001-x', 'create table x (y)')] })
  expect(await rejection(older.up())).toMatchObject({
    code: 'FORGE_MIGRATE_NEWER',
    message: 'The database is newer than this code, which does not know: edges/0001-edges, graph/0002-names',
    hint: 'Use the version of the program that last wrote this database, or a newer one',
    details: { unknown: ['edges/0001-edges', 'graph/0002-names'] },
  })
  expect(schemaOf(driver)).not.toContain('x')
  const { applied, pending } = await older.status()
  expect(applied.map(({ state }) => state)).toEqual(['current', 'unknown', 'unknown'])
  expect(pending).toEqual(['graph/0001-x'])
})

test('shows what changed in a migration that was applied', async () => {
  const { db } = open()
  await createSchemaManager({ db, migrations: [nodes] }).up()
  const edited = createSchemaManager({ db, migrations: [editedNodes, names] })
  const diff = [
    '--- applied',
    '+++ code',
    '@@ -1,6 +1,6 @@',
    ' create table "nodes" (',
    '   "id" integer primary key,',
    '-  "name" text',
    '+  "label" text not null',
    ' );',
    ' insert into "nodes" ("id", "name") values (?, ?)',
    ' -- parameters: [1,"root"]',
  ].join('\n')
  expect(await rejection(edited.up())).toMatchObject({
    code: 'FORGE_MIGRATE_CHANGED',
    message: `Migrations were changed after they were applied: graph/0001-nodes\n${diff}`,
    details: { changes: [{ id: 'graph/0001-nodes', diff }] },
  })
  expect(await edited.status()).toMatchObject({ applied: [{ state: 'changed' }], pending: ['graph/0002-names'] })
})

test.each<[string, unknown, unknown]>([
  ['a number', 1, 2],
  ['a number and its text', 1, '1'],
  ['a big integer', 2n ** 62n, 2n ** 62n + 1n],
  ['bytes', new Uint8Array([1, 2]), Buffer.from([1, 3])],
])('sees a change of %s in a parameter', async (_, before, after) => {
  const { db } = open()
  await createSchemaManager({ db, migrations: [nodes, seed(before)] }).up()
  expect(await createSchemaManager({ db, migrations: [nodes, seed(before)] }).up()).toMatchObject({ applied: [] })
  expect(await rejection(createSchemaManager({ db, migrations: [nodes, seed(after)] }).up())).toMatchObject({
    code: 'FORGE_MIGRATE_CHANGED',
  })
})

test('refuses a migration that belongs before one that is applied', async () => {
  const { db, driver } = open()
  await createSchemaManager({ db, migrations: [nodes, names] }).up()
  const late = fragment('graph/0001-z', 'create table late (x)')
  expect(await rejection(createSchemaManager({ db, migrations: [nodes, late, names] }).up())).toMatchObject({
    code: 'FORGE_MIGRATE_ORDER',
    details: { pending: 'graph/0001-z', applied: 'graph/0002-names' },
  })
  expect(schemaOf(driver)).not.toContain('late')
})

test('says that a file is not a database', async () => {
  const path = temporaryFile()
  writeFileSync(path, 'this is a letter and not a database\n'.repeat(100))
  const driver = new Database(path)
  onTestFinished(() => void driver.close())
  const manager = createSchemaManager({
    db: new Kysely<Tables>({ dialect: new SqliteDialect({ database: driver }) }),
    migrations: [nodes],
  })
  for (const promise of [manager.up(), manager.status()]) {
    expect(await rejection(promise)).toMatchObject({
      code: 'FORGE_MIGRATE_LEDGER',
      cause: expect.objectContaining({ code: 'SQLITE_NOTADB' }),
    })
  }
})

test('says that a database cannot be written to, and only when something is pending', async () => {
  const path = temporaryFile()
  await createSchemaManager({ db: open(path).db, migrations: [nodes] }).up()
  const driver = new Database(path, { readonly: true })
  onTestFinished(() => void driver.close())
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: driver }) })
  expect(await createSchemaManager({ db, migrations: [nodes] }).up()).toEqual({ applied: [], version: 1 })
  expect(await rejection(createSchemaManager({ db, migrations: [nodes, names] }).up())).toMatchObject({
    code: 'FORGE_MIGRATE_LEDGER',
    cause: expect.objectContaining({ code: 'SQLITE_READONLY' }),
  })
})
