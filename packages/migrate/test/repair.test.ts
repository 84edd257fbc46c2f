import { expect, test } from 'vitest'
import { createSchemaManager, type RepairOptions, type SchemaManager } from '@forge/migrate'
import { open, rejection, schemaOf, type Opened } from './database.ts'
import { edges, names, nodes, reversible } from './migrations.ts'

/** {@link names} as somebody formatted it after its release. */
const formatted = reversible(names.id, ['create index nodes_name\n  on nodes (name)'], ['drop index nodes_name'])

async function migrated(): Promise<Opened & { readonly edited: SchemaManager }> {
  const opened = open()
  await createSchemaManager({ db: opened.db, migrations: [nodes, names, edges] }).up()
  return { ...opened, edited: createSchemaManager({ db: opened.db, migrations: [nodes, formatted, edges] }) }
}

test('accepts a change that status shows, and up goes on', async () => {
  const { edited, driver } = await migrated()
  const [, , third] = (await edited.status()).applied
  expect(third).toMatchObject({
    id: names.id,
    state: 'changed',
    diff: [
      '--- applied',
      '+++ code',
      '@@ -1,3 +1,2 @@',
      '-create index nodes_name on nodes (',
      '-  name',
      '-)',
      '+create index nodes_name',
      '+  on nodes (name)',
    ].join('\n'),
  })
  const before = schemaOf(driver)
  expect(await edited.repair({ accept: [names.id] })).toEqual({
    accepted: [names.id],
    forgotten: [],
    mended: undefined,
    version: 3,
  })
  expect(await edited.up()).toEqual({ applied: [], version: 3 })
  expect(await edited.status()).toMatchObject({ applied: [{}, {}, { state: 'current' }] })
  expect(schemaOf(driver)).toEqual(before)
})

test('accepts nothing that is not named, and removes nothing', async () => {
  const { edited } = await migrated()
  expect(await edited.repair()).toEqual({ accepted: [], forgotten: [], mended: undefined, version: 3 })
  expect(await edited.repair({ accept: [nodes.id] })).toMatchObject({ accepted: [] })
  expect(await rejection(edited.up())).toMatchObject({ code: 'FORGE_MIGRATE_CHANGED' })
})

test('writes nothing where there is nothing to repair', async () => {
  const { db, driver, sent } = open()
  const manager = createSchemaManager({ db, migrations: [nodes] })
  expect(await manager.repair()).toMatchObject({ version: 0 })
  expect(schemaOf(driver)).toEqual([])
  await manager.up()
  sent.length = 0
  await manager.repair({ accept: [nodes.id] })
  expect(sent).toHaveLength(1)
})

test('forgets what the code no longer has', async () => {
  const { db, driver } = await migrated()
  const older = createSchemaManager({ db, migrations: [nodes, names] })
  expect(await rejection(older.up())).toMatchObject({ code: 'FORGE_MIGRATE_NEWER' })
  expect(await older.repair({ forget: [edges.id] })).toMatchObject({ forgotten: [edges.id], version: 2 })
  expect(await older.up()).toEqual({ applied: [], version: 2 })
  expect(driver.prepare('select position, id from forge_migrations order by position').raw().all()).toEqual([
    [1, nodes.id],
    [2, names.id],
  ])
  expect(schemaOf(driver)).toContain('edges')
})

test.each([
  [
    'a version that was changed',
    'update forge_schema_version set version = 7',
    'the version is 7 and the number of applied migrations is 3',
  ],
  [
    'a version that is gone',
    'delete from forge_schema_version',
    'the version is missing and the number of applied migrations is 3',
  ],
  ['a table that is gone', 'drop table forge_schema_version', 'the table forge_schema_version is missing'],
  [
    'rows that are out of step',
    'update forge_migrations set position = 9 where position = 3',
    `migration "${names.id}" has position 9 instead of 3`,
  ],
])('sees %s, and mends it', async (_, damage, says) => {
  const { db, driver } = await migrated()
  const manager = createSchemaManager({ db, migrations: [nodes, names, edges] })
  driver.exec(damage)
  expect(await manager.status()).toMatchObject({ version: 3, damage: says })
  for (const promise of [manager.up(), manager.down(), manager.plan()]) {
    expect(await rejection(promise)).toMatchObject({
      code: 'FORGE_MIGRATE_DAMAGED',
      message: `The ledger of migrations contradicts itself: ${says}`,
      details: { damage: says },
    })
  }
  expect(await manager.repair()).toEqual({ accepted: [], forgotten: [], mended: says, version: 3 })
  expect(await manager.status()).toMatchObject({ version: 3, pending: [], damage: undefined })
  expect(await manager.down({ to: 0 })).toMatchObject({ version: 0 })
})

test('sees that the table of migrations is gone, and lets the database be adopted anew', async () => {
  const { db, driver } = await migrated()
  const manager = createSchemaManager({ db, migrations: [nodes, names, edges] })
  driver.exec('drop table forge_migrations')
  const damage = 'the table forge_migrations is missing'
  expect(await manager.status()).toMatchObject({ version: 0, damage })
  expect(await rejection(manager.up())).toMatchObject({ code: 'FORGE_MIGRATE_DAMAGED', details: { damage } })
  expect(await manager.repair()).toMatchObject({ mended: damage, version: 0 })
  expect(await manager.baseline()).toMatchObject({ version: 3 })
  expect(await manager.up()).toEqual({ applied: [], version: 3 })
})

test('closes the gap of a row that was deleted', async () => {
  const { db, driver } = await migrated()
  driver.exec(`delete from forge_migrations where id = '${edges.id}'; drop table edges`)
  const manager = createSchemaManager({ db, migrations: [nodes, names, edges] })
  expect(await manager.repair()).toMatchObject({
    mended: `migration "${names.id}" has position 3 instead of 2`,
    version: 2,
  })
  expect(await manager.up()).toEqual({ applied: [edges.id], version: 3 })
})

test('repairs once, however many calls overlap', async () => {
  const { edited, driver } = await migrated()
  driver.exec('update forge_schema_version set version = 7')
  const results = await Promise.all([1, 2, 3].map(() => edited.repair({ accept: [names.id] })))
  expect(results.flatMap(({ accepted }) => accepted)).toEqual([names.id])
  expect(await edited.up()).toEqual({ applied: [], version: 3 })
})

test.each<[string, RepairOptions, string]>([
  ['an id that is not applied', { accept: ['graph/0009'] }, 'FORGE_MIGRATE_TARGET'],
  ['to forget an id that is not applied', { forget: ['graph/0009'] }, 'FORGE_MIGRATE_TARGET'],
  ['to accept and forget one id', { accept: [names.id], forget: [names.id] }, 'FORGE_MIGRATE_TARGET'],
  ['ids that are no list', { accept: names.id as unknown as string[] }, 'FORGE_MIGRATE_INVALID'],
])('refuses %s', async (_, options, code) => {
  const { edited } = await migrated()
  expect(await rejection(edited.repair(options))).toMatchObject({ code })
})
