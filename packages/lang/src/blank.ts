/** A part of a text. */
export interface Region {
  readonly start: number
  readonly end: number
}

/** `text` with everything in `region` but its line breaks made spaces, so that all offsets stay. */
export function blanked(text: string, { start, end }: Region): string {
  return text.slice(0, start) + text.slice(start, end).replaceAll(/[^\n\r\u2028\u2029]/g, ' ') + text.slice(end)
}

/** The line around `offset`, its line break left out. */
export function lineAt(text: string, offset: number): Region {
  const end = text.indexOf('\n', offset)
  return { start: text.lastIndexOf('\n', offset - 1) + 1, end: end < 0 ? text.length : end }
}

const opening = '([{'
const closing = ')]}'

/** Whether a part closes all brackets that it opens, and no others: without it, what is around keeps its shape. */
export function isBalanced(text: string, { start, end }: Region): boolean {
  const open: number[] = []
  for (let at = start; at < end; at += 1) {
    const char = text.charAt(at)
    const kind = opening.indexOf(char)
    if (kind >= 0) open.push(kind)
    else if (closing.includes(char) && open.pop() !== closing.indexOf(char)) return false
  }
  return open.length === 0
}

/**
 * The parts of a text that start at lines of the least indentation and are no continuation of the
 * line before: the statements of a file, or the members of a class, as far as layout tells.
 */
export function chunksOf(text: string, { start, end }: Region): readonly Region[] {
  const lines: Region[] = []
  for (let at = start; at < end;) {
    const line = lineAt(text, at)
    lines.push({ start: at, end: Math.min(line.end, end) })
    at = line.end + 1
  }
  const least = Math.min(...lines.map((line) => indentation(text, line)))
  const starts = lines
    .filter((line) => indentation(text, line) === least && !continues(text, line))
    .map((line) => line.start)
  if (starts[0] !== start) starts.unshift(start)
  return starts.map((from, index) => ({ start: from, end: starts[index + 1] ?? end }))
}

/** How far in the text of a line begins; `Infinity` for a blank one. */
export function indentation(text: string, { start, end }: Region): number {
  for (let at = start; at < end; at += 1) {
    const char = text.charAt(at)
    if (char !== ' ' && char !== '\t') return char === '\r' ? Infinity : at - start
  }
  return Infinity
}

/** Whether a line goes on with what the line before has begun. */
function continues(text: string, line: Region): boolean {
  return /^\s*(?:[)\]}*?:|&,.]|\/\/|\/\*|else\b|catch\b|finally\b)/.test(
    text.slice(line.start, Math.min(line.end, line.start + 200)),
  )
}
