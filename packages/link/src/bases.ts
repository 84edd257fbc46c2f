import { kindCode, opCode } from './codes.ts'
import { emptySet, exact } from './confident-sets.ts'
import { flatMap, oneValue } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import { isKnownGlobal } from './globals.ts'
import { instancesOf } from './instances.ts'
import { isStored } from './store-names.ts'
import { side } from './values.ts'

/** The values a class or interface has its inherited members from, on the same side. */
export function baseValues(evaluation: Evaluation, value: number): number {
  const { program, values, sets } = evaluation
  const entity = values.entity(value)
  if (entity < 0) return emptySet
  const kind = program.kind[entity]!
  evaluation.reads(inputKind.declaration, entity)
  const { flows, stores } = evaluation
  // What is put into a value of a declared type does not make the type have it.
  const added =
    isStored(evaluation, stores.everything) && kind !== kindCode.interface
      ? flows.get(entity, values.side(value) === side.static ? side.static : side.instance, stores.everything)
      : emptySet
  if (kind === kindCode.object) {
    return sets.union(added, values.substitute(madeFrom(evaluation, entity), values.environment(value)))
  }
  if (kind !== kindCode.class && kind !== kindCode.interface) return added
  const file = program.owner[entity]!
  const { symbols, exprs, lists } = program.files[file]!.facts
  const expr = symbols.type[program.row[entity]!]!
  const ofType = values.side(value) !== side.static
  if (kind === kindCode.interface && !ofType) return emptySet
  let bases = kind === kindCode.interface ? addedTo(evaluation, entity) : emptySet
  if (kind === kindCode.interface) {
    if (expr >= 0) bases = sets.union(bases, instancesOf(evaluation, file, expr, -1))
    const origin = evaluation.augmentations.origin(entity)
    if (origin >= 0) bases = sets.union(bases, oneValue(evaluation, origin, side.instance))
  } else if (expr >= 0) {
    if (exprs.op[expr] !== opCode.union) {
      bases = basesBy(evaluation, file, expr, ofType)
    } else {
      const list = exprs.a[expr]!
      for (let i = 1; i <= lists[list]!; i++)
        bases = sets.union(bases, basesBy(evaluation, file, lists[list + i]!, ofType))
    }
  }
  return sets.union(added, values.substitute(bases, values.environment(value)))
}

/** What an object has besides its own members: of an array or a map that of its type, with what is put into it. */
function madeFrom(evaluation: Evaluation, object: number): number {
  const { program, sets, values, flows, stores } = evaluation
  const file = program.owner[object]!
  const made = evaluation.valued(file, program.files[file]!.facts.symbols.type[program.row[object]!]!)
  if (!isStored(evaluation, stores.elements) || made === emptySet) return made
  return flatMap(sets, made, (base) => {
    if (values.entity(base) >= 0) return sets.one(base, exact)
    const put = flows.get(object, side.static, stores.elements)
    if (put === emptySet) return sets.one(base, exact)
    const environment = values.environment(base)
    const pairs: [number, number][] = []
    for (const place of [0, 1]) {
      const known = values.lookUp(environment, -1 - place)
      pairs.push([-1 - place, known < 0 ? put : sets.union(known, put)])
    }
    return sets.one(values.of(values.entity(base), side.instance, values.environmentOf(pairs)), exact)
  })
}

/**
 * What a class inherits by one of the expressions that it, or an interface merged with it, extends: on the static side what the
 * expression has, else what `new` of that gives. With type arguments it is the type itself that the expression names.
 */
function basesBy(evaluation: Evaluation, file: number, expr: number, ofType: boolean): number {
  const { sets, program, values } = evaluation
  const { exprs } = program.files[file]!.facts
  const hasArguments = exprs.op[expr] === opCode.instance
  const extended = evaluation.valued(file, hasArguments ? exprs.a[expr]! : expr)
  if (!ofType) return extended
  const declared = hasArguments ? evaluation.valued(file, expr) : emptySet
  if (declared === emptySet) return flatMap(sets, extended, evaluation.constructed)
  return flatMap(sets, declared, (base) =>
    values.side(base) === side.static ? evaluation.constructed(base) : sets.one(base, exact),
  )
}

/** The type of the platform that an interface of the project adds members to: `interface Array<T> { … }` in the global scope. */
function addedTo(evaluation: Evaluation, entity: number): number {
  const { program, externals, globals, values, sets } = evaluation
  const name = program.symbolName(entity)
  if (!globals.additions(name).includes(entity) || !isKnownGlobal(program.text(name))) return emptySet
  const environment = values.environmentOf(
    program
      .typeParameters(entity)
      .map((parameter, place) => [-1 - place, oneValue(evaluation, parameter, side.instance)]),
  )
  const type = externals.child(externals.root('globalThis'), name)
  return sets.one(values.of(-1 - type, side.instance, environment), exact)
}
