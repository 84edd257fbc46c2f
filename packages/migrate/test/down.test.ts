import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createSchemaManager, defineMigration, type DownOptions, type SchemaManager } from '@forge/migrate'
import { open, rejection, schemaOf, type Opened } from './database.ts'
import { edges, fragment, names, nodes, reversible } from './migrations.ts'

const ledger = ['forge_migrations', 'forge_schema_version']

/** A database at version 3: nodes, edges, names. */
async function migrated(): Promise<Opened & { readonly manager: SchemaManager }> {
  const opened = open()
  const manager = createSchemaManager({ db: opened.db, migrations: [nodes, names, edges] })
  await manager.up()
  return { ...opened, manager }
}

test('undoes the newest migration', async () => {
  const { manager, driver } = await migrated()
  expect(await manager.down()).toEqual({ undone: [names.id], version: 2 })
  expect(schemaOf(driver)).toEqual(['edges', ...ledger, 'nodes'])
  expect(driver.prepare('select version from forge_schema_version').pluck().get()).toBe(2)
  expect(await manager.status()).toMatchObject({ version: 2, pending: [names.id], damage: undefined })
})

test.each<[string, DownOptions, readonly string[]]>([
  ['a number of steps', { steps: 2 }, [names.id, edges.id]],
  ['more steps than there are', { steps: 9 }, [names.id, edges.id, nodes.id]],
  ['a version', { to: 1 }, [names.id, edges.id]],
  ['nothing', { to: 0 }, [names.id, edges.id, nodes.id]],
  ['an id, which stays', { to: edges.id }, [names.id]],
  ['the version it has', { to: 3 }, []],
])('goes down by %s, the newest first', async (_, options, undone) => {
  const { manager } = await migrated()
  expect(await manager.down(options)).toEqual({ undone, version: 3 - undone.length })
  expect(await manager.up()).toMatchObject({ applied: expect.arrayContaining([...undone]), version: 3 })
})

test('does nothing where nothing is applied, and writes nothing', async () => {
  const { db, driver } = open()
  expect(await createSchemaManager({ db, migrations: [nodes] }).down()).toEqual({ undone: [], version: 0 })
  expect(schemaOf(driver)).toEqual([])
})

test('counts steps once, however many calls overlap', async () => {
  const { manager } = await migrated()
  const results = await Promise.all([manager.down({ to: 1 }), manager.down({ to: 1 }), manager.down({ to: 1 })])
  expect(results.flatMap(({ undone }) => undone)).toEqual([names.id, edges.id])
  expect(results.map(({ version }) => version)).toEqual([1, 1, 1])
})

test('refuses a migration without a down before it undoes another', async () => {
  const { db, driver } = open()
  const oneWay = fragment('graph/0002', 'create table one_way (x)')
  const manager = createSchemaManager({ db, migrations: [nodes, oneWay, { ...names, id: 'graph/0003' }] })
  await manager.up()
  expect(await rejection(manager.down({ to: 0 }))).toMatchObject({
    code: 'FORGE_MIGRATE_IRREVERSIBLE',
    message: 'Migration "graph/0002" cannot be undone: it has no down',
    details: { id: 'graph/0002' },
  })
  expect(schemaOf(driver)).toContain('nodes_name')
  expect(await manager.down()).toEqual({ undone: ['graph/0003'], version: 2 })
})

test('takes an empty down for nothing to take back', async () => {
  const { db } = open()
  const touch = reversible('graph/0002-touch', ["update nodes set name = 'top'"], [])
  const manager = createSchemaManager({ db, migrations: [nodes, touch] })
  await manager.up()
  expect(await manager.down()).toEqual({ undone: [touch.id], version: 1 })
})

