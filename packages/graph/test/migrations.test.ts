import { expect, test } from 'vitest'
import type { Database } from '@forge/db'
import { graphMigrations, type GraphTables } from '@forge/graph'
import { createSchemaManager } from '@forge/migrate'
import { sql } from 'kysely'
import { exported, openGraph, writeProject } from './project.ts'
import { shop } from './shop.ts'

/** What the database is made of, but for the tables of SQLite and of the migrations themselves. */
async function schemaOf(db: Database<GraphTables>): Promise<readonly { name: string; sql: string | null }[]> {
  const { rows } = await sql<{ name: string; sql: string | null }>`
    select name, sql from sqlite_schema where tbl_name not like 'sqlite%' and tbl_name not like 'forge%' order by name
  `.execute(db.kysely)
  return rows
}

async function statisticsOf(db: Database<GraphTables>): Promise<readonly unknown[]> {
  const { rows } = await sql`select * from sqlite_stat1 order by tbl, idx`.execute(db.kysely)
  return rows
}

test('going down from a full graph leaves nothing, and coming up again makes the same', async () => {
  const { db, graph } = await openGraph()
  await writeProject(graph, shop)
  const before = { schema: await schemaOf(db), statistics: await statisticsOf(db) }
  const manager = createSchemaManager({ db: db.kysely, migrations: graphMigrations })
  await manager.down({ to: 0 })
  expect({ schema: await schemaOf(db), statistics: await statisticsOf(db) }).toStrictEqual({
    schema: [],
    statistics: [],
  })
  await manager.up()
  expect({ schema: await schemaOf(db), statistics: await statisticsOf(db) }).toStrictEqual(before)
})

test('going down below the edges forgets what was read, so that coming up again is never half a graph', async () => {
  const { db, graph, path } = await openGraph()
  await writeProject(graph, shop)
  const manager = createSchemaManager({ db: db.kysely, migrations: graphMigrations })
  await manager.down({ to: 'graph/0003-nodes' })
  await manager.up()
  const { graph: emptied } = await openGraph({ path })
  expect(await emptied.status()).toMatchObject({ revision: 0, files: 0 })
  expect(await emptied.findSymbol('Pool')).toStrictEqual([])
  await writeProject(emptied, shop)
  const { graph: fresh } = await openGraph()
  await writeProject(fresh, shop)
  expect(await exported(emptied)).toBe(await exported(fresh))
})

test('keeps what was read when places of names are kept in another way', async () => {
  const { db, graph, path } = await openGraph()
  await writeProject(graph, shop)
  const before = await exported(graph)
  const manager = createSchemaManager({ db: db.kysely, migrations: graphMigrations })
  await manager.down({ to: 'graph/0006-code-counts' })
  await manager.up()
  const { graph: same } = await openGraph({ path })
  expect(await exported(same)).toBe(before)
})

test('forgets what was read when what is counted of code goes, so that it is counted again', async () => {
  const { db, graph, path } = await openGraph()
  await writeProject(graph, shop)
  const manager = createSchemaManager({ db: db.kysely, migrations: graphMigrations })
  await manager.down({ to: 'graph/0005-indexes' })
  await manager.up()
  const { graph: emptied } = await openGraph({ path })
  expect(await emptied.status()).toMatchObject({ revision: 0, files: 0, nodes: {}, edges: {} })
})

test('each migration goes down to what it came up from', async () => {
  const { db } = await openGraph()
  const manager = createSchemaManager({ db: db.kysely, migrations: graphMigrations })
  await manager.down({ to: 0 })
  const ways: (readonly { name: string }[])[] = [await schemaOf(db)]
  for (const { id } of graphMigrations) {
    await manager.up({ to: id })
    ways.push(await schemaOf(db))
  }
  for (const expected of ways.slice(0, -1).toReversed()) {
    await manager.down()
    expect(await schemaOf(db)).toStrictEqual(expected)
  }
})
