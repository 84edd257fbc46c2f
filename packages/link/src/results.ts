import { kindCode, opCode } from './codes.ts'
import { emptySet, exact, inferred } from './confident-sets.ts'
import { flatMap, oneValue } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import { functionResult, elementArguments, methodResult } from './globals.ts'
import { moduleValues } from './module-exports.ts'
import { side } from './values.ts'

/** What calling a value gives. Inferred where the result is not declared. */
export function callValues(evaluation: Evaluation, value: number): number {
  const { program, values, sets } = evaluation
  const entity = values.entity(value)
  if (entity < 0) {
    return values.side(value) === side.static ? externalCall(evaluation, -1 - entity) : emptySet
  }
  const kind = program.kind[entity]!
  if (kind === kindCode.class && values.side(value) === side.static) return emptySet
  if (program.isTypeParameter(entity)) return flatMap(sets, constraint(evaluation, entity), evaluation.called)
  evaluation.reads(inputKind.declaration, entity)
  const file = program.owner[entity]!
  const returns = program.files[file]!.facts.symbols.returns[program.row[entity]!]!
  if (returns < 0) {
    return kind === kindCode.interface ? flatMap(sets, evaluation.basesOf(value), evaluation.called) : emptySet
  }
  const given = values.substitute(evaluation.valued(file, returns), values.environment(value))
  return isDeclared(evaluation, file, returns) ? given : sets.weaken(given, inferred)
}

/** Whether an expression says a type, not how a value comes about. */
function isDeclared(evaluation: Evaluation, file: number, expr: number): boolean {
  const { exprs } = evaluation.program.files[file]!.facts
  const op = exprs.op[expr]!
  if (op === opCode.union) return everyDeclared(evaluation, file, exprs.a[expr]!)
  if (op === opCode.instance) {
    const list = exprs.b[expr]!
    return list < 0 || everyDeclared(evaluation, file, list)
  }
  return op === opCode.this || op === opCode.builtin || op === opCode.unknown
}

function everyDeclared(evaluation: Evaluation, file: number, list: number): boolean {
  const { lists } = evaluation.program.files[file]!.facts
  for (let i = 1; i <= lists[list]!; i++) if (!isDeclared(evaluation, file, lists[list + i]!)) return false
  return true
}

/** The values a type parameter is known to have by its constraint. */
export function constraint(evaluation: Evaluation, parameter: number): number {
  const { program } = evaluation
  evaluation.reads(inputKind.declaration, parameter)
  const file = program.owner[parameter]!
  return evaluation.valued(file, program.files[file]!.facts.symbols.type[program.row[parameter]!]!)
}

/** A value of a type of the language. */
export function languageInstance(evaluation: Evaluation, type: string, element: number = emptySet): number {
  const { externals, program, values, sets } = evaluation
  const external = externals.child(externals.root('globalThis'), program.nameOf(type))
  const environment = values.environmentOf([[-1, element]])
  return sets.one(values.of(-1 - external, side.instance, environment), exact)
}

/** An array of the same elements in any places. */
function withoutPlaces({ externals, program, values }: Evaluation, array: number): number {
  const environment = values.environment(array)
  const name = program.text(externals.name(-1 - values.entity(array)))
  if (!name.endsWith('Array') || values.lookUp(environment, -2) < 0) return array
  const element = Math.max(values.lookUp(environment, -1), emptySet)
  return values.of(values.entity(array), side.instance, values.environmentOf([[-1, element]]))
}

/** An array of a key and a value. */
export function entry(evaluation: Evaluation, key: number, value: number): number {
  const { externals, program, values, sets } = evaluation
  const external = externals.child(externals.root('globalThis'), program.nameOf('Array'))
  const environment = values.environmentOf([
    [-1, sets.union(key, value)],
    [-2, key],
    [-3, value],
  ])
  return sets.one(values.of(-1 - external, side.instance, environment), exact)
}

function externalCall(evaluation: Evaluation, external: number): number {
  const { externals } = evaluation
  if (!externals.isGlobal(external) || externals.isRoot(external)) return emptySet
  const id = externals.id(external)
  const type = functionResult(id.slice(id.indexOf('#') + 1))
  return type === undefined ? emptySet : languageInstance(evaluation, type)
}

