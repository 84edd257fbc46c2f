import { blanked, chunksOf, indentation, isBalanced, lineAt } from './blank.ts'
import type { Region } from './blank.ts'
import type { FactDiagnostic, Language } from './facts.ts'
import { dialectsOf, gaveUp, parse } from './parser.ts'
import type { Dialect, Parsed } from './parser.ts'

/** What could be read of a text, and what could not. */
export interface Recovered {
  readonly parsed: Parsed
  readonly diagnostics: readonly FactDiagnostic[]
  /** The parts that are left out. */
  readonly unread: readonly Region[]
}

/** How often a text is parsed at most to find out which parts of it can be read. */
const MOST_PARSES = 40
/** How many lines are left out one by one before the file is looked at in larger parts. */
const MOST_LINES = 8

/**
 * Parses `text`, leaving out what has syntax errors.
 *
 * The parser gives no tree for a text with an error. So a bracket is blanked that closes nothing, or the line of the error, where
 * that leaves the brackets around it balanced; where this does not help, the text is cut where its
 * layout says that statements start, and those that cannot be read by themselves are blanked, of a
 * statement with a block only the parts inside that cannot.
 */
export function recover(text: string, language: Language): Recovered {
  const [first, ...others] = dialectsOf(language)
  const parsed = parse(text, first!)
  if (parsed.errors.length === 0) return { parsed, diagnostics: [], unread: [] }
  for (const dialect of others) {
    const other = parse(text, dialect)
    if (other.errors.length === 0) return { parsed: other, diagnostics: [], unread: [] }
  }
  if (!gaveUp(parsed)) return { parsed, diagnostics: diagnosticsOf(parsed, text), unread: [] }
  return new Recovery(first!, text).run(parsed)
}

function diagnosticsOf(parsed: Parsed, text: string): readonly FactDiagnostic[] {
  return parsed.errors.slice(0, 1).map(({ message, labels: [label] }) => {
    return { code: 'syntax-error', message, start: label?.start ?? 0, end: label?.end ?? text.length }
  })
}

type Read = Pick<Recovered, 'parsed' | 'unread'>

class Recovery {
  readonly #dialect: Dialect
  readonly #original: string
  #parses = 1

  constructor(dialect: Dialect, text: string) {
    this.#dialect = dialect
    this.#original = text
  }

  run(failed: Parsed): Recovered {
    const diagnostics = diagnosticsOf(failed, this.#original)
    const read = this.#withoutBracket(failed) ??
      this.#withoutLines(failed) ??
      this.#withoutChunks() ?? {
        parsed: this.#parse(''),
        unread: [{ start: 0, end: this.#original.length }],
      }
    return { ...read, diagnostics }
  }

  #parse(text: string): Parsed {
    this.#parses += 1
    return parse(text, this.#dialect)
  }

  #canRead(text: string): boolean {
    return !gaveUp(this.#parse(text))
  }

  /** Blanks the bracket that is the error, where all else can be read without one. */
  #withoutBracket(failed: Parsed): Read | null {
    const { start, end } = failed.errors[0]!.labels[0] ?? { start: 0, end: 0 }
    if (!/^[)\]}]$/.test(this.#original.slice(start, end))) return null
    const region = { start, end }
    const parsed = this.#parse(blanked(this.#original, region))
    // What stands further in than the rest was meant to be inside of what another bracket too many has closed.
    const indentations = parsed.program.body.map((node) =>
      indentation(this.#original, lineAt(this.#original, node.start)),
    )
    return parsed.errors.length === 0 && new Set(indentations).size <= 1 ? { parsed, unread: [region] } : null
  }

  /** Blanks the lines of errors, as long as the next error is further on. */
  #withoutLines(failed: Parsed): Read | null {
    const unread: Region[] = []
    let text = this.#original
    let reached = -1
    let parsed = failed
    for (let round = 0; round < MOST_LINES; round += 1) {
      const at = parsed.errors[0]!.labels[0]?.start ?? text.length
      const line = lineAt(text, at)
      if (line.start <= reached || !isBalanced(text, line)) return null
      reached = line.start
      text = blanked(text, line)
      unread.push(line)
      parsed = this.#parse(text)
      if (!gaveUp(parsed)) return { parsed, unread }
    }
    return null
  }

  /** Blanks the statements that cannot be read by themselves. */
  #withoutChunks(): Read | null {
    const whole = { start: 0, end: this.#original.length }
    const bad = this.#badChunks(chunksOf(this.#original, whole), '', '')
    const smaller = bad.flatMap((chunk) => this.#badParts(chunk))
    let text = this.#original
    for (const region of smaller) text = blanked(text, region)
    let parsed = this.#parse(text)
    if (!gaveUp(parsed)) return { parsed, unread: smaller }
    for (const region of bad) text = blanked(text, region)
    parsed = this.#parse(text)
    return gaveUp(parsed) ? null : { parsed, unread: bad }
  }

  /** Those of `chunks` that cannot be read between `before` and `after`, found by halving. */
  #badChunks(chunks: readonly Region[], before: string, after: string): readonly Region[] {
    if (chunks.length === 0) return []
    if (this.#parses >= MOST_PARSES) return chunks
    const text = this.#original.slice(chunks[0]!.start, chunks.at(-1)!.end)
    if (this.#canRead(before + text + after)) return []
    if (chunks.length === 1) return chunks
    const middle = chunks.length >> 1
    return [
      ...this.#badChunks(chunks.slice(0, middle), before, after),
      ...this.#badChunks(chunks.slice(middle), before, after),
    ]
  }

  /** The parts inside a statement with a block that cannot be read; the statement itself where it has none. */
  #badParts(chunk: Region): readonly Region[] {
    const header = lineAt(this.#original, chunk.start)
    const source = this.#original.slice(chunk.start, chunk.end).trimEnd()
    const closing = this.#original.lastIndexOf('\n', chunk.start + source.length - 1) + 1
    if (closing <= header.end + 1 || this.#parses >= MOST_PARSES) return [chunk]
    const before = this.#original.slice(chunk.start, header.end + 1)
    const after = this.#original.slice(closing, chunk.end)
    if (!this.#canRead(before + after)) return [chunk]
    const inside = { start: header.end + 1, end: closing }
    const bad = this.#badChunks(chunksOf(this.#original, inside), before, after)
    return bad.length === 0 ? [chunk] : bad
  }
}
