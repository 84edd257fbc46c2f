import { CamelCasePlugin, sql } from 'kysely'
import { expect, test } from 'vitest'
import { createSchemaManager, defineMigration } from '@forge/migrate'
import { open, rejection, schemaOf, temporaryFile } from './database.ts'
import { edges, fragment, names, nodes } from './migrations.ts'

test('applies what is pending, dependencies first, and says so', async () => {
  const { db, driver } = open()
  const manager = createSchemaManager({ db, migrations: [names, edges, nodes] })
  expect(await manager.up()).toEqual({
    applied: ['graph/0001-nodes', 'edges/0001-edges', 'graph/0002-names'],
    version: 3,
  })
  expect(schemaOf(driver)).toEqual(['edges', 'forge_migrations', 'forge_schema_version', 'nodes', 'nodes_name'])
  expect(await db.selectFrom('nodes').selectAll().execute()).toEqual([{ id: 1, name: 'root' }])
})

test('applies only what a later release of the code adds', async () => {
  const path = temporaryFile()
  await createSchemaManager({ db: open(path).db, migrations: [nodes] }).up()
  const result = await createSchemaManager({ db: open(path).db, migrations: [nodes, names] }).up()
  expect(result).toEqual({ applied: ['graph/0002-names'], version: 2 })
})

test('reads the ledger once and sends nothing else when nothing is pending', async () => {
  const path = temporaryFile()
  await createSchemaManager({ db: open(path).db, migrations: [nodes, names] }).up()
  const { db, sent } = open(path)
  expect(await createSchemaManager({ db, migrations: [nodes, names] }).up()).toEqual({ applied: [], version: 2 })
  expect(sent).toEqual([
    'select "position", "id", "checksum", "applied_at" as "appliedAt", ' +
      '(select "version" from "forge_schema_version" where "id" = ?) as "version" from "forge_migrations" order by "position"',
  ])
})

test('does not wait for a writer when nothing is pending', async () => {
  const path = temporaryFile()
  await createSchemaManager({ db: open(path).db, migrations: [nodes] }).up()
  open(path).driver.exec('begin immediate')
  const manager = createSchemaManager({ db: open(path).db, migrations: [nodes], busyTimeoutMs: 0 })
  expect(await manager.up()).toEqual({ applied: [], version: 1 })
})

test('keeps for each migration its checksum, its SQL and the time', async () => {
  const { db, driver } = open()
  const migrations = [nodes, names]
  await createSchemaManager({ db, migrations, clock: () => Date.UTC(2030, 0, 2) }).up()
  expect(driver.prepare('select * from forge_migrations order by position').all()).toEqual([
    {
      position: 1,
      id: 'graph/0001-nodes',
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      sql:
        'create table "nodes" ("id" integer primary key, "name" text);\n' +
        'insert into "nodes" ("id", "name") values (?, ?)\n-- parameters: [1,"root"]',
      applied_at: '2030-01-02T00:00:00.000Z',
    },
    {
      position: 2,
      id: 'graph/0002-names',
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      sql: 'create index nodes_name on nodes (name)',
      applied_at: '2030-01-02T00:00:00.000Z',
    },
  ])
  expect(driver.prepare('select * from forge_schema_version').all()).toEqual([{ id: 1, version: 2 }])
})

test('tells what is applied and what is pending without writing', async () => {
  const { db, driver } = open()
  const fresh = createSchemaManager({ db, migrations: [nodes, names] })
  expect(await fresh.status()).toEqual({
    version: 0,
    applied: [],
    pending: ['graph/0001-nodes', 'graph/0002-names'],
  })
  expect(schemaOf(driver)).toEqual([])

  await createSchemaManager({ db, migrations: [nodes], clock: () => 0 }).up()
  expect(await fresh.status()).toEqual({
    version: 1,
    applied: [{ id: 'graph/0001-nodes', version: 1, appliedAt: '1970-01-01T00:00:00.000Z', state: 'current' }],
    pending: ['graph/0002-names'],
  })
})

