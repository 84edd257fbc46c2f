import type { Place } from './program.ts'

/** The accesses of one kind, reads or writes, by what they are of. */
export interface AccessesOfKind {
  readonly variables: Map<string, Place[]>
  readonly properties: Map<string, Place[]>
  readonly elements: Place[]
  /** By what has the object. */
  readonly propertiesOf: Map<string, Place[]>
  readonly elementsOf: Map<string, Place[]>
  /** What is given to calls of what is not known, and those calls. */
  readonly given: Map<string, Place[]>
}

/** Where the functions of a file access what others can get at as well. */
export interface Accesses {
  readonly read: AccessesOfKind
  readonly written: AccessesOfKind
}

/** The places of some keys. */
export function placesOf(places: ReadonlyMap<string, readonly Place[]>, keys: ReadonlySet<string>): readonly Place[] {
  return [...keys].flatMap((key) => places.get(key) ?? [])
}

export function emptyAccesses(): AccessesOfKind {
  return {
    variables: new Map(),
    properties: new Map(),
    elements: [],
    propertiesOf: new Map(),
    elementsOf: new Map(),
    given: new Map(),
  }
}

/** Adds a place to those of a key. */
export function add(map: Map<string, Place[]>, key: string, place: Place): void {
  const places = map.get(key)
  if (places === undefined) map.set(key, [place])
  else places.push(place)
}
