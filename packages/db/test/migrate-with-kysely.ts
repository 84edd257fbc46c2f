import { openDatabase } from '@forge/db'
import Driver from 'better-sqlite3'
import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'

// Run as a process of its own: migrates the file with Kysely's own migrator.
const [, , file = ''] = process.argv
const db = openDatabase<object>({ open: () => new Driver(file) })
const create = (table: string) => ({
  up: async (kysely: Kysely<unknown>) => {
    await kysely.schema.createTable(table).addColumn('id', 'integer').execute()
  },
})
const migrator = new Migrator({
  db: db.kysely,
  provider: { getMigrations: async () => ({ '1': create('one'), '2': create('two'), '3': create('three') }) },
})
const { error, results } = await migrator.migrateToLatest()
process.stdout.write(error === undefined ? String(results?.length) : String((error as Error).stack))
await db.close()
