import { type Compilable, type RawBuilder, type SchemaModule, sql } from 'kysely'
import { edgeKinds } from './graph-types.ts'

/** An index and how it is made. */
export interface SecondaryIndex {
  readonly name: string
  readonly create: Compilable
}

/**
 * The kinds few edges have, written out as a partial index wants it: as comparisons, a third of the time of `in`. The four
 * others are nine tenths of all edges: an index costs more than half of what the edges do, and so many edges are read as
 * fast without it.
 */
export const isRareEdgeKind: RawBuilder<boolean> = sql<boolean>`(${sql.join(
  edgeKinds.flatMap((kind, code) => (isCommon(kind) ? [sql`kind <> ${sql.lit(code)}`] : [])),
  sql` and `,
)})`

/** Whether {@link isRareEdgeKind} leaves a kind out. */
export function isCommon(kind: (typeof edgeKinds)[number]): boolean {
  return kind === 'calls' || kind === 'contains' || kind === 'references' || kind === 'reads'
}

/** The indexes of the tables that hold most rows, beside their primary keys. */
export function secondaryIndexes(schema: SchemaModule): readonly SecondaryIndex[] {
  const index = (name: string, table: string, columns: string[]): SecondaryIndex => ({
    name,
    create: schema.createIndex(name).on(table).columns(columns),
  })
  return [
    {
      name: 'nodes_file',
      create: schema.createIndex('nodes_file').unique().on('nodes').columns(['project', 'file', 'descriptor']),
    },
    {
      name: 'nodes_name',
      // Everything symbols are ranked by: those of a name, or of its beginning, are ordered without their rows. A
      // qualified name ends in a name, and its length tells most others of that name apart.
      create: schema
        .createIndex('nodes_name')
        .on('nodes')
        .expression(sql`project, name collate nocase, kind, exported, length(qualified_name), id`),
    },
    {
      name: 'nodes_hash',
      // Four bytes of a hash tell nearly all apart.
      create: schema
        .createIndex('nodes_hash')
        .on('nodes')
        .columns(['project', sql`substr(hash, 1, 4)`]),
    },
    index('edges_target', 'edges', ['project', 'target', 'kind']),
    {
      name: 'edges_kind',
      create: schema.createIndex('edges_kind').on('edges').columns(['project', 'kind']).where(isRareEdgeKind),
    },
    index('unresolved_name', 'unresolved', ['project', 'name']),
  ]
}
