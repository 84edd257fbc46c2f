import { bar, number, type ReportDefinition, text } from './report-definition.ts'

/** How much there was in a revision; null where it was not counted. */
export interface GrowthRow {
  readonly revision: number
  /** When it was written, ISO 8601 in UTC. */
  readonly writtenAt: string
  readonly files: number | null
  readonly lines: number | null
  readonly symbols: number | null
  readonly edges: number | null
  readonly unresolved: number | null
}

/** Growth, the newest revision first. */
export const growth: ReportDefinition<object> = {
  summary: 'how much there was in each revision of the graph',
  columns: [
    number('revision'),
    text('writtenAt', 'written'),
    number('files'),
    number('lines'),
    bar('symbols'),
    number('edges'),
    number('unresolved'),
  ],
  needsHistory: () => false,
  query: () => ({
    sql: `select revision, strftime(make_timestamp_ms(written_at), '%Y-%m-%dT%H:%M:%S.%gZ') as "writtenAt", files, lines,
      symbols, edges, unresolved from mirror.revisions order by revision desc`,
    values: [],
  }),
}
