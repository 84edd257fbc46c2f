import { argumentAt } from './call-arguments.ts'
import type { CallArguments } from './call-arguments.ts'
import { kindCode, opCode } from './codes.ts'
import { emptySet, inferred } from './confident-sets.ts'
import { flatMap } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import { callbackResult } from './natives.ts'
import { inferredBy } from './type-inference.ts'

/** What calling a value with these arguments gives: where that is one of the arguments, or what calling one gives, of this call alone. */
export function calledWith(evaluation: Evaluation, value: number, call: CallArguments): number {
  const { program, sets, values } = evaluation
  const entity = values.entity(value)
  if (entity < 0 || (call.list < 0 && call.types < 0)) return evaluation.called(value)
  const kind = program.kind[entity]!
  if (kind !== kindCode.function && kind !== kindCode.method) return evaluation.called(value)
  evaluation.reads(inputKind.declaration, entity)
  const environment = inferredBy(evaluation, entity, call)
  if (environment !== 0) return values.substitute(evaluation.called(value), environment)
  const file = program.owner[entity]!
  const row = program.row[entity]!
  const { symbols } = program.files[file]!.facts
  const returns = symbols.returns[row]!
  if (returns < 0 || !mayPassOn(returns)) return evaluation.called(value)
  return sets.weaken(given(returns), inferred)

  /** The parameter an expression is, by its place: -1 where it is none of this function. */
  function placeOf(expr: number): number {
    const { exprs } = program.files[file]!.facts
    if (exprs.op[expr] === opCode.parameter) return exprs.a[expr] === row ? exprs.b[expr]! : -1
    if (exprs.op[expr] !== opCode.symbol) return -1
    const symbol = exprs.a[expr]!
    evaluation.reads(inputKind.declaration, program.symbol(file, symbol))
    if (symbols.kind[symbol] !== kindCode.parameter || symbols.type[symbol]! < 0) return -1
    const type = symbols.type[symbol]!
    return exprs.op[type] === opCode.parameter && exprs.a[type] === row ? exprs.b[type]! : -1
  }

  function mayPassOn(expr: number): boolean {
    const { exprs, lists } = program.files[file]!.facts
    if (placeOf(expr) >= 0) return true
    if (exprs.op[expr] === opCode.call) return placeOf(exprs.a[expr]!) >= 0
    if (exprs.op[expr] !== opCode.union) return false
    const list = exprs.a[expr]!
    for (let i = 1; i <= lists[list]!; i++) if (mayPassOn(lists[list + i]!)) return true
    return false
  }

  function given(expr: number): number {
    const { exprs, lists } = program.files[file]!.facts
    const place = placeOf(expr)
    if (place >= 0) return argumentAt(evaluation, call, place)
    if (exprs.op[expr] === opCode.call) {
      const callee = placeOf(exprs.a[expr]!)
      if (callee >= 0) return flatMap(sets, argumentAt(evaluation, call, callee), evaluation.called)
    }
    if (exprs.op[expr] !== opCode.union) return evaluation.valued(file, expr)
    const list = exprs.a[expr]!
    let result = emptySet
    for (let i = 1; i <= lists[list]!; i++) result = sets.union(result, given(lists[list + i]!))
    return result
  }
}

/** What calling a method on `receiver` gives; of those of the language, by what their callbacks give. */
export function calledOn(evaluation: Evaluation, value: number, receiver: number, call: CallArguments): number {
  if (evaluation.values.entity(value) >= 0) return calledWith(evaluation, value, call)
  return evaluation.sets.union(evaluation.called(value), callbackResult(evaluation, value, receiver, call))
}
