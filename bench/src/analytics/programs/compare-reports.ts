import type { Analytics, ReportName, ReportOptions } from '@forge/analytics'
import type Database from 'better-sqlite3'
import { packedColumns, sqliteReport } from '../sqlite-reports.ts'

interface Rows {
  readonly rows: readonly object[]
  readonly total: number
}

/** Whether two databases say the same, but for what one of them has packed. */
export function sameRows(name: ReportName, found: Rows, expected: Rows): boolean {
  return (
    found.total === expected.total &&
    JSON.stringify(found.rows.map((row) => plain(name, row))) ===
      JSON.stringify(expected.rows.map((row) => plain(name, row)))
  )
}

/** How many reports SQLite says something else of, all of their rows compared. */
export async function countDifferent(
  analytics: Analytics,
  sqlite: Database.Database,
  asked: readonly (readonly [ReportName, ReportOptions[ReportName]])[],
): Promise<number> {
  let different = 0
  for (const [name, options] of asked) {
    const found = await analytics.report(name, { ...options, sync: false })
    if (!sameRows(name, found, sqliteReport(sqlite, name, options as never))) different++
  }
  return different
}

function plain(name: ReportName, row: object): readonly (readonly [string, unknown])[] {
  return Object.entries(row)
    .filter(([column]) => !packedColumns.includes(column) && !(name === 'coupling' && column === 'sites'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}
