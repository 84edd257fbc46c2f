import { bar, type ReportDefinition, text } from './report-definition.ts'

/** How many symbols or edges are of a kind. */
export interface KindRow {
  readonly of: 'symbols' | 'edges'
  readonly kind: string
  readonly count: number
}

/** Counts by kind. */
export const kinds: ReportDefinition<object> = {
  summary: 'how many symbols and edges there are of each kind',
  columns: [text('of'), text('kind'), bar('count')],
  needsHistory: () => false,
  query: () => ({
    sql: `select 'symbols' as "of", kind::varchar as kind, count(*) as count from mirror.symbols group by kind
      union all select 'edges', kind::varchar, count(*) from mirror.edges group by kind
      order by "of" desc, count desc, kind`,
    values: [],
  }),
}
