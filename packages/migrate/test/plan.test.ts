import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createSchemaManager, defineMigration, type PlanOptions, type UpOptions } from '@forge/migrate'
import { open, rejection, schemaOf } from './database.ts'
import { fragment, names, nodes } from './migrations.ts'

const nodesSql =
  'create table "nodes" ("id" integer primary key, "name" text);\n' +
  'insert into "nodes" ("id", "name") values (?, ?)\n-- parameters: [1,"root"]'

test('shows what up would run and writes nothing, not even a ledger', async () => {
  const { db, driver, sent } = open()
  const manager = createSchemaManager({ db, migrations: [names, nodes] })
  expect(await manager.plan()).toEqual({
    version: 0,
    steps: [
      { id: nodes.id, direction: 'up', version: 1, sql: nodesSql, foreignKeys: undefined },
      {
        id: names.id,
        direction: 'up',
        version: 2,
        sql: 'create index nodes_name on nodes (name)',
        foreignKeys: undefined,
      },
    ],
  })
  expect(schemaOf(driver)).toEqual([])
  expect(sent.filter((text) => !/^\s*select/.test(text))).toEqual([])
})

test('shows what down would run', async () => {
  const { db, driver } = open()
  const rebuild = defineMigration({
    id: 'graph/0003',
    up: () => [sql`create table extra (x)`],
    down: () => [sql`drop table extra`],
    foreignKeys: 'check-at-end',
  })
  const manager = createSchemaManager({ db, migrations: [nodes, names, rebuild] })
  await manager.up()
  const before = schemaOf(driver)
  expect(await manager.plan({ direction: 'down', to: 1 })).toEqual({
    version: 3,
    steps: [
      { id: rebuild.id, direction: 'down', version: 2, sql: 'drop table extra', foreignKeys: 'check-at-end' },
      { id: names.id, direction: 'down', version: 1, sql: 'drop index nodes_name', foreignKeys: undefined },
    ],
  })
  expect((await manager.plan({ direction: 'down', steps: 1 })).steps).toHaveLength(1)
  expect(await manager.plan()).toEqual({ version: 3, steps: [] })
  expect(schemaOf(driver)).toEqual(before)
})

test('refuses what up and down would refuse', async () => {
  const { db } = open()
  await createSchemaManager({ db, migrations: [nodes, fragment('graph/0002', 'create table t (x)')] }).up()
  const older = createSchemaManager({ db, migrations: [nodes] })
  expect(await rejection(older.plan())).toMatchObject({ code: 'FORGE_MIGRATE_NEWER' })
  expect(await rejection(older.plan({ direction: 'down' }))).toMatchObject({ code: 'FORGE_MIGRATE_NEWER' })
  const edited = createSchemaManager({ db, migrations: [nodes, fragment('graph/0002', 'create table t (y)')] })
  expect(await rejection(edited.plan())).toMatchObject({ code: 'FORGE_MIGRATE_CHANGED' })
})

test.each<[PlanOptions, string]>([
  [{ direction: 'sideways' as 'up' }, 'direction is "sideways"; give "up" or "down"'],
  [{ steps: 1 }, 'steps is given for going up; give "to"'],
])('refuses %j', async (options, message) => {
  const manager = createSchemaManager({ db: open().db, migrations: [nodes] })
  expect(await rejection(manager.plan(options))).toMatchObject({ code: 'FORGE_MIGRATE_INVALID', message })
})

test('refuses steps for going up, also from JavaScript', async () => {
  const { db, driver } = open()
  const manager = createSchemaManager({ db, migrations: [nodes] })
  const options: UpOptions & PlanOptions = { steps: 1 }
  expect(await rejection(manager.up(options))).toMatchObject({
    code: 'FORGE_MIGRATE_INVALID',
    message: 'steps is given for going up; give "to"',
  })
  expect(schemaOf(driver)).toEqual([])
})

test('refuses a signal that is none, in every call', async () => {
  const { db, driver } = open()
  const manager = createSchemaManager({ db, migrations: [nodes] })
  const options = { signal: 5 as unknown as AbortSignal }
  for (const call of [manager.up, manager.down, manager.plan, manager.status, manager.repair, manager.baseline]) {
    expect(await rejection(call(options))).toMatchObject({
      code: 'FORGE_MIGRATE_INVALID',
      message: 'signal is not an AbortSignal',
    })
  }
  expect(schemaOf(driver)).toEqual([])
})
