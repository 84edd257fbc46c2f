import type { MemoryFilter } from './memory-types.ts'
import type { SearchTerm } from './search-words.ts'

/** Words in a row that are looked for. */
export interface Phrase {
  readonly words: readonly string[]
  /** Whether the last word may be the beginning of a longer one. */
  readonly open: boolean
}

/** The terms as they are. */
export function closedPhrases(terms: readonly SearchTerm[]): readonly Phrase[] {
  return terms.map(({ words }) => ({ words, open: false }))
}

/** The terms, each with its last word as a beginning, where it may be one. */
export function openPhrases(terms: readonly SearchTerm[]): readonly Phrase[] {
  return terms.map(({ words }) => ({ words, open: mayGoOn(words.at(-1)) }))
}

/** Each word of the terms alone, once. */
export function singleWords(terms: readonly SearchTerm[]): readonly Phrase[] {
  const words = new Set(terms.flatMap((term) => term.words))
  return Array.from(words, (word) => ({ words: [word], open: false }))
}

/**
 * Whether a word is taken for the beginning of others: three letters are the beginning of too many, and of too much to read.
 * Pairs of characters, in scripts without spaces, are not.
 */
function mayGoOn(word: string = ''): boolean {
  return word.length >= 4 || /[^\p{ASCII}]/u.test(word)
}

/** The expression of FTS5 for entries that have all phrases, or any of them, and pass what of a filter is a mark. */
export function matchExpression(
  phrases: readonly Phrase[],
  operator: 'AND' | 'OR',
  { types, sessionId, tags = [] }: MemoryFilter,
): string {
  const quoted = phrases.map(({ words, open }) => `"${words.join(' ')}"${open ? ' *' : ''}`)
  const text = `{content title parts} : (${quoted.join(` ${operator} `)})`
  const marks = tags.map((tag) => `"${mark('tag', tag)}"`)
  if (types !== undefined) marks.push(`(${types.map((type) => `"${mark('type', type)}"`).join(' OR ')})`)
  if (sessionId !== undefined) marks.push(`"${mark('session', sessionId)}"`)
  return marks.length === 0 ? text : `${text} AND marks : (${marks.join(' AND ')})`
}

/** Types, session and tags of an entry as words of the column `marks`. */
export function marksOf(type: string, session: string | null, tags: readonly string[]): string {
  const marks = [mark('type', type), ...tags.map((tag) => mark('tag', tag))]
  if (session !== null) marks.push(mark('session', session))
  return marks.join(' ')
}

const markPrefix = { type: '\ue001', session: '\ue002', tag: '\ue003' }

/** One token for any text: what the tokenizer would part or fold, and what stands for that, is written otherwise. */
function mark(kind: keyof typeof markPrefix, value: string): string {
  const written = value.replaceAll(/[^a-z0-9\u0080-\udfff\ue200-\uffff]/g, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x80 ? String.fromCharCode(0xe100 + code) : `\ue1ff${code.toString(16)}`
  })
  return markPrefix[kind] + written
}