test('refuses to undo what another migration, which stays, depends on', async () => {
  const { db } = open()
  const early = reversible('early/0001', ['create table early (x)'], ['drop table early'])
  const late = reversible('late/0001', ['create table late (x)'], ['drop table late'])
  await createSchemaManager({ db, migrations: [early, late] }).up()
  const declared = createSchemaManager({ db, migrations: [{ ...early, dependsOn: [late.id] }, late] })
  expect(await rejection(declared.down())).toMatchObject({
    code: 'FORGE_MIGRATE_REQUIRED',
    details: { id: 'late/0001', requiredBy: 'early/0001' },
  })
  expect(await declared.down({ to: 0 })).toEqual({ undone: [late.id, early.id], version: 0 })
})

test('refuses to undo what the code does not know, and what it knows otherwise', async () => {
  const { db } = await migrated()
  const older = createSchemaManager({ db, migrations: [nodes, edges] })
  expect(await rejection(older.down({ steps: 2 }))).toMatchObject({
    code: 'FORGE_MIGRATE_NEWER',
    details: { unknown: [names.id] },
  })
  const edited = createSchemaManager({
    db,
    migrations: [nodes, edges, reversible(names.id, ['create index other on nodes (name)'], ['drop index other'])],
  })
  expect(await rejection(edited.down())).toMatchObject({
    code: 'FORGE_MIGRATE_CHANGED',
    details: { changes: [{ id: names.id }] },
  })
})

test('leaves everything as it was where a down fails in its second statement', async () => {
  const { db, driver } = open()
  const broken = reversible('graph/0002', ['create table extra (x)'], ['drop table extra', 'drop table nope'])
  const manager = createSchemaManager({ db, migrations: [nodes, broken] })
  await manager.up()
  expect(await rejection(manager.down())).toMatchObject({
    code: 'FORGE_MIGRATE_FAILED',
    message: 'Migration "graph/0002" failed at statement 2 of its down: no such table: nope',
    details: { id: 'graph/0002', direction: 'down', statement: 2, sql: 'drop table nope' },
  })
  expect(schemaOf(driver)).toContain('extra')
  expect(await manager.status()).toMatchObject({ version: 2, pending: [] })
})

test('stops between two migrations when it is told to, and keeps what was undone', async () => {
  const { manager } = await migrated()
  const controller = new AbortController()
  const reason = new Error('stopped')
  const going = manager.down({
    to: 0,
    signal: controller.signal,
    onStep: ({ state }) => void (state === 'done' && controller.abort(reason)),
  })
  expect(await rejection(going)).toBe(reason)
  expect(await manager.status()).toMatchObject({ version: 2, pending: [names.id] })
})

test.each<[string, DownOptions, string, string]>([
  [
    'an id that is not applied',
    { to: 'graph/0009' },
    'FORGE_MIGRATE_TARGET',
    'Migration "graph/0009" is not applied, so there is no way down to it',
  ],
  [
    'both ways to say it',
    { to: 0, steps: 1 },
    'FORGE_MIGRATE_INVALID',
    'both "to" and "steps" are given; give one of them',
  ],
  ['no steps', { steps: 0 }, 'FORGE_MIGRATE_INVALID', 'steps is 0; give how many migrations to undo, 1 or more'],
  [
    'half a version',
    { to: 0.5 },
    'FORGE_MIGRATE_INVALID',
    'to is 0.5; give the id of a migration or a version, 0 or more',
  ],
])('refuses %s', async (_, options, code, message) => {
  const { manager } = await migrated()
  expect(await rejection(manager.down(options))).toMatchObject({ code, message })
  expect(await manager.status()).toMatchObject({ version: 3 })
})

test('refuses a down that does not compile or cannot run in a transaction', () => {
  const { db } = open()
  const wrong = defineMigration({ id: 'a/1', up: () => [sql`select 1`], down: () => [sql`vacuum`] })
  expect(() => createSchemaManager({ db, migrations: [wrong] })).toThrow(
    'Migration "a/1": statement 1 of down is "vacuum"; a migration runs inside one transaction of its own',
  )
})
