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
  down: (db) => [db.schema.dropTable('nodes')],
})

/** An index on it, made by a fragment. */
export const names: Migration = defineMigration({
  id: 'graph/0002-names',
  up: () => [sql`create index nodes_name on nodes (name)`],
  down: () => [sql`drop index nodes_name`],
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
  down: (db) => [db.schema.dropTable('edges')],
})

/** A migration of one fragment that cannot be undone. */
export function fragment(id: string, statement: string, dependsOn: readonly string[] = []): Migration {
  return defineMigration({ id, dependsOn, up: () => [sql.raw(statement)] })
}

/** A migration of fragments in both directions. */
export function reversible(
  id: string,
  up: readonly string[],
  down: readonly string[],
  dependsOn: readonly string[] = [],
): Migration {
  return defineMigration({
    id,
    dependsOn,
    up: () => up.map((each) => sql.raw(each)),
    down: () => down.map((each) => sql.raw(each)),
  })
}
