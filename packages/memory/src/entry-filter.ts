import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { MemoryFilter } from './memory-types.ts'
import type { MemoryTable, MemoryTables } from './schema.ts'

/** The condition that an entry, the row `m` of a query, passes a filter. */
export function passes(
  builder: ExpressionBuilder<MemoryTables & { m: MemoryTable }, 'm'>,
  { types, sessionId, tags, since, until }: MemoryFilter,
): Expression<SqlBool> {
  const conditions: Expression<SqlBool>[] = []
  if (types !== undefined) conditions.push(builder('m.type', 'in', types))
  if (sessionId !== undefined) conditions.push(builder('m.session', '=', sessionId))
  if (since !== undefined) conditions.push(builder('m.time', '>=', since))
  if (until !== undefined) conditions.push(builder('m.time', '<', until))
  for (const tag of tags ?? []) {
    const tagged = builder
      .selectFrom('memory_tags as t')
      .select('t.number')
      .whereRef('t.project', '=', 'm.project')
      .whereRef('t.number', '=', 'm.number')
      .where('t.tag', '=', tag)
    conditions.push(builder.exists(tagged))
  }
  return builder.and(conditions)
}
