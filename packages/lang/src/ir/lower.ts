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
import type { IrVisitors } from './lowering.ts'
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
}

/**
 * Lowers every function of a text to the instructions of `@forge/pdg`.
 *
 * Never throws for what the text is: parts with syntax errors are left out and named in `diagnostics`; a text nested too deeply to be
 * read has no functions at all.
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
    const { parsed, diagnostics } = recover(text, language)
    const l = new Lowering(text, visitors)
    l.function({ name: '', kind: 'module', start: 0, end: text.length }, () => {
      if (l.hasVar) hoistVars(l, parsed.program.body)
      emitBlock(l, parsed.program.body)
    })
    return { functions: l.functions.map((lowered) => lowered!), diagnostics }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return tooDeep(text)
  }
}

function tooDeep(text: string): LoweredFile {
  const message = 'The code is nested too deeply to be read'
  return { functions: [], diagnostics: [{ code: 'syntax-error', message, start: 0, end: text.length }] }
}
