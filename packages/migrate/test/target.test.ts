import { expect, test } from 'vitest'
import { createSchemaManager, type MigrationProgress, type MigrationTarget, type UpOptions } from '@forge/migrate'
import { open, rejection, schemaOf } from './database.ts'
import { edges, names, nodes, reversible } from './migrations.ts'

const other = reversible('other/0001', ['create table other (x)'], ['drop table other'])
const migrations = [nodes, names, edges, other]

test.each<[string, MigrationTarget, readonly string[]]>([
  ['a version', 2, [nodes.id, edges.id]],
  ['nothing', 0, []],
  ['an id and what comes before it', names.id, [nodes.id, names.id]],
  ['an id and what it depends on', edges.id, [nodes.id, edges.id]],
  ['an id alone where it depends on nothing', other.id, [other.id]],
])('goes up to %s', async (_, to, applied) => {
  const { db } = open()
  const manager = createSchemaManager({ db, migrations })
  const result = { applied, version: applied.length }
  expect((await manager.plan({ to })).steps.map(({ id }) => id)).toEqual(applied)
  expect(await manager.up({ to })).toEqual(result)
  expect(await manager.up({ to })).toEqual({ ...result, applied: [] })
  expect(await manager.up()).toMatchObject({ version: 4 })
  expect(await manager.up({ to })).toEqual({ applied: [], version: 4 })
})

test.each<[UpOptions, string, string]>([
  [{ to: 'graph/0009' }, 'FORGE_MIGRATE_TARGET', 'There is no migration "graph/0009"'],
  [{ to: 5 }, 'FORGE_MIGRATE_TARGET', 'There is no version 5: the code has 4 migrations'],
  [{ to: -1 }, 'FORGE_MIGRATE_INVALID', 'to is -1; give the id of a migration or a version, 0 or more'],
  [
    { to: null as unknown as string },
    'FORGE_MIGRATE_INVALID',
    'to is null; give the id of a migration or a version, 0 or more',
  ],
])('refuses to go up to %j', async (options, code, message) => {
  const { db, driver } = open()
  const manager = createSchemaManager({ db, migrations })
  for (const promise of [manager.up(options), manager.plan(options), manager.baseline(options)]) {
    expect(await rejection(promise)).toMatchObject({ code, message })
  }
  expect(schemaOf(driver)).toEqual([])
})

test('tells what it is doing', async () => {
  const { db } = open()
  const manager = createSchemaManager({ db, migrations: [nodes, names] })
  const told: MigrationProgress[] = []
  const onStep = (progress: MigrationProgress): void => void told.push(progress)
  await manager.up({ onStep })
  await manager.down({ onStep })
  expect(told).toEqual([
    { id: nodes.id, direction: 'up', state: 'started', number: 1, total: 2 },
    { id: nodes.id, direction: 'up', state: 'done', number: 1, total: 2 },
    { id: names.id, direction: 'up', state: 'started', number: 2, total: 2 },
    { id: names.id, direction: 'up', state: 'done', number: 2, total: 2 },
    { id: names.id, direction: 'down', state: 'started', number: 1, total: 1 },
    { id: names.id, direction: 'down', state: 'done', number: 1, total: 1 },
  ])
})

test('ends where the callback throws, and leaves nothing of the migration that was starting', async () => {
  const { db } = open()
  const manager = createSchemaManager({ db, migrations: [nodes, names] })
  const cause = new Error('oops')
  const onStep = ({ number }: MigrationProgress): void => {
    if (number === 2) throw cause
  }
  expect(await rejection(manager.up({ onStep }))).toMatchObject({
    code: 'FORGE_MIGRATE_INVALID',
    message: 'onStep threw when migration "graph/0002-names" was started',
    cause,
  })
  expect(await manager.status()).toMatchObject({ version: 1 })
})
