import { expect, test } from 'vitest'
import { createSchemaManager } from '@forge/migrate'
import { open, rejection, schemaOf } from './database.ts'
import { edges, fragment, names, nodes, reversible } from './migrations.ts'

const migrations = [nodes, names, edges]

test('adopts a database that was made without a ledger', async () => {
  const { db, driver } = open()
  driver.exec('create table NODES (id integer primary key, name text); create index nodes_name on nodes (name)')
  const manager = createSchemaManager({ db, migrations })
  expect(await manager.baseline({ to: names.id })).toEqual({ marked: [nodes.id, names.id], version: 2 })
  expect(await manager.up()).toEqual({ applied: [edges.id], version: 3 })
})

test('takes all migrations where no target is given', async () => {
  const { db, driver } = open()
  driver.exec('create table nodes (id integer primary key); create table edges (source, target)')
  const manager = createSchemaManager({ db, migrations })
  expect(await manager.baseline()).toEqual({ marked: [nodes.id, edges.id, names.id], version: 3 })
  expect(await manager.up()).toEqual({ applied: [], version: 3 })
})

test('refuses a database that lacks a table, and leaves it as it is', async () => {
  const { db, driver } = open()
  driver.exec('create table nodes (id integer primary key)')
  expect(await rejection(createSchemaManager({ db, migrations }).baseline())).toMatchObject({
    code: 'FORGE_MIGRATE_BASELINE',
    message: 'The database lacks tables that the migrations make: edges',
    details: { missing: ['edges'] },
  })
  expect(schemaOf(driver)).toEqual(['nodes'])
})

test('refuses a database that has a ledger', async () => {
  const { db } = open()
  const manager = createSchemaManager({ db, migrations })
  await manager.up({ to: 1 })
  expect(await rejection(manager.baseline())).toMatchObject({
    code: 'FORGE_MIGRATE_BASELINE',
    details: { applied: [nodes.id] },
  })
})

test('adopts once, however many calls overlap', async () => {
  const { db, driver } = open()
  driver.exec('create table nodes (id integer primary key)')
  const manager = createSchemaManager({ db, migrations: [nodes] })
  const results = await Promise.allSettled([manager.baseline(), manager.baseline()])
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(await manager.status()).toMatchObject({ version: 1, damage: undefined })
})

test.each<[string, readonly string[], string]>([
  ['a table that is renamed', ['create table a (x)', 'alter table "a" rename to "the b"'], 'the b'],
  ['a column that is renamed', ['create table a (x)', 'alter table a rename x to y'], 'a'],
  ['a virtual table', ['create virtual table a using fts5 (x)'], 'a'],
  ['a view', ['create view if not exists a as select 1'], 'a'],
  ['a name with a schema and quotes', ['-- why\ncreate table "main"."a ""b""" (x)'], 'a "b"'],
])('misses %s', async (_, statements, missing) => {
  const manager = createSchemaManager({ db: open().db, migrations: [reversible('a/1', statements, [])] })
  expect(await rejection(manager.baseline())).toMatchObject({ details: { missing: [missing] } })
})

test.each<[string, readonly string[]]>([
  ['a table that is dropped again', ['create table a (x)', 'drop table a']],
  ['a temporary table', ['create temp table a (x)']],
  ['a table inside a text', ["select 'create table a (x)'"]],
])('does not miss %s', async (_, statements) => {
  const manager = createSchemaManager({ db: open().db, migrations: [reversible('a/1', statements, [])] })
  expect(await manager.baseline()).toEqual({ marked: ['a/1'], version: 1 })
})

test('marks nothing for version 0', async () => {
  const { db } = open()
  const manager = createSchemaManager({ db, migrations: [fragment('a/1', 'create table a (x)')] })
  expect(await manager.baseline({ to: 0 })).toEqual({ marked: [], version: 0 })
  expect(await manager.up()).toMatchObject({ version: 1 })
})
