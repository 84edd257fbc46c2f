/**
 * What PostgreSQL reads as one, see section 4.1 of its documentation: a text with escapes, a text, a name in quotes,
 * a text in dollars, the rest of a line, the start of a comment, a word.
 */
const token =
  /e'(?:[^'\\]|\\.|'')*(?:'|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|\$([a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$.*?(?:\$\1\$|$)|--[^\n\r]*|\/\*|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/gis

const control = /^(?:begin|start|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b/i
const bodyStart = /\bbegin\s+atomic\b(?!\s+end\b)/i

/**
 * The words that begin or end a transaction in any of the statements of `text`, if there are such.
 *
 * A text without parameters is one simple query, which may hold many
 * statements. What is quoted, the body of a function among it, is none of
 * them; nor is the `end` of a body that starts with `begin atomic`.
 */
export function transactionControlIn(text: string): string | undefined {
  let inBody = false
  for (const statement of withoutQuotes(text).split(';')) {
    const words = control.exec(statement.trimStart())?.[0]
    if (words !== undefined && !(inBody && words.toLowerCase() === 'end')) return words
    inBody = words === undefined && (inBody || bodyStart.test(statement))
  }
  return undefined
}

/** `text` with a blank for each comment, and `''` for whatever is quoted. */
function withoutQuotes(text: string): string {
  let plain = ''
  let position = 0
  for (token.lastIndex = 0; ; token.lastIndex = position) {
    const found = token.exec(text)
    if (found === null) return plain + text.slice(position)
    const [matched] = found
    plain += text.slice(position, found.index)
    position = found.index + matched.length
    if (matched === '/*') position = commentEnd(text, position)
    if (matched === '/*' || matched.startsWith('--')) plain += ' '
    else plain += /^e?['"$]/i.test(matched) ? `''` : matched
  }
}

/** Where the comment ends whose `/*` is before `position`: comments contain comments. */
function commentEnd(text: string, position: number): number {
  const edge = /\/\*|\*\//g
  edge.lastIndex = position
  for (let depth = 1; depth > 0;) {
    const found = edge.exec(text)
    if (found === null) return text.length
    depth += found[0] === '/*' ? 1 : -1
  }
  return edge.lastIndex
}
