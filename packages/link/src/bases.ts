import { kindCode, opCode } from './codes.ts'
import { emptySet, exact } from './confident-sets.ts'
import { flatMap } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { instancesOf } from './instances.ts'
import { constructedValues } from './results.ts'
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
  if (expr < 0) return emptySet
  const ofType = values.side(value) !== side.static
  let bases: number
  if (kind === kindCode.interface) {
    bases = ofType ? instancesOf(evaluation, file, expr, -1) : emptySet
  } else {
    const given = evaluation.valued(file, expr)
    const declared = exprs.op[expr] === opCode.instance
    bases = flatMap(sets, given, (base) => {
      const baseSide = values.side(base)
      if (ofType)
        return declared && baseSide !== side.static ? sets.one(base, exact) : constructedValues(evaluation, base)
      if (baseSide === side.static) return sets.one(base, exact)
      return declared ? sets.one(values.of(values.entity(base), side.static, 0), exact) : emptySet
    })
  }
  return values.substitute(bases, values.environment(value))
}
