import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Migrator } from 'kysely/migration'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { databaseFile, names, people } from './people.ts'

const script = fileURLToPath(new URL('./migrate-with-kysely.ts', import.meta.url))

it('lets several processes migrate one file with the migrator of Kysely, each migration once', async () => {
  const file = databaseFile()
  const run = async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@forge/source', script, file])
    return stdout
  }
  const migrated = await Promise.all(Array.from({ length: 4 }, run))
  expect(migrated.toSorted()).toStrictEqual(['0', '0', '0', '3'])
  const db = await people({ file, exists: true })
  const tables = await db.kysely.introspection.getTables()
  expect(tables.map((table) => table.name)).toStrictEqual(['one', 'three', 'two'])
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db.kysely)
  expect(rows.map(({ name }) => name)).toStrictEqual(['1', '2', '3'])
})

it('undoes the schema of a migration that fails halfway, with the ones before it', async () => {
  const db = await people()
  const migrator = new Migrator({
    db: db.kysely,
    provider: {
      getMigrations: async () => ({
        '1': { up: async (kysely) => void (await sql`create table one (id)`.execute(kysely)) },
        '2': {
          up: async (kysely) => {
            await sql`delete from person`.execute(kysely)
            await sql`alter table nobody add column id`.execute(kysely)
          },
        },
      }),
    },
  })
  const { error, results } = await migrator.migrateToLatest()
  expect(error).toMatchObject({ code: 'FORGE_DB_QUERY' })
  expect(results?.map(({ status }) => status)).toStrictEqual(['Success', 'Error'])
  expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
  const tables = await db.kysely.introspection.getTables()
  expect(tables.map((table) => table.name)).toStrictEqual(['person', 'pet'])
})
