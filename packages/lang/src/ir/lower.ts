import type { FileIr } from '@forge/pdg'
import { isTooDeep } from '../nesting.ts'
import { recover } from '../recover.ts'
import type { ExtractInput } from '../extract.ts'
import type { FactDiagnostic } from '../facts.ts'
import { utf8Of } from '../utf8.ts'
import { emitClass } from './classes.ts'
import { hoistVars } from './declarations.ts'
import { emitCondition, lowerExpression } from './expressions.ts'
import { emitClosure } from './functions.ts'
import { Lowering } from './lowering.ts'
import type { IrVisitors, UnreadPart } from './lowering.ts'
import { emitAssign } from './patterns.ts'
import { emitBlock, emitStatement } from './statements.ts'

const visitors: IrVisitors = {
  expression: lowerExpression,
  condition: emitCondition,
  statement: emitStatement,
  block: emitBlock,
  assign: emitAssign,
  closure: emitClosure,
  class: emitClass,
}

/** The functions of a text, and what of it could not be read. */
export interface LoweredFile extends FileIr {
  readonly diagnostics: readonly FactDiagnostic[]
  /** What is left out for an error, in the order of the text. */
  readonly unread: readonly UnreadPart[]
}

/**
 * Lowers every function of a text to the instructions of `@forge/pdg`.
 *
 * Never throws for what the text is. Of a text with a syntax error, the functions that could be read as a whole are given, and the module, whose own code may lack
 * something: `unread` says what. A text nested too deeply to be read has no functions at all.
 *
 * @example
 * ```ts
 * const { functions } = lower({ text: 'export const twice = (n: number) => n * 2', language: 'typescript' })
 * functions.map(({ name, kind }) => `${kind} ${name}`) // ['module ', 'arrow twice']
 * ```
 */
export function lower({ text, language }: ExtractInput): LoweredFile {
  if (isTooDeep(utf8Of(text))) return tooDeep(text)
  try {
    const { parsed, diagnostics, unread } = recover(text, language)
    const l = new Lowering(text, visitors, { unread, isModule: parsed.isModule })
    l.function({ name: '', kind: 'module', start: 0, end: text.length }, () => {
      hoistVars(l, parsed.program.body)
      emitBlock(l, parsed.program.body)
    })
    return { functions: l.functions.map((lowered) => lowered!), diagnostics, unread: l.unread }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return tooDeep(text)
  }
}

function tooDeep(text: string): LoweredFile {
  const message = 'The code is nested too deeply to be read'
  const part = { start: 0, end: text.length }
  return {
    functions: [],
    diagnostics: [{ code: 'syntax-error', message, ...part }],
    unread: [{ ...part, isFunction: false }],
  }
}
