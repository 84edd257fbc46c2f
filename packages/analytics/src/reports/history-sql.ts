import type { DuckDBValue } from '@duckdb/node-api'

/** Commits that changed more files than this say little about which files belong together. */
export const largestCommit = 50

/** Files that changed together in fewer commits may have done so by chance. */
export const leastTogether = 3

/** What commits have changed, from a time on in whole seconds as git counts; `parameter` is the number of the value. */
export function changesSince(
  since: number | undefined,
  parameter: number,
): { readonly sql: string; readonly values: readonly DuckDBValue[] } {
  if (since === undefined) return { sql: 'select commit, path from mirror.changes', values: [] }
  return {
    sql: `select x.commit, x.path from mirror.changes x join mirror.commits k on k.id = x.commit where k.committed_at >= $${parameter}`,
    values: [BigInt(Math.floor(since / 1000) * 1000)],
  }
}
