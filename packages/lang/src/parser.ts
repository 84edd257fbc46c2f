import { parseSync, rawTransferSupported } from 'oxc-parser'
import type { Comment, OxcError, ParserOptions, Program } from 'oxc-parser'
import type { Language } from './facts.ts'

/** What the parser makes of a text. */
export interface Parsed {
  /** Its body is empty where the text could not be read at all. */
  readonly program: Program
  readonly comments: readonly Comment[]
  readonly errors: readonly OxcError[]
  /** Whether the text has `import` or `export`. */
  readonly isModule: boolean
}

interface RawOptions extends ParserOptions {
  readonly experimentalRawTransfer?: boolean
}

const dialect = { typescript: 'ts', tsx: 'tsx', javascript: 'jsx', jsx: 'jsx' } as const

/** How the goal of a text is chosen: JavaScript alone has scripts. */
export type Goal = 'module' | 'unambiguous' | 'commonjs'

/** The goal a text of `language` is tried with first. */
export function goalOf(language: Language): Goal {
  return language === 'typescript' || language === 'tsx' ? 'module' : 'unambiguous'
}

/**
 * Parses `text`; offsets are UTF-16 code units, a byte-order mark being one.
 *
 * The tree crosses from the native parser in one block of memory where the runtime can do that;
 * where it cannot (Bun), or where the tree is too deep to be built that way, as JSON.
 */
export function parse(text: string, language: Language, goal: Goal): Parsed {
  const options: RawOptions = { lang: dialect[language], sourceType: goal, astType: 'ts', preserveParens: false }
  if (rawTransferSupported()) {
    try {
      return result(text, { ...options, experimentalRawTransfer: true })
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
  }
  return result(text, options)
}

function result(text: string, options: RawOptions): Parsed {
  const { program, comments, errors, module } = parseSync('', text, options)
  return { program, comments, errors, isModule: module.hasModuleSyntax }
}
