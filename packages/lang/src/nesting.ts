/** Brackets deeper than this are no program's: the parser's native stack has room for about 2,000. */
const DEEPEST_BRACKETS = 1000
/** So many operators that nest without brackets, and no separator between them, as well: there is room for about 8,000. */
const LONGEST_RUN = 6000
/** The same for what nests to the left, `a + b + c`, `a.b().c()` and `else if`: there is room for about 32,000, 32,000 and 13,000. */
const LONGEST_CHAIN = 20_000
/** So many words that nest without brackets, `if (a) if (b)` and `await await`: there is room for about 5,000. */
const MOST_PREFIXES = 4000
/** So many bytes without a separator may have as many of them. */
const LONGEST_STRETCH = MOST_PREFIXES * 3

const [parenthesis, brace, closingBrace] = [0x28, 0x7b, 0x7d]

const OPENS = 1
const CLOSES = 2
const NESTS = 3
const SEPARATES = 4
const CHAINS = 5

/** By byte: those of characters outside ASCII mean nothing. */
const meaningOf = new Uint8Array(256)
for (const char of '([{') meaningOf[char.charCodeAt(0)] = OPENS
for (const char of ')]}') meaningOf[char.charCodeAt(0)] = CLOSES
for (const char of '?:<=!') meaningOf[char.charCodeAt(0)] = NESTS
for (const char of ',;') meaningOf[char.charCodeAt(0)] = SEPARATES
for (const char of '.+-*/%&|^') meaningOf[char.charCodeAt(0)] = CHAINS

/** By byte: how much it makes a chain longer. A `}` may be followed by `else`, of which there is room for the fewest. */
const chainOf = new Uint8Array(256)
for (const char of '.+-*/%&|^') chainOf[char.charCodeAt(0)] = 1
chainOf['}'.charCodeAt(0)] = 2

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
  let chain = 0
  /** Those that are open in the innermost block, and in the blocks around it. */
  let parentheses = 0
  const around: number[] = []
  let separator = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const meaning = meaningOf[bytes[at]!]!
    // Most bytes are letters and spaces.
    if (meaning === 0) continue
    chain += chainOf[bytes[at]!]!
    if (chain > LONGEST_CHAIN) return hasLongRun(bytes)
    if (meaning === CHAINS) continue
    if (meaning === OPENS) {
      depth += 1
      if (depth > DEEPEST_BRACKETS) return true
      if (bytes[at] === parenthesis) {
        parentheses += 1
      } else if (bytes[at] === brace) {
        around.push(parentheses)
        parentheses = 0
      }
    } else if (meaning === CLOSES) {
      if (depth > 0) depth -= 1
      if (bytes[at] === parenthesis + 1 && parentheses > 0) parentheses -= 1
      else if (bytes[at] === closingBrace) parentheses = around.pop() ?? 0
    } else if (meaning === NESTS) {
      run += 1
      if (run > LONGEST_RUN) return hasLongRun(bytes)
    } else {
      run = 0
      chain = 0
      // `for (;;)` and `; else` go on.
      if (parentheses > 0 || isBeforeElse(bytes, at)) continue
      if (at - separator > LONGEST_STRETCH && hasManyPrefixes(bytes, separator, at)) return true
      separator = at
    }
  }
  return bytes.length - separator > LONGEST_STRETCH && hasManyPrefixes(bytes, separator, bytes.length)
}

/**
 * Whether words nest without brackets for too long in a part of the text: each pair of brackets has its own words, which end with its statements, and those around
 * it go on behind it.
 */
function hasManyPrefixes(bytes: Uint8Array, start: number, end: number): boolean {
  if (!hasPrefixes(bytes, start, end)) return false
  const around: number[] = []
  let prefixes = 0
  let all = 0
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]!
    const meaning = meaningOf[byte]!
    if (meaning === OPENS) {
      around.push(prefixes)
      prefixes = 0
    } else if (meaning === CLOSES) {
      all -= prefixes
      prefixes = around.pop() ?? 0
    } else if (meaning === SEPARATES ? !isBeforeElse(bytes, at) : byte === newline && endsStatement(bytes, at)) {
      all -= prefixes
      prefixes = 0
    } else if (startsPrefix(bytes, at)) {
      prefixes += 1
      all += 1
      if (all > MOST_PREFIXES) return true
    }
  }
  return false
}

/** Whether there are so many of them at all. */
function hasPrefixes(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0
  for (let at = start; at < end; at += 1) {
    if (beginsPrefix[(bytes[at]! << 8) | bytes[at + 1]!] === 1 && startsPrefix(bytes, at)) all += 1
    if (all > MOST_PREFIXES) return true
  }
  return false
}

/** Whether `else` follows a byte. */
function isBeforeElse(bytes: Uint8Array, before: number): boolean {
  let at = before + 1
  while (bytes[at]! <= space!) at += 1
  return elseWord.every((letter, nth) => bytes[at + nth] === letter)
}

/**
 * Whether operators nest without brackets for too long, when read with more care: strings may hold whole pages of HTML, and code
 * without semicolons has lines that start a statement.
 */
