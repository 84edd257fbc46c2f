import { createContext, runInContext } from 'node:vm'
import { enterName, type FunctionRange, instrument } from './instrument.ts'

/** A call that was made: of a function by another one, or by the top of the program. */
export interface ObservedCall {
  readonly caller: FunctionRange | undefined
  readonly callee: FunctionRange
}

/** Longer than any program of ours runs, in milliseconds. */
const timeout = 5_000
const file = 'program.js'

/**
 * Runs a program and notes who called each function when it was entered: the nearest function of the program below it on the
 * stack, so that whoever calls `map` calls what it is given. A function that is entered with none below it, from a promise, was called by
 * nobody that can be told. A generator is entered when it is called, not when its values are asked for.
 */
export async function observeCalls(code: string): Promise<readonly ObservedCall[]> {
  const { text, functions, instrumented } = instrument(code)
  const calls = new Map<string, ObservedCall>()
  const lines = lineStartsOf(text)
  const context = createContext({})
  // The stack is made by the context of the program.
  const places: (error: Error) => readonly (readonly [line: number, column: number])[] = runInContext(
    `Error.stackTraceLimit = 50
     Error.prepareStackTrace = (_, sites) => sites
       .filter((site) => site.getFileName() === ${JSON.stringify(file)})
       .map((site) => [site.getLineNumber(), site.getColumnNumber()]);
     () => new Error('here').stack`,
    context,
  )
  context[enterName] = (index: number): void => {
    const [, below] = places(new Error('here'))
    if (below === undefined) return
    const at = innermost(instrumented, lines[below[0] - 1]! + below[1] - 1)
    const call = { caller: at < 0 ? undefined : functions[at], callee: functions[index]! }
    calls.set(`${at} ${index}`, call)
  }
  runInContext(text, context, { filename: file, timeout })
  // Promises of the program are settled by now, or in the next turns.
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  return [...calls.values()]
}

function innermost(functions: readonly FunctionRange[], offset: number): number {
  let found = -1
  for (const [index, { start, end }] of functions.entries()) {
    if (start <= offset && offset < end) found = index
  }
  return found
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
