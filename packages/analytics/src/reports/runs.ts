import { bar, number, type ReportDefinition, requireWord, text } from './report-definition.ts'

/** How {@link runs} groups. */
export interface RunsOptions {
  /** Default `day`; in UTC, a week begins on Monday. */
  readonly unit?: 'day' | 'week' | 'month'
}

/** The runs that started in a stretch of time. */
export interface RunsRow {
  /** Its first day: `2026-11-30`. */
  readonly from: string
  readonly runs: number
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  readonly lost: number
  readonly running: number
  /** Of the runs that are over, the least duration that half of them, or 19 of 20, do not exceed; null where there is none. */
  readonly medianMs: number | null
  readonly p95Ms: number | null
}

/** Runs over time, the newest first. */
export const runs: ReportDefinition<RunsOptions> = {
  summary: 'runs over time: how many, how they ended, how long they took',
  columns: [
    text('from'),
    bar('runs'),
    ...['succeeded', 'failed', 'cancelled', 'lost', 'running'].map((status) => number(status)),
    number('medianMs', 'median ms'),
    number('p95Ms', 'p95 ms'),
  ],
  needsHistory: () => false,
  query({ unit = 'day' }) {
    requireWord('unit', unit, ['day', 'week', 'month'])
    const count = (status: string): string => `count(*) filter (where status = '${status}') as ${status}`
    return {
      sql: `select strftime(date_trunc('${unit}', make_timestamp_ms(started_at)), '%Y-%m-%d') as "from", count(*) as runs,
          ${['succeeded', 'failed', 'cancelled', 'lost', 'running'].map(count).join(', ')},
          quantile_disc(duration_ms, 0.5) as "medianMs", quantile_disc(duration_ms, 0.95) as "p95Ms"
        from mirror.runs group by "from" order by "from" desc`,
      values: [],
    }
  },
}