/** What calling the method `name` of a value of a language type gives, in terms of the type arguments of the receiver. */
export function methodValues(evaluation: Evaluation, receiver: number, name: number): number {
  const { externals, program, values, sets } = evaluation
  const entity = values.entity(receiver)
  if (entity >= 0) return flatMap(sets, evaluation.basesOf(receiver), (base) => evaluation.methodCalled(base, name))
  if (values.side(receiver) === side.static || !externals.isGlobal(-1 - entity)) return emptySet
  const result = methodResult(program.text(externals.name(-1 - entity)), program.text(name))
  if (result === undefined) return emptySet
  const argument = (place: number): number =>
    Math.max(values.lookUp(values.environment(receiver), -1 - place), emptySet)
  switch (result) {
    case 'receiver':
      return sets.one(withoutPlaces(evaluation, receiver), exact)
    case 'element':
      return argument(0)
    case 'value':
      return argument(1)
    case 'elements':
      return languageInstance(evaluation, 'Array', argument(0))
    case 'values':
      return languageInstance(evaluation, 'IterableIterator', argument(1))
    case 'step':
      return languageInstance(evaluation, 'IteratorResult', argument(0))
    case 'entries': {
      const isMap = argument(1) !== emptySet && !program.text(externals.name(-1 - entity)).includes('Array')
      const [key, value] = isMap ? [argument(0), argument(1)] : [emptySet, argument(0)]
      return languageInstance(evaluation, 'IterableIterator', entry(evaluation, key, value))
    }
    default:
      return languageInstance(evaluation, result)
  }
}

/** What `new` of a value gives. */
export function constructedValues(evaluation: Evaluation, value: number): number {
  const { program, values, sets } = evaluation
  const entity = values.entity(value)
  const valueSide = values.side(value)
  if (entity < 0) return valueSide === side.static ? sets.one(values.of(entity, side.instance, 0), exact) : emptySet
  const kind = program.kind[entity]!
  if (valueSide === side.static && (kind === kindCode.class || kind === kindCode.function)) {
    return oneValue(evaluation, entity, side.made)
  }
  if (program.isTypeParameter(entity)) return flatMap(sets, constraint(evaluation, entity), evaluation.constructed)
  const made = evaluation.memberNamed(value, program.nameOf('new'))
  return flatMap(sets, made, (member) =>
    member >= 0 && program.kind[member] === kindCode.constructor
      ? values.substitute(evaluation.called(values.of(member, side.static, 0)), values.environment(value))
      : emptySet,
  )
}

/** What awaiting a value gives. */
export function awaitedValues(evaluation: Evaluation, value: number): number {
  const { externals, program, values, sets } = evaluation
  const entity = values.entity(value)
  if (entity >= 0) {
    if (program.kind[entity] === kindCode.module) return moduleValues(evaluation, entity)
    const inherited = flatMap(sets, evaluation.basesOf(value), (base) => {
      const awaited = evaluation.awaited(base)
      return awaited === sets.one(base, exact) ? emptySet : awaited
    })
    return inherited === emptySet ? sets.one(value, exact) : inherited
  }
  const name = program.text(externals.name(-1 - entity))
  const promise = externals.isGlobal(-1 - entity) && (name === 'Promise' || name === 'PromiseLike')
  if (!promise || values.side(value) === side.static) return sets.one(value, exact)
  const argument = values.lookUp(values.environment(value), -1)
  return argument < 0 ? emptySet : flatMap(sets, argument, evaluation.awaited)
}

/** What iterating a value, or indexing it by number or an unknown key, gives. */
export function elementValues(evaluation: Evaluation, value: number): number {
  const { externals, program, values, sets } = evaluation
  const entity = values.entity(value)
  if (entity >= 0) {
    if (program.kind[entity] === kindCode.module) return emptySet
    const indexed = evaluation.memberValued(value, program.nameOf('[]'))
    if (indexed !== emptySet) return indexed
    const iterator = evaluation.memberValued(value, program.nameOf('[Symbol.iterator]'))
    const iterated = flatMap(sets, iterator, (method) => flatMap(sets, evaluation.called(method), evaluation.elements))
    if (iterated !== emptySet) return iterated
    const next = program.isTypeParameter(entity) ? constraint(evaluation, entity) : evaluation.basesOf(value)
    const inherited = flatMap(sets, next, evaluation.elements)
    return program.kind[entity] === kindCode.object
      ? sets.union(inherited, membersOfObject(evaluation, entity))
      : inherited
  }
  if (values.side(value) === side.static || !externals.isGlobal(-1 - entity)) return emptySet
  const type = program.text(externals.name(-1 - entity))
  const environment = values.environment(value)
  if (type === 'String') return sets.one(value, exact)
  if (type === 'Map' || type === 'ReadonlyMap') {
    const key = Math.max(values.lookUp(environment, -1), emptySet)
    return entry(evaluation, key, Math.max(values.lookUp(environment, -2), emptySet))
  }
  let result = emptySet
  for (const place of elementArguments(type)) {
    result = sets.union(result, Math.max(values.lookUp(environment, -1 - place), emptySet))
  }
  return result
}

/** The values of all members of an object literal: what an unknown key may give. */
function membersOfObject(evaluation: Evaluation, object: number): number {
  const { program, sets } = evaluation
  let result = emptySet
  evaluation.reads(inputKind.declaration, object)
  for (const member of program.membersOf(object)) {
    const kind = program.kind[member]!
    if (kind !== kindCode.setter) result = sets.union(result, sets.weaken(evaluation.symbolValued(member), inferred))
  }
  return result
}
