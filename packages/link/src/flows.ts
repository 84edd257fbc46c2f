import { emptySet } from './confident-sets.ts'
import type { Fixpoint } from './fixpoint.ts'
import type { FlowRecord } from './flow-record.ts'
import { inputKind, type Inputs } from './inputs.ts'

/**
 * What the program is known to put into the parameters of its functions and the members of its objects: a set of values for
 * each slot of each holder. It grows in rounds, from nothing: each round puts in what calls and assignments say by what was known in the
 * round before.
 *
 * In the tradition of Feldthaus, Schäfer, Sridharan, Dolby, Tip, "Efficient construction of approximate call graphs for JavaScript IDE
 * services" (ICSE 2013), but objects are told apart by where they are made, not by the names of their members alone.
 */
export interface Flows {
  /** The values of a slot by the last round. Whatever is computed from them is forgotten when there are others. */
  get(holder: number, side: number, slot: number): number
  /** Adds to a slot what the next round is to know; `site` is who does so. */
  add(site: number, holder: number, side: number, slot: number, set: number): void
  /** Goes on to the next round. Returns the observers of {@link Fixpoint} to whom something is different then. */
  advance(): readonly number[]
  /** Goes behind the last round, and makes known what has become of places whose {@link FlowRecord} is different. Returns the observers as well. */
  refresh(places: Iterable<number>): readonly number[]
}

/** Added to the place of a parameter where it is known by the type that is expected of its function. */
const typedPlace = 0x10_0000

/** The slot of a parameter of a function, or of its `this`, as {@link Flows} has it: names of members are 0 and more. */
export function parameterSlot(place: number): number {
  return -1 - place
}

/** The slot of what a parameter is by the type that is expected of its function. */
export function typedSlot(place: number): number {
  return -1 - typedPlace - place
}

/** The slot of an object literal for the types that are expected where it is written: what its members are named after. */
export const expectedSlot: number = -1 - typedPlace * 2

/** Makes {@link Flows} that see a record as it was before its first round. */
export function createFlows(record: FlowRecord, inputs: Inputs, fixpoint: Fixpoint): Flows {
  /** The values of the places that somebody asked for; undefined for others. */
  const known: (number | undefined)[] = []
  let round = 0

  function look(places: Iterable<number>): readonly number[] {
    const changed: number[] = []
    for (const place of places) {
      if (known[place] === undefined) continue
      const values = record.at(place, round)
      if (values === known[place]) continue
      known[place] = values
      changed.push(inputs.number(inputKind.place, place))
    }
    return fixpoint.forget(changed)
  }

  return {
    get(holder, side, slot) {
      const place = record.place(holder, side, slot)
      fixpoint.dependOnInput(inputs.number(inputKind.place, place))
      return (known[place] ??= record.at(place, round))
    },
    add(site, holder, side, slot, set) {
      if (set !== emptySet) record.put(record.place(holder, side, slot), site, round, set)
    },
    advance: () => look(record.placesOf(round++)),
    refresh(places) {
      round = Number.POSITIVE_INFINITY
      return look(places)
    },
  }
}
