import type { RunStorage } from '@forge/runs'

/**
 * Counts all runs, and again only when one of them has changed: to count takes longer than to read a page of them, and grows with
 * them.
 */
export function runCounter(runs: () => RunStorage): () => Promise<number> {
  let counted: { readonly change: number; readonly count: number } | undefined
  return async () => {
    // No change has this number, so none is read; what comes between here and the count is counted again next time.
    const { last: change } = await runs().changes({ after: Number.MAX_SAFE_INTEGER })
    if (counted?.change !== change) counted = { change, count: await runs().count() }
    return counted.count
  }
}
