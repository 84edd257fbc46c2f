import type { BlockStatement, Program } from 'oxc-parser'
import { visitParameters } from './patterns.ts'
import { visitClass } from './classes.ts'
import { keepCounts } from './code-counts.ts'
import { declareStatement, declareStatements, hoistVariables } from './declare.ts'
import { visitExpression, visitReference } from './expressions.ts'
import type { FactDiagnostic, Facts, Language } from './facts.ts'
import { finishFacts } from './finish.ts'
import { countHalstead } from './halstead.ts'
import { isTooDeep } from './nesting.ts'
import { recover } from './recover.ts'
import { visitBlock, visitBody, visitStatement } from './statements.ts'
import { visitType } from './types.ts'
import { utf8Of } from './utf8.ts'
import { Walk } from './walk.ts'
import type { Visitors } from './walk.ts'

const visitors: Visitors = {
  expression: visitExpression,
  reference: visitReference,
  type: visitType,
  class: visitClass,
  statement: visitStatement,
  block: visitBlock,
  parameters: visitParameters,
  body: (w: Walk, body: BlockStatement) => visitBody(w, body),
}

/** The text to extract facts from, and its language. */
export interface ExtractInput {
  readonly text: string
  readonly language: Language
}

/**
 * What a source file says with no other file at hand.
 *
 * Never throws for what the text is: parts with syntax errors are left out and named in
 * `diagnostics`, and a text nested too deeply to be read gives a module and a diagnostic. Offsets
 * are UTF-16 code units of `text` as given, a byte-order mark included.
 *
 * @example
 * ```ts
 * const facts = extract({ text: 'export const answer = 42', language: 'typescript' })
 * facts.strings[facts.symbols.name[1]!] // 'answer'
 * ```
 */
export function extract({ text, language }: ExtractInput): Facts {
  const bytes = utf8Of(text)
  if (isTooDeep(bytes)) return tooDeep(text, bytes, language)
  try {
    const { parsed, diagnostics } = recover(text, language)
    const w = new Walk(text, visitors, language, parsed.isModule)
    visitModule(w, parsed.program)
    return finishFacts(w, bytes, language, parsed.comments, diagnostics)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return tooDeep(text, bytes, language)
  }
}

function tooDeep(text: string, bytes: Buffer, language: Language): Facts {
  const message = 'The code is nested too deeply to be read'
  const diagnostic: FactDiagnostic = { code: 'syntax-error', message, start: 0, end: text.length }
  return finishFacts(new Walk(text, visitors, language, true), bytes, language, [], [diagnostic])
}

function visitModule(w: Walk, program: Program): void {
  w.scopes.enter()
  declareGlobals(w, program)
  w.scopes.enter()
  hoistVariables(w, program.body)
  declareStatements(w, program.body)
  for (const node of program.body) visitStatement(w, node)
  keepCounts(w, w.counts)
  w.halstead = countHalstead(w, program)
}

/** The names of `declare global` are bound around those of the file. */
function declareGlobals(w: Walk, program: Program): void {
  for (const node of program.body) {
    if (node.type !== 'TSModuleDeclaration' || node.kind !== 'global' || node.body === null) continue
    declareStatement(w, node, node.start, false)
    w.container = w.unnamed.get(node.id.start)!
    w.ambient = true
    hoistVariables(w, node.body.body)
    declareStatements(w, node.body.body)
    w.ambient = false
    w.container = 0
  }
}
