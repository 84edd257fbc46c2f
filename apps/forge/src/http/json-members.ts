/**
 * The text of each member of a JSON object as it stands there, without the space around it, so that it can be kept to the
 * byte. Of a name that is there twice the last one counts, as for `JSON.parse`.
 *
 * @param text a JSON object that `JSON.parse` takes
 */
export function jsonMembers(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>()
  let position = skipSpace(text, skipSpace(text, 0) + 1)
  while (text[position] === '"') {
    const nameEnd = skipString(text, position)
    const name = JSON.parse(text.slice(position, nameEnd)) as string
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1)
    const end = skipValue(text, start)
    members.set(name, text.slice(start, end))
    position = skipSpace(text, skipSpace(text, end) + 1)
  }
  return members
}

function skipSpace(text: string, from: number): number {
  let position = from
  while (position < text.length && ' \t\n\r'.includes(text[position]!)) position++
  return position
}

function skipString(text: string, from: number): number {
  let position = from + 1
  while (text[position] !== '"') position += text[position] === '\\' ? 2 : 1
  return position + 1
}

function skipValue(text: string, from: number): number {
  let depth = 0
  let position = from
  for (;;) {
    const character = text[position]
    if (character === '"') position = skipString(text, position) - 1
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    position++
    if (depth === 0 && endsValue(text[position])) return position
  }
}

/** Whether a value that is not inside of another one ends before this character. */
function endsValue(character: string | undefined): boolean {
  return character === undefined || ',}] \t\n\r'.includes(character)
}