function hasLongRun(bytes: Uint8Array): boolean {
  let depth = 0
  let run = 0
  let chain = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!
    chain += chainOf[byte]!
    const end = quotes.includes(byte) && startsString(bytes, at) ? endOfString(bytes, at) : at
    const meaning = meaningOf[byte]!
    if (meaning === NESTS) run += 1
    else if (
      meaning === SEPARATES ||
      (byte === newline && (startsStatement(bytes, at + 1) || endsStatement(bytes, at)))
    ) {
      run = 0
      chain = 0
    }
    if (run > LONGEST_RUN || chain > LONGEST_CHAIN) return true
    // Brackets count in strings too: what looks like a string may be the end of a regular expression.
    for (; at <= end; at += 1) {
      const within = meaningOf[bytes[at]!]!
      if (within === OPENS) depth += 1
      else if (within === CLOSES && depth > 0) depth -= 1
      if (depth > DEEPEST_BRACKETS) return true
    }
    at = end
  }
  return false
}

const quotes = new TextEncoder().encode('\'"`')
const beforeStrings = new TextEncoder().encode('=(,:[+?{};>|&n')
const [template] = new TextEncoder().encode('`')
const [backslash, newline, space] = new TextEncoder().encode('\\\n ')

/** Whether a line starts with what no expression can go on with: `const a`, `type A`, `return a`. */
function startsStatement(bytes: Uint8Array, line: number): boolean {
  let at = line
  while (bytes[at] === space) at += 1
  const word = String.fromCharCode(...bytes.subarray(at, at + LONGEST_START))
  return statementStart.test(word)
}

const LONGEST_START = 12
const statementStart =
  /^(?:const|declare|enum|export|import|interface|let|namespace|return|throw|type|var) [A-Za-z_$]|^(?:for|if|switch|while) \(/

/** Whether a statement ends with a line that has no semicolon: a value is followed by a name, which no expression goes on with. */
function endsStatement(bytes: Uint8Array, lineBreak: number): boolean {
  let end = lineBreak
  while (end > 0 && bytes[end - 1]! <= space!) end -= 1
  let start = lineBreak
  while (start < bytes.length && bytes[start]! <= space!) start += 1
  const before = String.fromCharCode(...bytes.subarray(Math.max(0, end - LONGEST_START), end))
  if (!valueEnd.test(before) || unfinished.test(before)) return false
  const after = String.fromCharCode(...bytes.subarray(start, start + LONGEST_START))
  // What follows the head of an `if` or of a loop is a part of it.
  return nameStart.test(after) && !goesOn.test(after) && !(before.endsWith(')') && prefixStart.test(after))
}

const valueEnd = /[\w$)\]}'"`]$/
const unfinished =
  /(?:^|[^\w$.])(?:as|await|case|delete|do|else|extends|in|instanceof|is|keyof|new|of|return|satisfies|throw|typeof|void|yield)$/
const nameStart = /^[A-Za-z_$]/
const goesOn = /^(?:as|catch|else|extends|finally|in|instanceof|is|of|satisfies|while)\b/
const prefixWords = [
  'async',
  'await',
  'class',
  'delete',
  'do',
  'else',
  'extends',
  'for',
  'function',
  'if',
  'new',
  'typeof',
  'void',
  'while',
  'with',
  'yield',
]
const prefixStart = new RegExp(`^(?:${prefixWords.join('|')})\\b`)

/** Whether a word begins here that nests what follows it. */
function startsPrefix(bytes: Uint8Array, at: number): boolean {
  if (beginsPrefix[(bytes[at]! << 8) | bytes[at + 1]!] === 0 || (at > 0 && isWordLetter[bytes[at - 1]!] === 1))
    return false
  return prefixStart.test(String.fromCharCode(...bytes.subarray(at, at + LONGEST_START)))
}

/** By two bytes, 1 where such a word may begin with them. */
const beginsPrefix = new Uint8Array(65_536)
for (const word of prefixWords) beginsPrefix[(word.charCodeAt(0) << 8) | word.charCodeAt(1)] = 1
/** By byte, 1 where a word, or what is behind a dot, goes on. */
const isWordLetter = new Uint8Array(256)
for (let byte = 0; byte < 128; byte += 1) if (/[\w$.]/.test(String.fromCharCode(byte))) isWordLetter[byte] = 1

const elseWord = [...new TextEncoder().encode('else')]

/** Whether a quote stands where a string may, and not, say, in a regular expression or a comment. */
function startsString(bytes: Uint8Array, quote: number): boolean {
  let before = quote - 1
  while (before >= 0 && bytes[before]! <= space!) before -= 1
  return before < 0 || beforeStrings.includes(bytes[before]!)
}

/** Where a string ends: at its other quote, a template also at its first `{`; where it starts if it does not end on its line. */
function endOfString(bytes: Uint8Array, quote: number): number {
  const { [quote]: kind } = bytes
  for (let at = quote + 1; at < bytes.length; at += 1) {
    const byte = bytes[at]!
    if (byte === kind) return at
    if (byte === backslash) at += 1
    else if (kind === template && byte === brace) return at - 1
    else if (kind !== template && byte === newline) return quote
  }
  return bytes.length - 1
}
