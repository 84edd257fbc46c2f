import type { MigrationStatement } from '@forge/migrate'
import { sql } from 'kysely'

/**
 * Rows of `sqlite_stat1` for a project of some size: the table's rows, then how many share one, two, … columns of the
 * index. Without them SQLite takes the project for a narrow choice and walks a whole table in its primary key.
 *
 * Fixed rather than measured (https://sqlite.org/lang_analyze.html, 3.2): every query has the same plan in every
 * database, and loading one does not pay for `analyze`.
 */
const statistics: readonly (readonly [table: string, index: string, rows: string])[] = [
  ['files', 'files', '5000 5000 1'],
  ['files', 'files_path', '5000 5000 1'],
  ['files', 'files_hash', '5000 1 1'],
  ['file_contents', 'sqlite_autoindex_file_contents_1', '5000 5000 1'],
  ['nodes', 'sqlite_autoindex_nodes_1', '400000 400000 1'],
  ['nodes', 'nodes_file', '400000 400000 80 1'],
  ['nodes', 'nodes_name', '400000 400000 4 3 3 2 1'],
  ['nodes', 'nodes_hash', '400000 400000 2'],
  ['edges', 'edges', '2000000 2000000 6 2 1'],
  ['edges', 'edges_target', '2000000 2000000 6 2'],
  ['edges', 'edges_kind', '200000 200000 30000'],
  ['unresolved', 'unresolved', '100000 100000 30 2 2 1'],
  ['unresolved', 'unresolved_name', '100000 100000 5'],
]

const tables = [...new Set(statistics.map(([table]) => table))]

const deleteRows = sql`delete from sqlite_stat1 where tbl in (${sql.join(tables.map((table) => sql.lit(table)))})`

/** Statements that tell SQLite's planner what the tables of the graph will look like. */
export function describeTables(): readonly MigrationStatement[] {
  return [
    sql`analyze sqlite_schema`,
    deleteRows,
    ...statistics.map(
      ([table, index, rows]) => sql`insert into sqlite_stat1 (tbl, idx, stat) values (${table}, ${index}, ${rows})`,
    ),
    sql`analyze sqlite_schema`,
  ]
}

/** Statements that take back what {@link describeTables} told. */
export function forgetTables(): readonly MigrationStatement[] {
  return [deleteRows, sql`analyze sqlite_schema`]
}
