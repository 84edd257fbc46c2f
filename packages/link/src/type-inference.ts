import { parameterPlace } from '@forge/lang'
import { argumentAt } from './call-arguments.ts'
import type { CallArguments } from './call-arguments.ts'
import { opCode } from './codes.ts'
import { elementOf, emptySet } from './confident-sets.ts'
import { flatMap } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import { deepestType as deepest } from './generic-parameters.ts'
import { side } from './values.ts'

/**
 * The environment of what the type parameters of a function stand for in a call: what the arguments have where the parameters name them, and
 * what the values that the call is expected to give have.
 */
export function inferredBy(evaluation: Evaluation, fn: number, call: CallArguments, result: number = emptySet): number {
  const { program, sets, values } = evaluation
  evaluation.reads(inputKind.declaration, fn)
  const wanted = program.typeParameters(fn)
  if (wanted.length === 0) return 0
  if (call.types >= 0) return written(evaluation, wanted, call)
  if (call.list < 0) return 0
  const file = program.owner[fn]!
  const { parameters, exprs, lists } = program.files[file]!.facts
  const found = wanted.map(() => emptySet)
  match(resultOf(program.row[fn]!), result, deepest)
  for (const row of evaluation.genericParameters.rows(fn)) {
    const place = parameters.place[row]!
    const type = parameters.type[row]!
    if (place >= parameterPlace.rest) {
      const rest = argumentAt(evaluation, call, place - parameterPlace.rest, true)
      if (exprs.op[type] === opCode.instance && exprs.b[type]! >= 0) match(lists[exprs.b[type]! + 1]!, rest, deepest)
    } else {
      match(type, argumentAt(evaluation, call, place), deepest)
    }
  }
  return values.environmentOf(wanted.map((parameter, at): [number, number] => [parameter, found[at]!]))

  /** The place among the wanted of the type parameter that an expression names, -1 for none. */
  function parameterOf(expr: number): number {
    return exprs.op[expr] === opCode.symbol ? wanted.indexOf(program.symbol(file, exprs.a[expr]!)) : -1
  }

  function resultOf(row: number): number {
    return program.files[file]!.facts.symbols.returns[row]!
  }

  function match(type: number, given: number, depth: number): void {
    if (type < 0 || given === emptySet || depth === 0) return
    const a = exprs.a[type]!
    const list = exprs.b[type]!
    switch (exprs.op[type]!) {
      case opCode.instance: {
        const at = parameterOf(a)
        if (at >= 0) found[at] = sets.union(found[at]!, given)
        else if (list >= 0) matchArguments(a, list, given, depth - 1)
        break
      }
      case opCode.union:
        for (let i = 1; i <= lists[a]!; i++) match(lists[a + i]!, given, depth - 1)
        break
      case opCode.symbol:
        evaluation.reads(inputKind.declaration, program.symbol(file, a))
        if (resultOf(a) >= 0) match(resultOf(a), flatMap(sets, given, evaluation.called), depth - 1)
        break
      default:
        break
    }
  }

  /** Matches the arguments of a type with those of the values that are of that type. */
  function matchArguments(type: number, list: number, given: number, depth: number): void {
    if (exprs.op[type] === opCode.free) {
      const name = program.text(program.name(file, exprs.a[type]!))
      const inner = name === 'Promise' || name === 'PromiseLike' ? evaluation.awaited : evaluation.elements
      match(lists[list + 1]!, flatMap(sets, given, inner), depth)
      return
    }
    const named = evaluation.named(file, type)
    for (let i = 0; i < sets.size(named); i++) {
      const entity = elementOf(sets.at(named, i))
      if (entity < 0) continue
      evaluation.reads(inputKind.declaration, entity)
      const parameters = program.typeParameters(entity)
      for (let j = 0; j < sets.size(given); j++) {
        const value = elementOf(sets.at(given, j))
        if (values.entity(value) !== entity || values.side(value) === side.static) continue
        for (const [at, parameter] of parameters.entries()) {
          if (at < lists[list]!)
            match(lists[list + 1 + at]!, Math.max(values.lookUp(values.environment(value), parameter), emptySet), depth)
        }
      }
    }
  }
}

/** The environment of type arguments that are written. */
function written(evaluation: Evaluation, parameters: readonly number[], { file, types }: CallArguments): number {
  const { lists } = evaluation.program.files[file]!.facts
  const pairs: [number, number][] = []
  for (const [at, parameter] of parameters.entries()) {
    if (at < lists[types]!) pairs.push([parameter, evaluation.valued(file, lists[types + 1 + at]!)])
  }
  return evaluation.values.environmentOf(pairs)
}
