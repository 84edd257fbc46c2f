import { sql } from 'kysely'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSchemaManager, defineMigration, type Migration, type MigrationStatements } from '@forge/migrate'
import { open } from './database.ts'

/** A change of a schema that can be taken back, made for table `t<n>` of its own. */
type Change = (table: string) => { readonly up: MigrationStatements; readonly down: MigrationStatements }

const type = fc.constantFrom('integer' as const, 'text' as const, 'real' as const, 'blob' as const)
const column = fc.constantFrom('a', 'b', 'the name', 'select')

const createTable: fc.Arbitrary<Change> = fc
  .uniqueArray(fc.tuple(column, type), { selector: ([name]) => name, maxLength: 4 })
  .map((columns) => (table) => ({
    up: (db) => [
      columns.reduce(
        (builder, [name, kind]) => builder.addColumn(name, kind),
        db.schema.createTable(table).addColumn('id', 'integer', (id) => id.primaryKey()),
      ),
    ],
    down: (db) => [db.schema.dropTable(table)],
  }))

const createIndex: fc.Arbitrary<Change> = fc.boolean().map((unique) => (table) => ({
  up: (db) => {
    const index = db.schema.createIndex(`${table}_index`).on('base').columns(['id', 'label'])
    return [unique ? index.unique() : index]
  },
  down: (db) => [db.schema.dropIndex(`${table}_index`)],
}))

const createView: fc.Arbitrary<Change> = fc.constant((table) => ({
  up: () => [sql`create view ${sql.id(table)} as select id from base`],
  down: (db) => [db.schema.dropView(table)],
}))

const createTrigger: fc.Arbitrary<Change> = fc.constant((table) => ({
  up: () => [sql`create trigger ${sql.id(table)} after insert on base begin delete from base where id < 0; end`],
  down: () => [sql`drop trigger ${sql.id(table)}`],
}))

const addColumn: fc.Arbitrary<Change> = type.map((kind) => (table) => ({
  up: (db) => [db.schema.alterTable('base').addColumn(`${table}_column`, kind)],
  down: (db) => [db.schema.alterTable('base').dropColumn(`${table}_column`)],
}))

const rename: fc.Arbitrary<Change> = fc.constant((table) => ({
  up: (db) => [db.schema.alterTable('base').renameColumn('label', table)],
  down: (db) => [db.schema.alterTable('base').renameColumn(table, 'label')],
}))

/** {@link rename} names the column that indexes mention, so that each list has it at most last. */
const changes = fc
  .tuple(
    fc.array(fc.oneof(createTable, createIndex, createView, createTrigger, addColumn), { maxLength: 6 }),
    fc.array(rename, { maxLength: 1 }),
  )
  .map((lists) => lists.flat())

function migrationsOf(list: readonly Change[]): readonly Migration[] {
  const base = defineMigration({
    id: 'line/0000',
    up: (db) => [
      db.schema
        .createTable('base')
        .addColumn('id', 'integer', (id) => id.primaryKey())
        .addColumn('label', 'text'),
    ],
    down: (db) => [db.schema.dropTable('base')],
  })
  const rest = list.map((change, index) => {
    const number = String(index + 1).padStart(4, '0')
    return defineMigration({ id: `line/${number}`, ...change(`t${number}`) })
  })
  return [base, ...rest]
}

test('down takes back exactly what up did, at every version', async () => {
  await fc.assert(
    fc.asyncProperty(changes, fc.array(fc.nat(6), { maxLength: 4 }), async (list, visits) => {
      const { db, driver } = open(':memory:')
      const manager = createSchemaManager({ db, migrations: migrationsOf(list) })
      const schema = (): unknown =>
        driver
          .prepare(
            "select type, name, tbl_name, sql from sqlite_schema where name not like '%forge\\_%' escape '\\' order by type, name",
          )
          .all()
      const snapshots: unknown[] = [schema()]
      for (let version = 1; version <= list.length + 1; version++) {
        await manager.up({ to: version })
        snapshots.push(schema())
      }
      for (const visit of [...visits, 0]) {
        const to = Math.min(visit, list.length + 1)
        expect(await manager.down({ to })).toMatchObject({ version: to })
        expect(schema()).toEqual(snapshots[to])
        await manager.up()
        expect(schema()).toEqual(snapshots.at(-1))
      }
      driver.close()
    }),
    { numRuns: 60 },
  )
})
