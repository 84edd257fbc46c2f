/** Brackets deeper than this are no program's: the parser's native stack has room for about 2,000. */
const DEEPEST_BRACKETS = 1000
/** So many operators that nest without brackets, and no separator between them, as well: there is room for about 8,000. */
const LONGEST_RUN = 6000

const OPENS = 1
const CLOSES = 2
const NESTS = 3
const SEPARATES = 4

/** By byte: those of characters outside ASCII mean nothing. */
const meaningOf = new Uint8Array(256)
for (const char of '([{') meaningOf[char.charCodeAt(0)] = OPENS
for (const char of ')]}') meaningOf[char.charCodeAt(0)] = CLOSES
for (const char of '?:<=!') meaningOf[char.charCodeAt(0)] = NESTS
for (const char of ',;') meaningOf[char.charCodeAt(0)] = SEPARATES

/**
 * Whether a text may be nested too deeply for the parser, whose recursion ends the process when its
 * stack is full. Counts characters, strings and comments included: an estimate that no text a
 * person or a generator has written comes near.
 *
 * @param bytes the text as UTF-8.
 */
export function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0
  let run = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const meaning = meaningOf[bytes[at]!]!
    if (meaning === 0) continue
    if (meaning === OPENS) {
      depth += 1
      if (depth > DEEPEST_BRACKETS) return true
    } else if (meaning === CLOSES) {
      if (depth > 0) depth -= 1
    } else if (meaning === NESTS) {
      run += 1
      if (run > LONGEST_RUN) return true
    } else {
      run = 0
    }
  }
  return false
}
