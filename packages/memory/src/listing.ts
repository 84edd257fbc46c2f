import { sql, type SqlBool } from 'kysely'
import { invalid, type Place, requireFilter, requireInteger } from './checks.ts'
import { passes } from './entry-filter.ts'
import { entryOf } from './entry-row.ts'
import type { MemoryCore } from './memory-core.ts'
import type { MemoryFilter, MemoryListing, MemoryPage } from './memory-types.ts'
import type { WaitOptions } from './storage.ts'

/** A listing that was checked. */
export interface CheckedListing extends MemoryFilter {
  readonly order: 'newest' | 'oldest'
  readonly limit: number
  readonly after?: Cursor
}

interface Cursor {
  readonly time: number
  readonly number: number
}

/** Checks what is asked for. */
export function checkListing(listing: MemoryListing, place: Place): CheckedListing {
  const at = (member: string): Place => ({ ...place, path: `${place.path}.${member}` })
  const { order = 'newest', limit = 50, after } = listing
  if (order !== 'newest' && order !== 'oldest') throw invalid(at('order'), `'newest' or 'oldest'`, order)
  return {
    ...requireFilter(listing, place),
    order,
    limit: requireInteger(limit, [1, 1000], at('limit')),
    ...(after === undefined ? {} : { after: cursorOf(after, at('after')) }),
  }
}

/** Reads one page of entries. */
export async function listEntries(
  core: MemoryCore,
  { order, limit, after, ...filter }: CheckedListing,
  { signal }: WaitOptions,
): Promise<MemoryPage> {
  if (filter.types?.length === 0) return { entries: [] }
  const direction = order === 'newest' ? 'desc' : 'asc'
  let query = core.db.kysely
    .selectFrom('memories as m')
    .leftJoin('memory_vectors as v', (join) =>
      join.onRef('v.project', '=', 'm.project').onRef('v.number', '=', 'm.number'),
    )
    .select([
      'm.number',
      'm.time',
      'm.id',
      'm.type',
      'm.created_at',
      'm.encoding',
      'm.content',
      'm.metadata',
      'v.vector',
    ])
    .where('m.project', '=', core.project)
    .where((builder) => passes(builder, filter))
    .orderBy('m.time', direction)
    .orderBy('m.number', direction)
    .limit(limit + 1)
  if (after !== undefined) {
    const comparison = sql.raw(order === 'newest' ? '<' : '>')
    query = query.where(sql<SqlBool>`(m.time, m.number) ${comparison} (${after.time}, ${after.number})`)
  }
  const rows = await query.execute(signal === undefined ? {} : { signal })
  const last = rows.length > limit ? rows[limit - 1] : undefined
  const entries = rows.slice(0, limit).map(entryOf)
  return { entries, ...(last === undefined ? {} : { next: `${last.time}.${last.number}` }) }
}

function cursorOf(after: unknown, place: Place): Cursor {
  const parts = typeof after === 'string' ? /^(-?\d{1,16})\.(\d{1,16})$/.exec(after) : null
  if (parts === null) throw invalid(place, 'the `next` of a page', after)
  return { time: Number(parts[1]), number: Number(parts[2]) }
}
