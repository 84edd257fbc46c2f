const beyondAscii = /[^\p{ASCII}]/u
const asciiWord = /[a-z0-9]+/g
const overlongAscii = /([a-zA-Z0-9]{64})[a-zA-Z0-9]+/g
const accents = /[\u0300-\u036f]/g
const presentation = /[\ufe00-\ufe0f]/g
/** Scripts written without spaces between words. */
const spaceless = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`
const run = new RegExp(
  String.raw`([${spaceless}]+)|((?:(?![${spaceless}])[\p{L}\p{M}\p{N}])+)|\p{Extended_Pictographic}|\p{Regional_Indicator}`,
  'gu',
)
const camelCase = /[a-z0-9][A-Z]|[A-Z][A-Z][a-z]/
const identifier = /[A-Za-z0-9]+/g
const camelBorder = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/

/** The most code points of a word that count. */
const longest = 64

/** The most words of a query that are looked for, and the part of it they are taken from. */
const mostWords = 50
const longestQuery = 10_000

/** A word, or words in a row, to be found in texts. */
export interface SearchTerm {
  readonly words: readonly string[]
}

/**
 * What a person asks for: each piece between spaces is one term, whose words have to stand in a row.
 *
 * Only the first 50 words count. The last word of a term may be the beginning of a longer one, so a run of a script without spaces ends in a pair.
 */
export function searchTerms(text: string): readonly SearchTerm[] {
  const terms = new Map<string, SearchTerm>()
  let left = mostWords
  for (const [piece] of text.slice(0, longestQuery).matchAll(/\S+/gu)) {
    const words = cut(piece, { open: true }).slice(0, left)
    const key = words.join(' ')
    if (words.length === 0 || terms.has(key)) continue
    terms.set(key, { words })
    left -= words.length
    if (left <= 0) break
  }
  return [...terms.values()]
}

/**
 * The words of a text, in order: runs of letters, marks and digits, without case, accents and compatibility forms
 * (NFKD); emoji one by one. Scripts without spaces are cut into overlapping pairs, so that any part of a sentence can be
 * found, words of two characters too: `東京都` is `東京`, `京都`, `都`.
 */
function searchWords(text: string): readonly string[] {
  return cut(text, { open: false })
}

/** A text as the full-text index takes it: words with nothing but ASCII between them. */
export function searchDocument(text: string): string {
  if (beyondAscii.test(text)) return searchWords(text).join(' ')
  return text.replaceAll('\0', ' ').replace(overlongAscii, '$1')
}

/** The parts of the names in camel case, which are words besides: `createPool` is found by `pool`. */
export function partWords(text: string): string {
  if (!camelCase.test(text)) return ''
  const parts = new Set<string>()
  for (const [name] of text.matchAll(identifier)) {
    if (name.length > longest || !camelCase.test(name)) continue
    for (const part of name.split(camelBorder)) parts.add(part.toLowerCase())
  }
  return [...parts].join(' ')
}

function cut(text: string, { open }: { readonly open: boolean }): readonly string[] {
  if (!beyondAscii.test(text)) {
    return (text.toLowerCase().match(asciiWord) ?? []).map((word) => word.slice(0, longest))
  }
  const plain = folded(text)
  const words: string[] = []
  for (const match of plain.matchAll(run)) {
    const [all, unspaced, word] = match
    const last = open && match.index + all.length === plain.length
    if (unspaced !== undefined) words.push(...pairs(unspaced, last))
    else words.push(word === undefined ? all : shortened(word))
  }
  return words
}

function folded(text: string): string {
  const plain = text.toLowerCase().normalize('NFKD').replace(accents, '').replace(presentation, '')
  return plain.normalize('NFC').toLowerCase().replaceAll('ς', 'σ')
}

/** Overlapping pairs of characters, and the last character alone unless more may follow. */
function pairs(run: string, open: boolean): string[] {
  const characters = Array.from(run)
  if (open && characters.length > 1) characters.pop()
  const all = Array.from(run)
  return characters.map((character, index) => character + (all[index + 1] ?? ''))
}

function shortened(word: string): string {
  return word.length <= longest ? word : Array.from(word).slice(0, longest).join('')
}
