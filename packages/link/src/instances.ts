import { kindCode, opCode } from './codes.ts'
import { emptySet, exact, tooMany } from './confident-sets.ts'
import { flatMap, oneValue } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import { isTransparentType } from './globals.ts'
import { typesNamed } from './meanings.ts'
import { side } from './values.ts'

const noArguments: readonly number[] = []

/** The values of the type that `expr` names, with the type arguments in the list `list` (-1 for none). */
export function instancesOf(evaluation: Evaluation, file: number, expr: number, list: number): number {
  const { exprs, lists } = evaluation.program.files[file]!.facts
  const op = exprs.op[expr]!
  if (op === opCode.union) {
    const alternatives = exprs.a[expr]!
    let result = emptySet
    for (let i = 1; i <= lists[alternatives]!; i++) {
      result = evaluation.sets.union(result, instancesOf(evaluation, file, lists[alternatives + i]!, list))
    }
    return result
  }
  const values =
    list < 0
      ? noArguments
      : Array.from(lists.subarray(list + 1, list + 1 + lists[list]!), (argument) => evaluation.valued(file, argument))
  if (op === opCode.builtin) {
    const { externals, program } = evaluation
    const type = externals.child(externals.root('globalThis'), program.name(file, exprs.a[expr]!))
    return externalInstance(evaluation, type, values)
  }
  if (op !== opCode.symbol && op !== opCode.free && op !== opCode.member && op !== opCode.module) {
    return evaluation.valued(file, expr)
  }
  const named = typesNamed(evaluation, file, expr)
  return flatMap(evaluation.sets, named, (entity) => entityInstance(evaluation, entity, values))
}

/** A value of the type an entity is, its type arguments given as sets of values. */
function entityInstance(evaluation: Evaluation, entity: number, typeArguments: readonly number[]): number {
  if (entity < 0) return externalInstance(evaluation, -1 - entity, typeArguments)
  const { program, values } = evaluation
  const kind = program.kind[entity]!
  if (kind === kindCode.type && !program.isTypeParameter(entity)) {
    evaluation.reads(inputKind.declaration, entity)
    const file = program.owner[entity]!
    const body = evaluation.valued(file, program.files[file]!.facts.symbols.type[program.row[entity]!]!)
    return values.substitute(body, environmentFor(evaluation, entity, typeArguments))
  }
  if (kind === kindCode.object || kind === kindCode.function) return oneValue(evaluation, entity, side.static)
  if (kind === kindCode.class || kind === kindCode.interface) {
    return oneValue(evaluation, entity, side.instance, environmentFor(evaluation, entity, typeArguments))
  }
  if (kind === kindCode.type || kind === kindCode.enum) return oneValue(evaluation, entity, side.instance)
  return emptySet
}

function environmentFor(evaluation: Evaluation, entity: number, typeArguments: readonly number[]): number {
  const { program, values } = evaluation
  evaluation.reads(inputKind.declaration, entity)
  const pairs: [number, number][] = []
  for (const [at, parameter] of program.typeParameters(entity).entries()) {
    const given = typeArguments[at] ?? defaultOf(evaluation, parameter)
    if (given !== emptySet) pairs.push([parameter, given])
  }
  return pairs.length === 0 ? 0 : values.environmentOf(pairs)
}

/** What a type parameter stands for where no type argument is given. */
function defaultOf(evaluation: Evaluation, parameter: number): number {
  const { program } = evaluation
  evaluation.reads(inputKind.declaration, parameter)
  const file = program.owner[parameter]!
  const flow = program.files[file]!.facts.symbols.flow[program.row[parameter]!]!
  return flow < 0 ? emptySet : evaluation.valued(file, flow)
}

/** A value of a type outside the project; the language's own type operators are applied where they are simple. */
function externalInstance(evaluation: Evaluation, type: number, typeArguments: readonly number[]): number {
  const { externals, program, values, sets } = evaluation
  const [first] = typeArguments
  if (first !== undefined && first !== tooMany && externals.isGlobal(type)) {
    const name = program.text(externals.name(type))
    if (isTransparentType(name)) return first
    if (name === 'Awaited') return flatMap(sets, first, evaluation.awaited)
    if (name === 'ReturnType') return flatMap(sets, first, evaluation.called)
    if (name === 'InstanceType') return flatMap(sets, first, evaluation.constructed)
  }
  const environment = values.environmentOf(typeArguments.map((set, place) => [-1 - place, set]))
  return sets.one(values.of(-1 - type, side.instance, environment), exact)
}
