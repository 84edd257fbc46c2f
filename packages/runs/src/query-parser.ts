import { RunQueryError } from './errors.ts'
import {
  type QuerySpan,
  type RunCondition,
  type RunField,
  runFields,
  type RunFilter,
  type RunOperator,
} from './run-filter.ts'

type CallSite = (...args: never[]) => unknown

/** The longest query, in UTF-16 units. */
const longestQuery = 10_000
/** The most terms of a query, and the most parentheses and negations one may stand in: what SQLite takes in one statement. */
const mostTerms = 100
const deepest = 20

/**
 * Reads a query: terms side by side all have to hold.
 *
 * ```text
 * query   = all { "OR" all }
 * all     = not { [ "AND" ] not }
 * not     = [ "-" | "NOT" ] ( "(" query ")" | term )
 * term    = text [ "*" ] | field operator value { "," value }
 * operator = ":" | ":~" | ">" | ">=" | "<" | "<="
 * text, value = characters without spaces, or "in quotes" with \" and \\
 * ```
 *
 * @throws `FORGE_RUN_QUERY` with `details.position` and `details.length`, in UTF-16 units
 */
export function parseRunQuery(text: string): RunFilter {
  return parseQuery(text, parseRunQuery)
}

/** {@link parseRunQuery}, for a caller of its own. */
export function parseQuery(text: string, callSite: CallSite): RunFilter {
  if (text.length > longestQuery) {
    throw new RunQueryError(`The query has ${text.length} characters; the most is ${longestQuery}`, {
      hint: 'Ask for less at once',
      details: { position: longestQuery, length: text.length - longestQuery },
      callSite,
    })
  }
  return new Parser(text, callSite).parse()
}

class Parser {
  readonly #text: string
  readonly #callSite: CallSite
  #position = 0
  #terms = 0
  #depth = 0

  constructor(text: string, callSite: CallSite) {
    this.#text = text
    this.#callSite = callSite
  }

  parse(): RunFilter {
    const filter = this.#any()
    if (this.#position < this.#text.length) {
      throw this.#wrong('There is a ) without a (', this.#span(this.#position, 1), 'Put it in quotes to look for it')
    }
    return filter
  }

  #any(): RunFilter {
    const parts = [this.#all()]
    while (this.#takeWord('OR')) parts.push(this.#all())
    if (parts.length > 1 && parts.some((part) => 'all' in part && part.all.length === 0)) {
      throw this.#wrong(
        'OR needs something on both sides',
        this.#span(this.#position, 0),
        'Write A OR B, or "OR" in quotes',
      )
    }
    return parts.length === 1 ? parts[0]! : { any: parts }
  }

  #all(): RunFilter {
    const parts: RunFilter[] = []
    for (;;) {
      this.#skipSpace()
      const end = this.#position >= this.#text.length || this.#text[this.#position] === ')'
      if (end || this.#isWord('OR')) return parts.length === 1 ? parts[0]! : { all: parts }
      if (this.#isWord('AND')) this.#and(parts.length > 0)
      parts.push(this.#not())
    }
  }

  /** What stands side by side has to hold anyway; whoever writes AND means that. */
  #and(isBetween: boolean): void {
    const start = this.#position
    this.#take('AND')
    this.#skipSpace()
    const end = this.#position >= this.#text.length || this.#text[this.#position] === ')'
    if (isBetween && !end && !this.#isWord('OR') && !this.#isWord('AND')) return
    throw this.#wrong('AND needs something on both sides', this.#span(start, 3), 'Write A B, or "AND" in quotes')
  }

  #not(): RunFilter {
    const start = this.#position
    if (!this.#takeWord('NOT') && !this.#take('-')) return this.#primary()
    this.#skipSpace()
    if (this.#position >= this.#text.length || this.#text[this.#position] === ')' || this.#isWord('OR')) {
      const said = this.#text.slice(start, this.#position).trim()
      throw this.#wrong(
        `There is nothing after ${said}`,
        this.#spanFrom(start),
        `Put "${said}" in quotes to look for it`,
      )
    }
    return this.#nested(start, () => ({ not: this.#not() }))
  }

  #primary(): RunFilter {
    const start = this.#position
    if (!this.#take('(')) return this.#term()
    return this.#nested(start, () => {
      const inner = this.#any()
      if (!this.#take(')'))
        throw this.#wrong('There is a ( without a )', this.#span(start, 1), 'Close it, or put it in quotes')
      if ('all' in inner && inner.all.length === 0)
        throw this.#wrong('There is nothing in ( )', this.#spanFrom(start), 'Put something in, or quotes around')
      return inner
    })
  }

