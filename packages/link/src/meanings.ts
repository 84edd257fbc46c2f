import { kindCode, meaning, meaningsOfKind, opCode } from './codes.ts'
import { confidenceOf, elementOf, emptySet } from './confident-sets.ts'
import type { Evaluation } from './evaluation.ts'

/** The meanings an entity can have; something external can have any. */
export function meaningsOfEntity(evaluation: Evaluation, entity: number): number {
  if (entity < 0) return meaning.value | meaning.type | meaning.namespace
  return meaningsOfKind[evaluation.program.kind[entity]!]!
}

/** The entities of a set that can have one of the meanings of a mask. */
function withMeaning(evaluation: Evaluation, named: number, mask: number): number {
  const { sets } = evaluation
  let result = emptySet
  for (let i = 0; i < sets.size(named); i++) {
    const packed = sets.at(named, i)
    const entity = elementOf(packed)
    if ((meaningsOfEntity(evaluation, entity) & mask) !== 0)
      result = sets.union(result, sets.one(entity, confidenceOf(packed)))
  }
  return result
}

/**
 * The types an expression names; where it names anything else, all that it names. A name that is imported but is no type does not
 * hide the platform's type: next to `import * as Iterable`, `Iterable<T>` is the language's.
 */
export function typesNamed(evaluation: Evaluation, file: number, expr: number): number {
  const { program, globals } = evaluation
  const { exprs } = program.files[file]!.facts
  const named = evaluation.named(file, expr)
  if (named === emptySet) return named
  const types = withMeaning(evaluation, named, meaning.type)
  if (types !== emptySet) return types
  const symbol = program.symbol(file, exprs.a[expr]!)
  if (exprs.op[expr] !== opCode.symbol || program.kind[symbol] !== kindCode.import) return named
  const ofPlatform = withMeaning(evaluation, globals.named(program.symbolName(symbol)), meaning.type)
  return ofPlatform === emptySet ? named : ofPlatform
}
