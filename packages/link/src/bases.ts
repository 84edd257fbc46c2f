import { kindCode, opCode } from './codes.ts'
import { emptySet, exact } from './confident-sets.ts'
import { flatMap, oneValue } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { isKnownGlobal } from './globals.ts'
import { instancesOf } from './instances.ts'
import { side } from './values.ts'

/** The values a class or interface has its inherited members from, on the same side. */
export function baseValues(evaluation: Evaluation, value: number): number {
  const { program, values, sets } = evaluation
  const entity = values.entity(value)
  if (entity < 0) return emptySet
  const kind = program.kind[entity]!
  if (kind !== kindCode.class && kind !== kindCode.interface) return emptySet
  const file = program.owner[entity]!
  const { symbols, exprs } = program.files[file]!.facts
  const expr = symbols.type[entity - program.first[file]!]!
  const ofType = values.side(value) !== side.static
  if (kind === kindCode.interface && !ofType) return emptySet
  let bases = kind === kindCode.interface ? addedTo(evaluation, entity) : emptySet
  if (kind === kindCode.interface) {
    if (expr >= 0) bases = sets.union(bases, instancesOf(evaluation, file, expr, -1))
  } else if (expr >= 0) {
    const declared = exprs.op[expr] === opCode.instance
    bases = flatMap(sets, evaluation.valued(file, expr), (base) =>
      ofType ? typeBase(evaluation, base, declared) : staticBase(evaluation, base, declared),
    )
  }
  return values.substitute(bases, values.environment(value))
}

/**
 * What an instance inherits from where its class extends `base`: what `new` of it gives. With type arguments
 * (`declared`) the heritage clause names the type itself.
 */
function typeBase(evaluation: Evaluation, base: number, declared: boolean): number {
  const made = evaluation.constructed(base)
  const named = declared && evaluation.values.side(base) !== side.static
  return made === emptySet && named ? evaluation.sets.one(base, exact) : made
}

/** What a class inherits its static members from where it extends `base`; a value with a construct signature has them as its own. */
function staticBase(evaluation: Evaluation, base: number, declared: boolean): number {
  const { program, sets, values } = evaluation
  const entity = values.entity(base)
  const isClass = entity < 0 || program.kind[entity] === kindCode.class
  return sets.one(declared && isClass ? values.of(entity, side.static, 0) : base, exact)
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
