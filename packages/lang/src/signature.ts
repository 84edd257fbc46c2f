const LONGEST_SIGNATURE = 300

/** What is left out at the end of a signature: what only leads to a body or a value. */
const tail = /(?:=>|[=;{,\s])+$/

/** The text of a declaration up to its body, white space folded, cut to 300 units. */
export function signatureOf(text: string, start: number, end: number): string {
  const source = text.slice(start, Math.min(end, start + LONGEST_SIGNATURE * 4))
  const folded = source.replaceAll(/\s+/g, ' ').replace(tail, '').trim()
  return folded.length > LONGEST_SIGNATURE ? folded.slice(0, LONGEST_SIGNATURE) : folded
}
