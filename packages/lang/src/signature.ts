const LONGEST_SIGNATURE = 300

/** What is left out at the end of a signature: white space, and what only leads to a body or a value. */
const leadsOn = new Set(' \t\r\n=>;{,')

/** The text of a declaration up to its body on one line, without comments, cut to 300 units. */
export function signatureOf(text: string, start: number, end: number): string {
  let last = end
  while (last > start && leadsOn.has(text.charAt(last - 1)) && !closesTypes(text, last)) last -= 1
  const source = text.slice(start, Math.min(last, start + LONGEST_SIGNATURE * 4))
  const folded = /[\t\n\r]| {2}/.test(source) ? onOneLine(source) : source
  return folded.length > LONGEST_SIGNATURE ? folded.slice(0, LONGEST_SIGNATURE) : folded
}

/** What was written over several lines, as it would be written on one. */
function onOneLine(source: string): string {
  return source
    .replaceAll(/\/\*[^]*?\*\/|(?<=\s)\/\/[^\n]*/g, ' ')
    .replaceAll(/(?<=[([<])\s*\n\s*|,?\s*\n\s*(?=[)\]>])/g, '')
    .replaceAll(/\s+/g, ' ')
}

/** Whether the unit before `at` is a `>` of type arguments, and not of an arrow. */
function closesTypes(text: string, at: number): boolean {
  return text.charAt(at - 1) === '>' && text.charAt(at - 2) !== '='
}
