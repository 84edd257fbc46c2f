import { type CreateTableBuilder, sql } from 'kysely'

/**
 * Keeps the rows of a table in its primary key instead of beside it: half the lookups and a fifth less space for
 * the edges, whose key is most of the row.
 */
export function clustered<T extends string, C extends string>(
  table: CreateTableBuilder<T, C>,
): CreateTableBuilder<T, C> {
  return table.modifyEnd(sql`without rowid`)
}
