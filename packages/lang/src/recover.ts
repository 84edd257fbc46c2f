import type { FactDiagnostic, Language } from './facts.ts'
import { goalOf, parse } from './parser.ts'
import type { Parsed } from './parser.ts'

/** What could be read of a text, and what could not. */
export interface Recovered {
  readonly parsed: Parsed
  readonly diagnostics: readonly FactDiagnostic[]
}

/** Parses `text`, leaving out what has syntax errors. */
export function recover(text: string, language: Language): Recovered {
  const parsed = parse(text, language, goalOf(language))
  const [error] = parsed.errors
  if (error === undefined) return { parsed, diagnostics: [] }
  const [label] = error.labels
  return {
    parsed,
    diagnostics: [
      { code: 'syntax-error', message: error.message, start: label?.start ?? 0, end: label?.end ?? text.length },
    ],
  }
}
