import { MagicString } from 'magic-string'
import { parseSync, Visitor } from 'oxc-parser'
import type { ArrowFunctionExpression, Function as FunctionNode } from 'oxc-parser'

/** A function of a program, by its place in the text: half-open UTF-16 offsets. */
export interface FunctionRange {
  readonly start: number
  readonly end: number
}

/** A program that says which of its functions is entered. */
export interface InstrumentedProgram {
  /** The text that calls {@link enterName} with the number of the function at the start of each. */
  readonly text: string
  /** The functions by number, as the original has them. */
  readonly functions: readonly FunctionRange[]
  /** The same functions, as `text` has them. */
  readonly instrumented: readonly FunctionRange[]
}

/** The global function that an instrumented program calls. */
export const enterName = '__entered'

type AnyFunction = FunctionNode | ArrowFunctionExpression

/**
 * Puts a call to {@link enterName} at the start of each function that has a body, and where a generator is called.
 *
 * @param path says by its ending which language it is
 * @param first the number of the first function
 */
export function instrument(code: string, path = 'program.js', first = 0): InstrumentedProgram {
  const output = new MagicString(code)
  const functions = functionsIn(code, path)
  for (const [index, { body, params, generator }] of functions.entries()) {
    if (body === null) continue
    const call = `${enterName}(${first + index})`
    if (generator && params.at(-1)?.type !== 'RestElement') {
      // Its body runs later, and maybe for somebody else; the defaults of parameters are read when it is called.
      const end = params.at(-1)?.end ?? code.lastIndexOf('(', body.start) + 1
      output.appendLeft(end, `${params.length === 0 ? '' : ','}${enterName}Default = ${call}`)
    } else if (body.type === 'BlockStatement') output.appendLeft(body.start + 1, `${call};`)
    else {
      output.appendLeft(body.start, `(${call},`)
      output.appendRight(body.end, ')')
    }
  }
  const text = output.toString()
  return { text, functions: functions.map(rangeOf), instrumented: functionsIn(text, path).map(rangeOf) }
}

/** All functions of a text, outer ones first. */
function functionsIn(code: string, path: string): AnyFunction[] {
  const { program, errors } = parseSync(path, code, { sourceType: 'unambiguous' })
  if (errors.length > 0) throw new SyntaxError(`${errors[0]!.message} in ${code}`)
  const functions: AnyFunction[] = []
  const add = (node: AnyFunction): void => void functions.push(node)
  new Visitor({ FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add }).visit(program)
  return functions.toSorted((left, right) => left.start - right.start || right.end - left.end)
}

function rangeOf({ start, end }: AnyFunction): FunctionRange {
  return { start, end }
}
