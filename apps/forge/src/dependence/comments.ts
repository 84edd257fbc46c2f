import { parseSync } from 'oxc-parser'

/** A stretch of text, in UTF-16 units. */
interface Stretch {
  readonly start: number
  readonly end: number
}

/** The comments of a text in a language of the graph, by their place; of one with errors, those that the parser came to. The text must not be nested too deeply to be lowered. */
export function commentsOf(text: string, language: string): readonly Stretch[] {
  const dialects = language === 'typescript' ? (['ts'] as const) : (['tsx', 'jsx'] as const)
  const read = dialects.map((lang) => parseSync('', text, { lang, sourceType: 'unambiguous' }))
  return (read.find(({ errors }) => errors.length === 0) ?? read[0]!).comments
}
