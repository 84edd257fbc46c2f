import { closedPhrases, openPhrases, type Phrase, singleWords } from './match-expression.ts'
import type { MemoryCore, MemoryTransaction } from './memory-core.ts'
import type { MatchKind, MemoryFilter } from './memory-types.ts'
import type { SearchTerm } from './search-words.ts'

/** An entry that was found, before it is read. */
export interface Found {
  readonly number: number
  readonly score: number
  readonly match?: MatchKind
}

/** A search for words. */
export interface TextRequest {
  /** At least one. */
  readonly terms: readonly SearchTerm[]
  readonly filter: MemoryFilter
  readonly limit: number
}

/**
 * How many entries are ranked at least. Where more have all the words, those words are everywhere and tell nothing apart: the
 * newest entries are ranked.
 */
const leastRanked = 500

/** All words as they are; if those are too few, as beginnings too; if there are none at all, some of them. */
export function findByText(core: MemoryCore, tx: MemoryTransaction, request: TextRequest): readonly Found[] {
  const { terms, limit } = request
  const found = ranked(core, tx, request, { match: 'words', operator: 'AND', phrases: closedPhrases(terms) })
  const open = openPhrases(terms)
  if (found.length < limit && open.some((phrase) => phrase.open)) {
    const known = new Set(found.map(({ number }) => number))
    const more = ranked(core, tx, request, { match: 'prefixes', operator: 'AND', phrases: open })
    found.push(...more.filter(({ number }) => !known.has(number)))
  }
  if (found.length === 0) {
    const phrases = tellingWords(core, tx, request)
    if (phrases.length > 0) found.push(...ranked(core, tx, request, { match: 'some', operator: 'OR', phrases }))
  }
  return found.slice(0, limit)
}

/**
 * The words that fewest entries have, as far as those can be ranked: `the` and `is` would find everything, and hide behind it
 * what the other words find.
 */
function tellingWords({ texts, project }: MemoryCore, tx: MemoryTransaction, request: TextRequest): readonly Phrase[] {
  const words = singleWords(request.terms)
  const { filter } = request
  if (words.length === 1) return []
  const counted: { readonly phrase: Phrase; readonly count: number }[] = []
  for (const word of words) {
    for (const phrase of [word, ...openPhrases([word])]) {
      const count = texts.count(tx, { project, phrases: [phrase], filter }, leastRanked)
      if (count === 0) continue
      counted.push({ phrase, count })
      break
    }
  }
  counted.sort((a, b) => a.count - b.count)
  let sum = 0
  return counted.filter(({ count }, index) => (sum += count) <= leastRanked || index === 0).map(({ phrase }) => phrase)
}

interface Question {
  readonly match: MatchKind
  readonly operator: 'AND' | 'OR'
  readonly phrases: readonly Phrase[]
}

/** BM25, up to doubled for what is new. */
function ranked(core: MemoryCore, tx: MemoryTransaction, request: TextRequest, question: Question): Found[] {
  const { match, operator, phrases } = question
  const now = core.clock()
  // More than are asked for, since recency changes their order.
  const limit = Math.max(50, request.limit * 2)
  const search = { project: core.project, phrases, operator, filter: request.filter, limit }
  const found = core.texts.find(tx, { ...search, ranked: Math.max(leastRanked, limit) })
  return found
    .map(({ number, time, relevance }) => ({ number, match, score: relevance * (1 + recency(core, now - time)) }))
    .toSorted((a, b) => b.score - a.score || b.number - a.number)
}

/** From 1 for what is new towards 0. */
function recency({ settings }: MemoryCore, age: number): number {
  return 2 ** -(Math.max(0, age) / settings.recencyHalfLife)
}
