import { defineMigration, type Migration, type MigrationStatements } from '@forge/migrate'
import { type CreateTableBuilder, sql } from 'kysely'
import { clustered } from './clustered.sqlite.ts'
import { revisionTotals } from './revision-totals.ts'
import { describeTables, forgetTables } from './planner-statistics.sqlite.ts'
import { secondaryIndexes } from './secondary-indexes.ts'
import { createSymbolSearch } from './symbol-search.sqlite.ts'

/** The tables of the graph, for `createSchemaManager` of `@forge/migrate`. */
export const graphMigrations: readonly Migration[] = [
  defineMigration({
    id: 'graph/0001-projects',
    up: (db) => [
      db.schema
        .createTable('projects')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull().unique()),
      clustered(
        db.schema
          .createTable('revisions')
          .addColumn('project', 'integer', (column) => column.notNull().references('projects.id').onDelete('cascade'))
          .addColumn('revision', 'integer', (column) => column.notNull())
          .addColumn('created_at', 'integer', (column) => column.notNull())
          .addPrimaryKeyConstraint('revisions_key', ['project', 'revision']),
      ),
      clustered(
        db.schema
          .createTable('project_meta')
          .addColumn('project', 'integer', (column) => column.notNull().references('projects.id').onDelete('cascade'))
          .addColumn('key', 'text', (column) => column.notNull())
          .addColumn('value', 'text', (column) => column.notNull())
          .addPrimaryKeyConstraint('project_meta_key', ['project', 'key']),
      ),
    ],
    down: dropTables('project_meta', 'revisions', 'projects'),
  }),
  defineMigration({
    id: 'graph/0002-files',
    up: (db) => [
      clustered(
        db.schema
          .createTable('files')
          .addColumn('project', 'integer', (column) => column.notNull().references('projects.id').onDelete('cascade'))
          .addColumn('id', 'integer', (column) => column.notNull())
          .addColumn('path', 'text', (column) => column.notNull())
          .addColumn('hash', 'blob', (column) => column.notNull())
          .addColumn('language', 'text', (column) => column.notNull())
          .addColumn('size', 'integer', (column) => column.notNull())
          .addColumn('modified', 'real', (column) => column.notNull())
          .addColumn('lines', 'integer', (column) => column.notNull())
          .addColumn('written', 'integer', (column) => column.notNull())
          .addPrimaryKeyConstraint('files_key', ['project', 'id']),
      ),
      db.schema.createIndex('files_path').unique().on('files').columns(['project', 'path']),
      // Across projects: facts are kept as long as a file of any project has this content.
      db.schema.createIndex('files_hash').on('files').columns(['hash', 'language']),
      // Neither this nor the facts are clustered: in a key, long rows leave twice as much of their last pages empty.
      toFile(
        db.schema
          .createTable('file_contents')
          .addColumn('project', 'integer', (column) => column.notNull())
          .addColumn('file', 'integer', (column) => column.notNull())
          .addColumn('line_starts', 'blob', (column) => column.notNull())
          .addColumn('locals', 'blob', (column) => column.notNull())
          .addColumn('texts', 'blob', (column) => column.notNull())
          .addPrimaryKeyConstraint('file_contents_key', ['project', 'file']),
        'file_contents',
      ),
      db.schema
        .createTable('facts')
        .addColumn('hash', 'blob', (column) => column.notNull())
        .addColumn('language', 'text', (column) => column.notNull())
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('data', 'blob', (column) => column.notNull())
        .addPrimaryKeyConstraint('facts_key', ['hash', 'language']),
      clustered(
        db.schema
          .createTable('diagnostics')
          .addColumn('project', 'integer', (column) => column.notNull().references('projects.id').onDelete('cascade'))
          .addColumn('position', 'integer', (column) => column.notNull())
          .addColumn('path', 'text', (column) => column.notNull())
          .addColumn('code', 'text', (column) => column.notNull())
          .addColumn('message', 'text', (column) => column.notNull())
          .addColumn('start_offset', 'integer')
          .addColumn('end_offset', 'integer')
          .addPrimaryKeyConstraint('diagnostics_key', ['project', 'position']),
      ),
    ],
    down: dropTables('diagnostics', 'facts', 'file_contents', 'files'),
  }),
  defineMigration({
    id: 'graph/0003-nodes',
    up: (db) => [
      // Not clustered: a row may be long, and foreign keys are looked up in the narrow index of its key.
      toFile(
        db.schema
          .createTable('nodes')
          .addColumn('project', 'integer', (column) => column.notNull())
          .addColumn('id', 'integer', (column) => column.notNull())
          .addColumn('file', 'integer')
          .addColumn('name', 'text', (column) => column.notNull())
          .addColumn('qualified_name', 'text', (column) => column.notNull())
          .addColumn('descriptor', 'text', (column) => column.notNull())
          .addColumn('kind', 'integer', (column) => column.notNull())
          .addColumn('exported', 'integer', (column) => column.notNull())
          .addColumn('complexity', 'integer')
          .addColumn('hash', 'blob')
          .addColumn('start_offset', 'integer', (column) => column.notNull())
          .addColumn('end_offset', 'integer', (column) => column.notNull())
          .addColumn('name_start', 'integer', (column) => column.notNull())
          .addColumn('name_end', 'integer', (column) => column.notNull())
          .addColumn('created', 'integer', (column) => column.notNull())
          .addColumn('updated', 'integer', (column) => column.notNull())
          .addColumn('embedding', 'blob')
          .addPrimaryKeyConstraint('nodes_key', ['project', 'id']),
        'nodes',
      ),
      ...createSymbolSearch(),
    ],
    down: dropTables('symbol_words', 'nodes'),
  }),
  defineMigration({
    id: 'graph/0004-edges',
    up: (db) => [
      clustered(
        db.schema
          .createTable('edges')
          .addColumn('project', 'integer', (column) => column.notNull())
          .addColumn('source', 'integer', (column) => column.notNull())
          .addColumn('target', 'integer', (column) => column.notNull())
          .addColumn('kind', 'integer', (column) => column.notNull())
          .addColumn('confidence', 'integer', (column) => column.notNull())
          .addColumn('sites', 'blob', (column) => column.notNull())
          .addColumn('metadata', 'text')
          .addPrimaryKeyConstraint('edges_key', ['project', 'source', 'target', 'kind'])
          .addForeignKeyConstraint('edges_source', ['project', 'source'], 'nodes', ['project', 'id'])
          .addForeignKeyConstraint('edges_target_node', ['project', 'target'], 'nodes', ['project', 'id']),
      ),
      clustered(
        toFile(
          db.schema
            .createTable('unresolved')
            .addColumn('project', 'integer', (column) => column.notNull())
            .addColumn('file', 'integer', (column) => column.notNull())
            .addColumn('name', 'text', (column) => column.notNull())
            .addColumn('reason', 'text', (column) => column.notNull())
            .addColumn('call', 'integer', (column) => column.notNull())
            .addColumn('sites', 'blob', (column) => column.notNull())
            .addPrimaryKeyConstraint('unresolved_key', ['project', 'file', 'name', 'reason', 'call']),
          'unresolved',
        ),
      ),
    ],
    down: (db) => [...dropTables('unresolved', 'edges')(db), ...forgetFiles(db)],
  }),
  defineMigration({
    id: 'graph/0005-indexes',
    up: (db) => [...secondaryIndexes(db.schema).map(({ create }) => create), ...describeTables()],
    down: (db) => [...secondaryIndexes(db.schema).map(({ name }) => db.schema.dropIndex(name)), ...forgetTables()],
  }),
  defineMigration({
    id: 'graph/0006-code-counts',
    up: (db) => [
      db.schema.alterTable('nodes').addColumn('cognitive', 'integer'),
      db.schema.alterTable('nodes').addColumn('halstead', 'blob'),
    ],
    down: (db) => [
      ...['unresolved', 'edges'].map((table) => db.deleteFrom(table)),
      ...forgetFiles(db),
      db.schema.alterTable('nodes').dropColumn('halstead'),
      db.schema.alterTable('nodes').dropColumn('cognitive'),
    ],
  }),
  defineMigration({
    id: 'graph/0007-name-places',
    up: (db) => [
      db.schema.alterTable('nodes').renameColumn('name_start', 'name_offset'),
      db.schema.alterTable('nodes').renameColumn('name_end', 'name_length'),
      sql`update nodes set name_offset = name_offset - start_offset, name_length = name_length - name_offset`,
    ],
    down: (db) => [
      sql`update nodes set name_offset = start_offset + name_offset, name_length = start_offset + name_offset + name_length`,
      db.schema.alterTable('nodes').renameColumn('name_offset', 'name_start'),
      db.schema.alterTable('nodes').renameColumn('name_length', 'name_end'),
    ],
  }),
  defineMigration({
    id: 'graph/0008-changes',
    up: (db) => [
      // 0: before anybody asked; what asks since a revision then gets the file.
      db.schema.alterTable('files').addColumn('changed', 'integer', (column) => column.notNull().defaultTo(0)),
      ...revisionTotals.map((total) => db.schema.alterTable('revisions').addColumn(total, 'integer')),
    ],
    down: (db) => [
      ...revisionTotals.toReversed().map((total) => db.schema.alterTable('revisions').dropColumn(total)),
      db.schema.alterTable('files').dropColumn('changed'),
    ],
  }),
]

/**
 * Makes the graph one that nothing was read into. Without its edges, or what is counted of its code, it would be wrong, and
 * with its files in place no update would make them again.
 */
const forgetFiles: MigrationStatements = (db) =>
  ['symbol_words', 'nodes', 'file_contents', 'facts', 'projects'].map((table) => db.deleteFrom(table))

/** Those that refer to others come first. */
function dropTables(...names: readonly string[]): MigrationStatements {
  return (db) => names.map((name) => db.schema.dropTable(name))
}

function toFile<T extends string, C extends string>(
  table: CreateTableBuilder<T, C>,
  name: string,
): CreateTableBuilder<T, C> {
  return table.addForeignKeyConstraint(`${name}_file_key`, ['project', 'file'] as unknown as C[], 'files', [
    'project',
    'id',
  ])
}
