import { sql } from 'kysely'
import { defineMigration, type Migration } from '@forge/migrate'

/** A table of nodes, made by a builder, with a row. */
export const nodes: Migration = defineMigration({
  id: 'graph/0001-nodes',
  up: (db) => [
    db.schema
      .createTable('nodes')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('name', 'text'),
    db.insertInto('nodes').values({ id: 1, name: 'root' }),
  ],
})

/** An index on it, made by a fragment. */
export const names: Migration = defineMigration({
  id: 'graph/0002-names',
  up: () => [sql`create index nodes_name on nodes (name)`],
})

/** A table of another package that refers to nodes. */
export const edges: Migration = defineMigration({
  id: 'edges/0001-edges',
  dependsOn: ['graph/0001-nodes'],
  up: (db) => [
    db.schema
      .createTable('edges')
      .addColumn('source', 'integer', (column) => column.notNull().references('nodes.id'))
      .addColumn('target', 'integer', (column) => column.notNull().references('nodes.id')),
  ],
})

/** A migration of one fragment. */
export function fragment(id: string, statement: string, dependsOn: readonly string[] = []): Migration {
  return defineMigration({ id, dependsOn, up: () => [sql.raw(statement)] })
}
