import { invalid, type Place, requireFilter, requireInteger } from './checks.ts'
import { entryOf } from './entry-row.ts'
import { listEntries } from './listing.ts'
import type { MemoryCore, MemoryTransaction } from './memory-core.ts'
import type { MemoryFilter, MemoryHit, MemoryQuery } from './memory-types.ts'
import { type SearchTerm, searchTerms } from './search-words.ts'
import { findByText, type Found } from './text-search.ts'
import { toFloats } from './vector-bytes.ts'
import type { WaitOptions } from './storage.ts'

/** A search that was checked. */
export interface CheckedSearch {
  /** Undefined: no text was given. */
  readonly terms: readonly SearchTerm[] | undefined
  readonly vector: Float32Array | undefined
  readonly filter: MemoryFilter
  readonly limit: number
}

/** Checks what is looked for. */
export function checkSearch(query: string | MemoryQuery, limit: number, place: Place): CheckedSearch {
  const asked = typeof query === 'string' ? { text: query } : query
  if (typeof asked !== 'object' || asked === null) throw invalid(place, 'a text or an object', asked)
  const { text, vector }: MemoryQuery = asked
  if (text !== undefined && typeof text !== 'string') throw invalid({ ...place, path: 'query.text' }, 'a text', text)
  return {
    terms: text === undefined ? undefined : searchTerms(text),
    vector: vector === undefined ? undefined : toFloats(vector, { ...place, path: 'query.vector' }),
    filter: requireFilter(asked, place),
    limit: requireInteger(limit, [1, 1000], { ...place, path: 'limit' }),
  }
}

/** Finds the entries that fit a query best. */
export async function searchEntries(
  core: MemoryCore,
  { terms, vector, filter, limit }: CheckedSearch,
  options: WaitOptions,
): Promise<readonly MemoryHit[]> {
  if (filter.types?.length === 0) return []
  if (terms === undefined && vector === undefined) {
    const { entries } = await listEntries(core, { ...filter, limit, order: 'newest' }, options)
    return entries.map((entry) => Object.assign(entry, { score: 0 }))
  }
  const both = terms !== undefined && vector !== undefined
  const enough = both ? limit * 3 : limit
  const near = vector === undefined ? [] : await byVector(core, vector, { filter, limit: enough }, options)
  return await core.read((tx) => {
    const words =
      terms === undefined || terms.length === 0 ? [] : findByText(core, tx, { terms, filter, limit: enough })
    return readFound(core, tx, both ? fused([words, near]).slice(0, limit) : [...words, ...near])
  }, options)
}

async function byVector(
  { db, project, settings }: MemoryCore,
  vector: Float32Array,
  { filter, limit }: { readonly filter: MemoryFilter; readonly limit: number },
  { signal }: WaitOptions,
): Promise<readonly Found[]> {
  const matches = await settings.vectorIndex.nearest({ db, project, vector, filter, limit, signal })
  return matches.map(({ number, similarity }) => ({ number, score: similarity }))
}

/** Reciprocal rank fusion (Cormack, Clarke, Büttcher: SIGIR 2009), with their constant. */
function fused(lists: readonly (readonly Found[])[]): readonly Found[] {
  const found = new Map<number, Found>()
  for (const list of lists) {
    for (const [index, each] of list.entries()) {
      const known = found.get(each.number)
      found.set(each.number, { ...each, ...known, score: (known?.score ?? 0) + 1 / (60 + index + 1) })
    }
  }
  return [...found.values()].toSorted((a, b) => b.score - a.score || b.number - a.number)
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
