import { entryOf } from './entry-row.ts'
import { listEntries } from './listing.ts'
import type { MemoryCore, MemoryTransaction } from './memory-core.ts'
import type { MatchKind, MemoryFilter, MemoryHit, MemoryQuery } from './memory-types.ts'
import { type SearchTerm, searchTerms } from './search-words.ts'
import type { WaitOptions } from './storage.ts'

/** An entry that was found, before it is read. */
interface Found {
  readonly number: number
  readonly score: number
  readonly match?: MatchKind
}

/** Finds the entries that fit a query best. */
export async function searchEntries(
  core: MemoryCore,
  { text, ...filter }: MemoryQuery,
  limit: number,
  options: WaitOptions,
): Promise<readonly MemoryHit[]> {
  if (filter.types?.length === 0) return []
  const terms = text === undefined ? undefined : searchTerms(text)
  if (terms?.length === 0) return []
  if (terms === undefined) {
    const { entries } = await listEntries(core, { ...filter, limit, order: 'newest' }, options)
    return entries.map((entry) => Object.assign(entry, { score: 0 }))
  }
  return await core.read((tx) => readFound(core, tx, byText(core, tx, { terms, filter, limit })), options)
}

interface TextRequest {
  readonly terms: readonly SearchTerm[]
  readonly filter: MemoryFilter
  readonly limit: number
}

/** All words as they are; if those are too few, as beginnings too; if there are none at all, some of them. */
function byText(core: MemoryCore, tx: MemoryTransaction, request: TextRequest): readonly Found[] {
  const found = ranked(core, tx, request, 'words')
  if (found.length < request.limit) {
    const known = new Set(found.map(({ number }) => number))
    found.push(...ranked(core, tx, request, 'prefixes').filter(({ number }) => !known.has(number)))
  }
  if (found.length === 0) found.push(...ranked(core, tx, request, 'some'))
  return found.slice(0, request.limit)
}

/** BM25, up to doubled for what is new. */
function ranked(core: MemoryCore, tx: MemoryTransaction, request: TextRequest, match: MatchKind): Found[] {
  const now = core.clock()
  // More than are asked for, since recency changes their order.
  const limit = Math.max(50, request.limit * 2)
  const found = core.texts.find(tx, { ...request, project: core.project, kind: match, limit })
  return found
    .map(({ number, time, relevance }) => ({ number, match, score: relevance * (1 + recency(core, now - time)) }))
    .toSorted((a, b) => b.score - a.score || b.number - a.number)
}

/** From 1 for what is new towards 0. */
function recency({ settings }: MemoryCore, age: number): number {
  return 2 ** -(Math.max(0, age) / settings.recencyHalfLife)
}

/** Reads what was found, in its order, and notes that it was used. */
function readFound(core: MemoryCore, tx: MemoryTransaction, found: readonly Found[]): readonly MemoryHit[] {
  const numbers = JSON.stringify(found.map(({ number }) => number))
  const rows = tx.all(core.queries.readNumbers, { project: core.project, numbers })
  const byNumber = new Map(rows.map((row) => [row.number, row]))
  const now = Math.trunc(core.clock())
  const hits: MemoryHit[] = []
  for (const { number, score, match } of found) {
    const row = byNumber.get(number)
    if (row === undefined) continue
    core.uses.note(number, now)
    hits.push({ ...entryOf(row), score, ...(match === undefined ? {} : { match }) })
  }
  return hits
}
