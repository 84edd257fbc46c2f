import { emptySet } from './confident-sets.ts'
import type { ConfidentSets } from './confident-sets.ts'
import { createTripleTable } from './triple-table.ts'

/**
 * Which call or assignment put which values where, and in which round of {@link settleFlows}. As nothing is forgotten but on demand, it
 * tells what was known before any round, and what would have been without some of the sites.
 */
export interface FlowRecord {
  /** The number of a place: a slot of a holder. */
  place(holder: number, side: number, slot: number): number
  /** Notes what a site puts into a place in a round. */
  put(place: number, site: number, round: number, set: number): void
  /** Takes back what a site has put anywhere from a round on. */
  withdraw(site: number, round: number): void
  /** What was put into a place before a round. */
  at(place: number, round: number): number
  /** The same as it was at the last {@link FlowRecord.commit}. */
  before(place: number, round: number): number
  /** The places that something was put into in a round, whatever has become of it. */
  placesOf(round: number): Iterable<number>
  isPutInto(place: number, round: number): boolean
  /** The number of rounds in which something was put anywhere. */
  rounds(): number
  /** The places where something was put or taken back since the last {@link FlowRecord.commit}. */
  touched(): ReadonlySet<number>
  /** Makes final what was put and taken back. */
  commit(): void
}

/** What has become of an entry since the last commit. */
const state = { kept: 0, added: 1, withdrawn: 2 } as const

/** Makes an empty {@link FlowRecord}. */
export function createFlowRecord(sets: ConfidentSets): FlowRecord {
  const places = createTripleTable(1024)
  const placeOf: number[] = []
  const roundOf: number[] = []
  const setOf: number[] = []
  const stateOf: number[] = []
  /** The last entry of each place and of each site, and the one before each entry; -1 for none. */
  const ofPlace: number[] = []
  const ofSite: number[] = []
  const nextOfPlace: number[] = []
  const nextOfSite: number[] = []
  const placesOfRound: Set<number>[] = []
  const touched = new Set<number>()

  function at(place: number, round: number, left: number): number {
    let known = emptySet
    for (let entry = ofPlace[place] ?? -1; entry >= 0; entry = nextOfPlace[entry]!) {
      if (roundOf[entry]! < round && stateOf[entry] !== left) known = sets.union(known, setOf[entry]!)
    }
    return known
  }

  /** Whether a site is known to put these values into a place, in a round before. */
  function isKnown(place: number, site: number, set: number): boolean {
    for (let entry = ofSite[site] ?? -1; entry >= 0; entry = nextOfSite[entry]!) {
      if (placeOf[entry] === place && sets.union(setOf[entry]!, set) === setOf[entry]) return true
    }
    return false
  }

  return {
    place: (holder, side, slot) => places.intern(holder, slot, side),
    put(place, site, round, set) {
      if (set === emptySet || isKnown(place, site, set)) return
      const entry = placeOf.push(place) - 1
      roundOf.push(round)
      setOf.push(set)
      stateOf.push(state.added)
      nextOfPlace.push(ofPlace[place] ?? -1)
      nextOfSite.push(ofSite[site] ?? -1)
      ofPlace[place] = entry
      ofSite[site] = entry
      while (placesOfRound.length <= round) placesOfRound.push(new Set())
      placesOfRound[round]!.add(place)
      touched.add(place)
    },
    withdraw(site, round) {
      let last = -1
      for (let entry = ofSite[site] ?? -1; entry >= 0; entry = nextOfSite[entry]!) {
        if (roundOf[entry]! < round) {
          last = entry
          break
        }
        // The entries of a site are in the order of rounds.
        stateOf[entry] = state.withdrawn
        touched.add(placeOf[entry]!)
      }
      ofSite[site] = last
    },
    at: (place, round) => at(place, round, state.withdrawn),
    before: (place, round) => at(place, round, state.added),
    placesOf: (round) => placesOfRound[round] ?? [],
    isPutInto: (place, round) => placesOfRound[round]?.has(place) === true,
    rounds: () => placesOfRound.length,
    touched: () => touched,
    commit() {
      for (const place of touched) {
        let previous = -1
        for (let entry = ofPlace[place] ?? -1; entry >= 0; entry = nextOfPlace[entry]!) {
          if (stateOf[entry] !== state.withdrawn) {
            stateOf[entry] = state.kept
            previous = entry
          } else if (previous < 0) ofPlace[place] = nextOfPlace[entry]!
          else nextOfPlace[previous] = nextOfPlace[entry]!
        }
      }
      touched.clear()
    },
  }
}
