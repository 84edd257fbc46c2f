import { emptySet } from './confident-sets.ts'
import type { ConfidentSets } from './confident-sets.ts'

/** The types that are expected where object literals are written: what their members are named after. */
export interface ExpectedTypes {
  add(object: number, types: number): void
  of(object: number): number
  /** Each object with the types that are expected of it. */
  entries(): Iterable<readonly [object: number, types: number]>
}

/** Makes empty {@link ExpectedTypes}. */
export function createExpectedTypes(sets: ConfidentSets): ExpectedTypes {
  const known = new Map<number, number>()
  return {
    add: (object, types) => void known.set(object, sets.union(known.get(object) ?? emptySet, types)),
    of: (object) => known.get(object) ?? emptySet,
    entries: () => known.entries(),
  }
}
