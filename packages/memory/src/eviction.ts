import { MemoryFullError } from './errors.ts'
import type { MemoryCore, MemoryTransaction } from './memory-core.ts'

/** What {@link makeRoom} has to know of the write it belongs to. */
export interface RoomRequest {
  /** The entries that were written, which stay. */
  readonly written: readonly number[]
  /** Which entries were used, and when, that the database does not know of yet. */
  readonly uses: ReadonlyMap<number, number>
}

/**
 * Removes entries until the rest is no larger than `maxSize`: those first that were not used for the longest time, none that is
 * pinned, none that was just written. Returns how many.
 *
 * @throws `FORGE_MEMORY_FULL` where that is not enough, for the transaction to be undone
 */
export function makeRoom(core: MemoryCore, tx: MemoryTransaction, { written, uses }: RoomRequest): number {
  const { project, queries, settings } = core
  if (settings.maxSize === null) return 0
  for (const [number, time] of uses) tx.run(queries.use, { project, number, time })
  let excess = tx.all(queries.totals, { project }).reduce((sum, { bytes }) => sum + bytes, -settings.maxSize)
  const kept = new Set(written)
  let removed = 0
  let last = { used: Number.MIN_SAFE_INTEGER, number: 0 }
  while (excess > 0) {
    const candidates = tx.all(queries.leastUsed, { project, ...last })
    if (candidates.length === 0) throw full(settings.maxSize, excess)
    for (const { number, used_at: used, bytes } of candidates) {
      last = { used, number }
      if (excess <= 0 || kept.has(number)) continue
      tx.run(queries.remove, { project, number })
      excess -= bytes
      removed++
    }
  }
  return removed
}

function full(maxSize: number, excess: number): MemoryFullError {
  return new MemoryFullError(
    `The memory holds ${maxSize} bytes, ${excess} too few for what is written and what is pinned`,
    {
      hint: 'Raise maxSize, or remove or unpin entries',
      details: { maxSize, excess },
    },
  )
}
