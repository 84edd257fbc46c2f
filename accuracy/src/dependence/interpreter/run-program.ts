import { parseSync } from 'oxc-parser'
import { Interpreter } from './interpreter.ts'
import { type Change, type Event, Recorder } from './recorder.ts'

/** What a run of a program has shown. */
export interface Run {
  readonly events: readonly Event[]
  /** The line of an event, from 1. */
  lineOf(event: Event): number
  /** For each line the values that its expressions had, in order. */
  readonly values: ReadonlyMap<number, readonly string[]>
  /** Events whose value can be changed, by id. */
  readonly changeable: readonly number[]
  /** What the program has put out. */
  readonly output: readonly string[]
  /** What has ended it before its end. */
  readonly error: unknown
}

/** How many events a run may have. */
const mostEvents = 100_000

/**
 * Runs a script, which shows its results by `out(value)` and asks for numbers by `input(n)`.
 *
 * @param options.change what is to be another value than it was in a run before
 */
export async function runProgram(
  code: string,
  options: { readonly inputs?: readonly number[]; readonly change?: Change } = {},
): Promise<Run> {
  const { program, errors } = parseSync('program.js', code, { sourceType: 'script' })
  if (errors.length > 0) throw new SyntaxError(`${errors[0]!.message} in ${code}`)
  const recorder = new Recorder(code, { most: mostEvents, change: options.change })
  const output: string[] = []
  const globals = {
    out: (value: unknown) =>
      void output.push(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')),
    input: (n: number) => options.inputs?.[n] ?? 0,
  }
  let error: unknown
  try {
    await new Interpreter(recorder, globals).run(program)
  } catch (thrown) {
    error = thrown
  }
  return {
    events: recorder.events,
    lineOf: (event) => recorder.lineOf(event),
    values: recorder.values,
    changeable: recorder.changeable,
    output,
    error,
  }
}