test('leaves nothing of a migration that fails in its second statement', async () => {
  const { db, driver } = open()
  const broken = defineMigration({
    id: 'graph/0002-broken',
    up: (db) => [db.schema.createTable('half').addColumn('id', 'integer'), sql`insert into missing values (1)`],
  })
  const manager = createSchemaManager({ db, migrations: [nodes, broken] })
  const error = await rejection(manager.up())
  expect(error).toMatchObject({
    code: 'FORGE_MIGRATE_FAILED',
    message: 'Migration "graph/0002-broken" failed at statement 2: no such table: missing',
    details: { id: 'graph/0002-broken', statement: 2, sql: 'insert into missing values (1)' },
    cause: expect.objectContaining({ code: 'SQLITE_ERROR' }),
  })
  expect(schemaOf(driver)).not.toContain('half')
  expect(driver.inTransaction).toBe(false)
  expect(await manager.status()).toMatchObject({ version: 1, pending: ['graph/0002-broken'] })
})

test('continues where it failed once the migration is corrected', async () => {
  const { db } = open()
  await rejection(createSchemaManager({ db, migrations: [nodes, fragment('graph/0002', 'drop table nope')] }).up())
  const corrected = createSchemaManager({ db, migrations: [nodes, fragment('graph/0002', 'drop table nodes')] })
  expect(await corrected.up()).toEqual({ applied: ['graph/0002'], version: 2 })
})

test('names the migration whose commit fails', async () => {
  const { db, driver } = open()
  const dangling = defineMigration({
    id: 'graph/0002-dangling',
    up: () => [
      sql`create table child (node integer references nodes (id) deferrable initially deferred)`,
      sql`insert into child values (99)`,
    ],
  })
  const error = await rejection(createSchemaManager({ db, migrations: [nodes, dangling] }).up())
  expect(error).toMatchObject({
    code: 'FORGE_MIGRATE_FAILED',
    message: 'Migration "graph/0002-dangling" could not be committed: FOREIGN KEY constraint failed',
    details: { id: 'graph/0002-dangling', statement: null, sql: null },
  })
  expect(schemaOf(driver)).not.toContain('child')
  expect(driver.inTransaction).toBe(false)
})

test('names the statement that rolled back on its own', async () => {
  const { db, driver } = open()
  const twice = fragment('graph/0002-twice', "insert or rollback into nodes values (1, 'again')")
  const manager = createSchemaManager({ db, migrations: [nodes, twice] })
  expect(await rejection(manager.up())).toMatchObject({
    code: 'FORGE_MIGRATE_FAILED',
    details: { id: 'graph/0002-twice', statement: 1 },
    cause: expect.objectContaining({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' }),
  })
  expect(driver.inTransaction).toBe(false)
})

test('refuses two statements in one fragment instead of running the first alone', async () => {
  const { db, driver } = open()
  const two = fragment('graph/0001', 'create table a (x); create table b (x)')
  expect(await rejection(createSchemaManager({ db, migrations: [two] }).up())).toMatchObject({
    code: 'FORGE_MIGRATE_FAILED',
  })
  expect(schemaOf(driver)).not.toContain('a')
})

test('is not changed by the plugins of the database', async () => {
  const { db, driver } = open()
  const plain = createSchemaManager({ db, migrations: [nodes] })
  await createSchemaManager({ db: db.withPlugin(new CamelCasePlugin()), migrations: [nodes] }).up()
  expect(await plain.status()).toMatchObject({ version: 1, applied: [{ state: 'current' }] })
  expect(schemaOf(driver)).toContain('forge_migrations')
})

test('runs the statements of calls that overlap once', async () => {
  const { db } = open()
  const manager = createSchemaManager({ db, migrations: [nodes, names, edges] })
  const results = await Promise.all([manager.up(), manager.up(), manager.up()])
  expect(results.flatMap(({ applied }) => applied).toSorted()).toEqual([
    'edges/0001-edges',
    'graph/0001-nodes',
    'graph/0002-names',
  ])
  expect(results.map(({ version }) => version)).toEqual([3, 3, 3])
})