  #nested(start: number, parse: () => RunFilter): RunFilter {
    if (++this.#depth > deepest) {
      throw this.#wrong(
        `More than ${deepest} parentheses and negations stand in each other`,
        this.#span(start, 1),
        'Write it flatter',
      )
    }
    const filter = parse()
    this.#depth--
    return filter
  }

  #term(): RunFilter {
    const start = this.#position
    const named = /^([A-Za-z_-]+)(:~|:|>=|<=|>|<)/.exec(this.#text.slice(start, start + 40))
    if (named === null) return this.#words()
    const [all, name = '', sign = ''] = named
    const field = runFields.find((each) => each === name.toLowerCase())
    if (field === undefined) throw this.#unknownField(name, start)
    this.#position += all.length
    return this.#condition(field, sign === ':~' ? '~' : (sign as RunOperator), start)
  }

  #condition(field: RunField, operator: RunOperator, start: number): RunCondition {
    const values: string[] = []
    do {
      this.#count()
      const value = this.#value(',')
      if (value === '') {
        const message = `There is no value after ${this.#text.slice(start, this.#position)}`
        throw this.#wrong(message, this.#spanFrom(start), 'Write the value right behind it, in quotes if it has spaces')
      }
      values.push(value)
    } while (this.#take(','))
    return { field, operator, values, span: this.#spanFrom(start) }
  }

  #words(): RunFilter {
    this.#count()
    const quoted = this.#text[this.#position] === '"'
    const text = this.#value('')
    if (quoted) return this.#take('*') ? { text, prefix: true } : { text }
    return text.endsWith('*') ? { text: text.slice(0, -1), prefix: true } : { text }
  }

  #count(): void {
    if (++this.#terms <= mostTerms) return
    throw this.#wrong(
      `The query has more than ${mostTerms} terms`,
      this.#span(this.#position, 1),
      'Ask for less at once',
    )
  }

  /** A text in quotes, or what stands there up to a space, a parenthesis that closes, or one of `ends`. */
  #value(ends: string): string {
    const start = this.#position
    if (!this.#take('"')) {
      while (this.#position < this.#text.length && !isEnd(this.#text[this.#position]!, ends)) this.#position++
      return this.#text.slice(start, this.#position)
    }
    let value = ''
    for (;;) {
      const character = this.#text[this.#position]
      if (character === undefined)
        throw this.#wrong(
          'The quotes are not closed',
          this.#spanFrom(start),
          'Close them; inside, write \\" for quotes',
        )
      const next = this.#text[this.#position + 1]
      const escaped = character === '\\' && (next === '"' || next === '\\')
      this.#position += escaped ? 2 : 1
      if (character === '"') return value
      value += escaped ? next : character
    }
  }

  #unknownField(name: string, start: number): RunQueryError {
    const near = nearest(name.toLowerCase())
    const hint = near === undefined ? `Fields: ${runFields.join(' ')}` : `Did you mean ${near}?`
    return this.#wrong(
      `There is no field ${name}`,
      this.#span(start, name.length),
      `${hint} To look for it as text, put it in quotes`,
    )
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#position)) return false
    this.#position += text.length
    return true
  }

  #takeWord(word: string): boolean {
    this.#skipSpace()
    return this.#isWord(word) && this.#take(word)
  }

  #isWord(word: string): boolean {
    const after = this.#text[this.#position + word.length]
    return this.#text.startsWith(word, this.#position) && (after === undefined || after === '(' || isEnd(after, ''))
  }

  #skipSpace(): void {
    while (this.#position < this.#text.length && isSpace(this.#text[this.#position]!)) this.#position++
  }

  #spanFrom(start: number): QuerySpan {
    return this.#span(start, this.#position - start)
  }

  #span(position: number, length: number): QuerySpan {
    return { position, length }
  }

  #wrong(message: string, span: QuerySpan, hint: string): RunQueryError {
    return new RunQueryError(message, { hint, details: { ...span }, callSite: this.#callSite })
  }
}

function isSpace(character: string): boolean {
  return /\s/.test(character)
}

function isEnd(character: string, ends: string): boolean {
  return character === ')' || character === '"' || ends.includes(character) || isSpace(character)
}

/** The field that a name most likely means: by one letter that is wrong, missing, too many or swapped, or as its beginning. */
function nearest(name: string): RunField | undefined {
  return (
    runFields.find((field) => field.startsWith(name) || name.startsWith(field)) ??
    runFields.find((field) => isNear(field, name))
  )
}

function isNear(field: string, name: string): boolean {
  if (Math.abs(field.length - name.length) > 1 || name.length < 3) return false
  let start = 0
  while (start < field.length && field[start] === name[start]) start++
  const [left, right] = [field.slice(start), name.slice(start)]
  return (
    left.slice(1) === right.slice(1) ||
    left.slice(1) === right ||
    left === right.slice(1) ||
    (left[0] === right[1] && left[1] === right[0] && left.slice(2) === right.slice(2))
  )
}
