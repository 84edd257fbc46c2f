import { emptySet } from './confident-sets.ts'
import type { ConfidentSets } from './confident-sets.ts'
import type { Fixpoint } from './fixpoint.ts'
import { createTripleTable } from './triple-table.ts'

/**
 * What the program is known to put into the parameters of its functions and the members of its objects: a set of values for
 * each place of each holder. It grows in rounds, from nothing: whoever asks for a place makes it wanted, and each round puts into the places
 * that are wanted what calls and assignments say by what was known in the round before.
 *
 * In the tradition of Feldthaus, Schäfer, Sridharan, Dolby, Tip, "Efficient construction of approximate call graphs for JavaScript IDE
 * services" (ICSE 2013), but objects are told apart by where they are made, not by the names of their members alone.
 */
export interface Flows {
  /** The values of a place by the last round. Whatever is computed from them is forgotten when a round finds more. */
  get(holder: number, side: number, place: number): number
  /** The number of a place that somebody asked for, -1 for any other. */
  find(holder: number, side: number, place: number): number
  /** The places wanted so far. */
  count(): number
  holder(wanted: number): number
  place(wanted: number): number
  /** Adds to a place what the next round is to know. */
  add(wanted: number, set: number): void
  /**
   * Makes known what was added.
   *
   * @returns the observers of {@link Fixpoint} to whom something has changed; undefined where nothing is new: no value, and no place
   * that is wanted.
   */
  advance(): readonly number[] | undefined
}

/** Added to the place of a parameter where it is known by the type that is expected of its function. */
const typedPlace = 0x10_0000

/** The place of a parameter of a function, or of its `this`, as {@link Flows} has it: names of members are 0 and more. */
export function parameterSlot(place: number): number {
  return -1 - place
}

/** The place of what a parameter is by the type that is expected of its function. */
export function typedSlot(place: number): number {
  return -1 - typedPlace - place
}

/** The place of the parameter that a slot is of; -1 for one that is known by a type, or that is none. */
export function placeOfSlot(slot: number): number {
  return slot > -1 - typedPlace ? -1 - slot : -1
}

/** The place of the parameter that a {@link typedSlot} is of, -1 for any other. */
export function placeOfTypedSlot(slot: number): number {
  return slot <= -1 - typedPlace ? -1 - typedPlace - slot : -1
}

/** Makes empty {@link Flows}. */
export function createFlows(sets: ConfidentSets, fixpoint: Fixpoint): Flows {
  const places = createTripleTable()
  const known: number[] = []
  const next: number[] = []
  let grown = false

  return {
    get(holder, side, place) {
      const wanted = places.intern(holder, place, side)
      fixpoint.dependOnInput(wanted)
      if (wanted === known.length) {
        known.push(emptySet)
        next.push(emptySet)
        // Somebody has to look for it.
        grown = true
      }
      return known[wanted]!
    },
    find: (holder, side, place) => places.find(holder, place, side),
    count: () => places.count(),
    holder: (wanted) => places.first(wanted),
    place: (wanted) => places.second(wanted),
    add(wanted, set) {
      next[wanted] = sets.union(next[wanted]!, set)
    },
    advance() {
      const changed: number[] = []
      for (let wanted = 0; wanted < known.length; wanted++) {
        if (known[wanted] === next[wanted]) continue
        known[wanted] = next[wanted]!
        changed.push(wanted)
      }
      const isOver = changed.length === 0 && !grown
      grown = false
      return isOver ? undefined : fixpoint.forget(changed)
    },
  }
}
