/** Stands between two texts of one document, so that no phrase reaches from one into the other. */
const border = '\uE000'

const beyondAscii = /[^\p{ASCII}]/u
const noWordBeyondAscii = /[^\p{ASCII}\p{L}\p{M}\p{N}]+/gu
/** Scripts written without spaces: each character is a word, so that any part of a sentence can be found. */
const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/gu
const overlong = /([a-z0-9\u0080-\uffff]{100})[a-z0-9\u0080-\uffff]+/g
const word = /[a-z0-9\u0080-\uffff]+/g

/** A word, or words in a row, to be found in texts. */
export interface TextTerm {
  /** As {@link searchWords} cuts them; at least one. */
  readonly words: readonly string[]
  /** Whether the last word may go on: `read` finds `reading`. */
  readonly prefix: boolean
}

/**
 * The words of a text, in order: what is between characters that are neither letter, mark nor digit, in lower case (NFKC),
 * the first 100 UTF-16 units of each.
 */
export function searchWords(text: string): readonly string[] {
  return inWords(text).match(word) ?? []
}

/** One document of several texts, as the full-text index takes it: between its words there is nothing but ASCII. */
export function searchDocument(texts: readonly string[]): string {
  return texts.map(inWords).join(` ${border} `)
}

/** Whether one of the texts holds the term: what the full-text index answers, without it. */
export function textsMatch(texts: readonly string[], { words, prefix }: TextTerm): boolean {
  return texts.some((text) => {
    const all = searchWords(text)
    const last = words.length - 1
    return all.some((_, start) =>
      words.every((each, index) => {
        const at = all[start + index]
        return at === each || (prefix && index === last && at?.startsWith(each) === true)
      }),
    )
  })
}

function inWords(text: string): string {
  const known = beyondAscii.test(text)
    ? text.normalize('NFKC').toLowerCase().replace(noWordBeyondAscii, ' ').replace(spaceless, ' $& ')
    : text.toLowerCase()
  const clean = known.includes('\0') ? known.replaceAll('\0', ' ') : known
  return hasOverlong(clean) ? clean.replace(overlong, '$1') : clean
}

/** Whether the expression above finds anything; it takes longer to find nothing than all else here [measured]. */
function hasOverlong(text: string): boolean {
  let length = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const inWord = (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code >= 128
    length = inWord ? length + 1 : 0
    if (length > 100) return true
  }
  return false
}
