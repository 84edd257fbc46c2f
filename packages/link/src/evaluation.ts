import type { Augmentations } from './augmentations.ts'
import { confidenceOf, elementOf, emptySet, exact } from './confident-sets.ts'
import type { ConfidentSets } from './confident-sets.ts'
import type { ExportsByName } from './exports-by-name.ts'
import type { Externals } from './externals.ts'
import type { Flows } from './flows.ts'
import type { GenericParameters } from './generic-parameters.ts'
import type { ProjectGlobals } from './project-globals.ts'
import type { Program } from './program.ts'
import type { StoreNames } from './store-names.ts'
import type { Values } from './values.ts'

/**
 * Answers what expressions name and what values they have. Two kinds of sets: of entities (what is
 * named: a symbol, or the external `-1 - entity`) and of abstract {@link Values}.
 *
 * Every answer is kept, and is the same whatever was asked before.
 */
export interface Evaluation {
  readonly program: Program
  readonly augmentations: Augmentations
  readonly exportsByName: ExportsByName
  readonly externals: Externals
  readonly sets: ConfidentSets
  readonly values: Values
  readonly globals: ProjectGlobals
  readonly flows: Flows
  readonly stores: StoreNames
  readonly genericParameters: GenericParameters
  /** Says that the answer being computed depends on an input, by its {@link inputKind}; where nothing is ever updated, nobody listens. */
  reads(kind: number, a: number, b?: number): void
  /** Whoever asks from here on goes by this number, for {@link Flows.advance} to tell; -1 for nobody. */
  observe(observer: number): void
  /** The entities an expression names; empty for what names nothing, like a call. */
  named(file: number, expr: number): number
  /** The values an expression has. */
  valued(file: number, expr: number): number
  /** The entities an import symbol is an alias of. */
  imported(symbol: number): number
  /** The values of a symbol. */
  symbolValued(symbol: number): number
  /** The entities a file exports under a name. */
  exportNamed(file: number, name: number): number
  /** The values a file exports under a name. */
  exportValued(file: number, name: number): number
  /** The entities that are the member `name` of a value. */
  memberNamed(value: number, name: number): number
  /** The values of the member `name` of a value; `this` is not bound yet. */
  memberValued(value: number, name: number): number
  /** The values a class or interface has its inherited members from, on the same side as the value. */
  basesOf(value: number): number
  /** What calling a value gives. */
  called(value: number): number
  /** What calling the method `name` of a value of a language type gives. */
  methodCalled(value: number, name: number): number
  /** What `new` of a value gives. */
  constructed(value: number): number
  /** What awaiting a value gives. */
  awaited(value: number): number
  /** What iterating a value, or indexing it by number or an unknown key, gives. */
  elements(value: number): number
}

/** The union of what `give` says of each element, no more confident than the element is. */
export function flatMap(sets: ConfidentSets, set: number, give: (element: number) => number): number {
  let result = emptySet
  for (let i = 0; i < sets.size(set); i++) {
    const packed = sets.at(set, i)
    result = sets.union(result, sets.weaken(give(elementOf(packed)), confidenceOf(packed)))
  }
  return result
}

/** A set of one value, exactly. */
export function oneValue(evaluation: Evaluation, entity: number, side: number, environment = 0): number {
  return evaluation.sets.one(evaluation.values.of(entity, side, environment), exact)
}
