import type { MemoryCore } from './memory-core.ts'
import { type MemoryStats, type MemoryType, type MemoryTypeStats, memoryTypes } from './memory-types.ts'

/** What the database tells about a memory. */
export type StoredStats = Omit<MemoryStats, 'failures' | 'lastFailure'>

const nothing: MemoryTypeStats = { entries: 0, bytes: 0 }

/** What is said of a memory that cannot be asked. */
export const emptyStats: StoredStats = {
  ...nothing,
  byType: byType(new Map()),
  oldest: null,
  newest: null,
  maxSize: null,
  evicted: 0,
}

/** Counts a memory, at a cost that does not grow with it. */
export function memoryStats(core: MemoryCore): Promise<StoredStats> {
  const { project, queries, settings } = core
  return core.read((tx) => {
    const totals = tx.all(queries.totals, { project })
    const { oldest = null, newest = null } = tx.first(queries.timeRange, { project }) ?? {}
    return {
      entries: totals.reduce((sum, each) => sum + each.entries, 0),
      bytes: totals.reduce((sum, each) => sum + each.bytes, 0),
      byType: byType(new Map(totals.map(({ type, entries, bytes }) => [type, { entries, bytes }]))),
      oldest,
      newest,
      maxSize: settings.maxSize,
      evicted: core.evicted,
    }
  }, {})
}

function byType(counts: ReadonlyMap<string, MemoryTypeStats>): Record<MemoryType, MemoryTypeStats> {
  const each = memoryTypes.map((type) => [type, counts.get(type) ?? nothing] as const)
  return Object.fromEntries(each) as Record<MemoryType, MemoryTypeStats>
}
