import { searchTerms } from '../search-words.ts'

/** A part of a text, of up to `length` UTF-16 units, around the first word of the query that stands in it. */
export function snippetOf(text: string, query: string, length: number): string {
  if (text.length <= length) return text
  const lower = text.toLowerCase()
  const places = searchTerms(query)
    .flatMap(({ words }) => words)
    .map((word) => lower.indexOf(word))
    .filter((place) => place >= 0)
  const first = places.length === 0 ? 0 : Math.min(...places)
  // A third before the word, and no less than fits.
  const start = Math.max(0, Math.min(first - Math.floor(length / 3), text.length - length))
  const cut = text.slice(start, start + length)
  return `${start > 0 ? '…' : ''}${whole(cut)}${start + length < text.length ? '…' : ''}`
}

/** Without halves of surrogate pairs at the ends. */
function whole(cut: string): string {
  return cut.replace(/^[\udc00-\udfff]/, '').replace(/[\ud800-\udbff]$/, '')
}
