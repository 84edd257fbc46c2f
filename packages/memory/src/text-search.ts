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
  const closed = closedPhrases(terms)
  const last = tx.first(core.queries.lastNumber, { project: core.project })?.last_number ?? 0
  const common = closed.map((phrase) => core.texts.isCommon(tx, core.project, phrase, last))
  const telling = (phrases: readonly Phrase[]) => phrases.filter((_, index) => common[index] !== true)
  const question = { operator: 'AND', phrases: closed, telling: telling(closed), match: 'words' } as const
  const found = ranked(core, tx, request, question)
  // A common word is found often enough without what begins with it.
  const open = openPhrases(terms).map(({ words, open }, index) => ({ words, open: open && common[index] !== true }))
  if (found.length < limit && open.some((phrase) => phrase.open)) {
    const known = new Set(found.map(({ number }) => number))
    const beginnings = { operator: 'AND', phrases: open, telling: telling(open), match: 'prefixes' } as const
    found.push(...ranked(core, tx, request, beginnings, known))
  }
  if (found.length === 0) {
    const phrases = rarestWords(core, tx, request)
    if (phrases.length > 0) {
      found.push(...ranked(core, tx, request, { operator: 'OR', phrases, telling: phrases, match: 'some' }))
    }
  }
  return found.slice(0, limit)
}

/**
 * The words that fewest entries have, as far as those can be ranked: `the` and `is` would find everything, and hide behind it
 * what the other words find.
 */
function rarestWords({ texts, project }: MemoryCore, tx: MemoryTransaction, request: TextRequest): readonly Phrase[] {
  const words = singleWords(request.terms)
  if (words.length === 1) return []
  const search = { project, operator: 'AND', filter: request.filter, limit: leastRanked } as const
  const counted: { readonly phrase: Phrase; readonly count: number }[] = []
  for (const word of words) {
    for (const phrase of [word, ...openPhrases([word])]) {
      const count = texts.count(tx, { ...search, phrases: [phrase] })
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
  readonly operator: 'AND' | 'OR'
  readonly phrases: readonly Phrase[]
  /** Those of them that are worth ranking by. */
  readonly telling: readonly Phrase[]
  readonly match: MatchKind
}

/** BM25, up to doubled for what is new; without those that are known already. */
function ranked(
  core: MemoryCore,
  tx: MemoryTransaction,
  request: TextRequest,
  question: Question,
  known: ReadonlySet<number> = new Set(),
): Found[] {
  const { project, texts } = core
  const { operator, phrases, telling, match } = question
  const now = core.clock()
  // More than are asked for, since recency changes their order.
  const limit = Math.max(50, request.limit * 2)
  const candidates = { project, operator, phrases, filter: request.filter, limit: Math.max(leastRanked, limit) }
  const numbers = texts.newest(tx, candidates).filter((number) => !known.has(number))
  if (numbers.length === 0) return []
  return texts
    .rank(tx, { project, operator, phrases: telling, numbers, limit })
    .map(({ number, time, relevance }) => ({ number, match, score: relevance * (1 + recency(core, now - time)) }))
    .toSorted((a, b) => b.score - a.score || b.number - a.number)
}

/** From 1 for what is new towards 0. */
function recency({ settings }: MemoryCore, age: number): number {
  return 2 ** -(Math.max(0, age) / settings.recencyHalfLife)
}
