import { isCode } from './called-functions.ts'
import { argumentAt, argumentsOf, calleeOf } from './call-arguments.ts'
import { opCode } from './codes.ts'
import { elementOf, emptySet } from './confident-sets.ts'
import { flatMap } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { nativeOf } from './natives.ts'

/** The values that a call of a function of the language runs in turn: what `map` is given, what `call` is called on. */
export function givenCode(evaluation: Evaluation, file: number, expr: number, called: number): number {
  const { program, sets } = evaluation
  const { exprs } = program.files[file]!.facts
  const callee = calleeOf(evaluation, file, exprs.a[expr]!)
  const call = argumentsOf(evaluation, file, expr)
  let given = emptySet
  if (exprs.op[callee] === opCode.member) {
    const name = program.text(program.name(file, exprs.b[callee]!))
    if (name === 'call' || name === 'apply') {
      given = flatMap(sets, evaluation.valued(file, exprs.a[callee]!), (value) =>
        isCode(evaluation, value) ? sets.one(value, 0) : emptySet,
      )
    }
  }
  for (let i = 0; i < sets.size(called); i++) {
    const native = nativeOf(evaluation, elementOf(sets.at(called, i)))
    for (const at of native?.callbacks ?? []) given = sets.union(given, argumentAt(evaluation, call, at))
  }
  return given
}
