import type { SymbolText } from '../packed-texts.ts'
import { textWords } from '../symbol-search.sqlite.ts'

/** What a word counts: whole or as a beginning, in the signature or in the documentation. */
const weights = { signature: { whole: 4, beginning: 2 }, doc: { whole: 2, beginning: 1 } } as const
/** What all words together, in this order, count besides. */
const together = 6
/** A text of so many words counts half of a short one. */
const longText = 60

/** How well signature and documentation answer a query: the higher the better, 0 where they have none of its words. */
export function textScore(query: string, { signature, doc }: SymbolText): number {
  const wanted = textWords(query)
  const phrase = wanted.join(' ')
  let score = 0
  for (const [text, weight] of [
    [signature, weights.signature],
    [doc, weights.doc],
  ] as const) {
    if (text === null) continue
    const words = textWords(text)
    const known = new Set(words)
    let found = 0
    for (const word of wanted) {
      if (known.has(word)) found += weight.whole
      else if (words.some((other) => other.startsWith(word))) found += weight.beginning
    }
    if (wanted.length > 1 && ` ${words.join(' ')} `.includes(` ${phrase} `)) found += together
    score += found / (1 + words.length / longText)
  }
  return score
}
