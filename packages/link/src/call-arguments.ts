import { opCode } from './codes.ts'
import { emptySet } from './confident-sets.ts'
import { flatMap } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'

/** The arguments of a call: a list of expressions of a file, -1 for none of which anything is known. */
export interface CallArguments {
  readonly file: number
  readonly list: number
  /** The type arguments that are written, a list as well. */
  readonly types: number
}

/** What is called, without the type arguments that are written. */
export function calleeOf({ program }: Evaluation, file: number, callee: number): number {
  const { exprs } = program.files[file]!.facts
  return exprs.op[callee] === opCode.applied ? exprs.a[callee]! : callee
}

/** The arguments of a `call` or `construct` expression. */
export function argumentsOf(evaluation: Evaluation, file: number, expr: number): CallArguments {
  const { exprs } = evaluation.program.files[file]!.facts
  const applied = exprs.a[expr]!
  const types = exprs.op[applied] === opCode.applied ? exprs.b[applied]! : -1
  return { file, list: exprs.b[expr]!, types }
}

/** What the argument at `place` may be; with `rest`, or behind one that is spread, any from there on. */
export function argumentAt(evaluation: Evaluation, { file, list }: CallArguments, place: number, rest = false): number {
  if (list < 0) return emptySet
  const { program, sets } = evaluation
  const { exprs, lists } = program.files[file]!.facts
  let result = emptySet
  let isSpread = false
  for (let at = 0; at < lists[list]!; at++) {
    const expr = lists[list + 1 + at]!
    if (exprs.op[expr] === opCode.spread) {
      if (!isSpread && !rest && at <= place) {
        const name = program.nameOf(String(place - at))
        const whole = evaluation.valued(file, exprs.a[expr]!)
        result = sets.union(
          result,
          flatMap(sets, whole, (value) => evaluation.memberValued(value, name)),
        )
      } else {
        result = sets.union(result, evaluation.valued(file, expr))
      }
      isSpread = true
    } else if (isSpread || (rest ? at >= place : at === place)) {
      result = sets.union(result, evaluation.valued(file, expr))
    }
  }
  return result
}
