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

/** A way to read a text. */
export type Dialect = Readonly<Required<Pick<ParserOptions, 'lang' | 'sourceType'>>>

const typescript: readonly Dialect[] = [
  { lang: 'ts', sourceType: 'module' },
  { lang: 'dts', sourceType: 'module' },
]
const javascript: readonly Dialect[] = [
  { lang: 'jsx', sourceType: 'unambiguous' },
  { lang: 'jsx', sourceType: 'commonjs' },
  { lang: 'tsx', sourceType: 'unambiguous' },
]

const dialects: Readonly<Record<Language, readonly Dialect[]>> = {
  typescript,
  tsx: [{ lang: 'tsx', sourceType: 'module' }],
  javascript,
  jsx: javascript,
}

/**
 * The ways to read a text of `language`, the usual one first: a declaration file is TypeScript too, a
 * script may `return` at its top, and what is called JavaScript often has types.
 */
export function dialectsOf(language: Language): readonly Dialect[] {
  return dialects[language]
}

interface RawOptions extends ParserOptions {
  readonly experimentalRawTransfer?: boolean
}

/**
 * Parses `text`; offsets are UTF-16 code units, a byte-order mark being one.
 *
 * The tree crosses from the native parser in one block of memory where the runtime can do that;
 * where it cannot (Bun), or where the tree is too deep to be built that way, as JSON.
 */
export function parse(text: string, dialect: Dialect): Parsed {
  const options: RawOptions = { ...dialect, astType: 'ts', preserveParens: false }
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
  return { program, comments, errors, isModule: module.hasModuleSyntax || program.body.some(isModuleOfTypeScript) }
}

/** Whether the parser gave up: it reports small errors beside a whole tree, others in place of one. */
export function gaveUp(parsed: Parsed): boolean {
  return parsed.errors.length > 0 && parsed.program.body.length === 0
}

/** `export = x` and `import x = require('y')` make a file a module as well. */
function isModuleOfTypeScript(node: Program['body'][number]): boolean {
  if (node.type === 'TSExportAssignment') return true
  return node.type === 'TSImportEqualsDeclaration' && node.moduleReference.type === 'TSExternalModuleReference'
}
