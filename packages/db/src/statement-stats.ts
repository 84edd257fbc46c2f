import type { StatementCacheStats, StatementTimes } from '@forge/stmt-cache'

/** The statement caches of several connections in numbers, added up. */
export function addUp(all: readonly StatementCacheStats[], top: number): StatementCacheStats {
  const sum = (pick: (stats: StatementCacheStats) => number) => all.reduce((total, each) => total + pick(each), 0)
  return {
    hits: sum(({ hits }) => hits),
    misses: sum(({ misses }) => misses),
    admitted: sum(({ admitted }) => admitted),
    evictions: sum(({ evictions }) => evictions),
    dropped: sum(({ dropped }) => dropped),
    size: sum(({ size }) => size),
    bytes: sum(({ bytes }) => bytes),
    lent: sum(({ lent }) => lent),
    seen: sum(({ seen }) => seen),
    top: mergeTimes(all.flatMap((each) => each.top)).slice(0, top),
  }
}

/** The times of one statement on several connections as one, most in total first. */
function mergeTimes(times: readonly StatementTimes[]): StatementTimes[] {
  const merged = new Map<string, StatementTimes>()
  for (const each of times) {
    const key = `${each.result} ${each.bigint} ${each.sql}`
    const { uses = 0, totalMs = 0, maxMs = 0 } = merged.get(key) ?? {}
    merged.set(key, {
      ...each,
      uses: uses + each.uses,
      totalMs: totalMs + each.totalMs,
      maxMs: Math.max(maxMs, each.maxMs),
    })
  }
  return [...merged.values()].toSorted((a, b) => b.totalMs - a.totalMs)
}
