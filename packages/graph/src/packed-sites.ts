import { GraphInputError } from './errors.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { roles } from './graph-types.ts'

/** Called once for each site, in order; `extra` is a role code or a node id. */
export type SiteVisitor = (start: number, end: number, extra: number) => void

const none = new Uint8Array(0)
const shared = new ByteWriter()
/** The role code of a site that does not name what its edge leads to: a call that runs it as the value of something else. */
const throughRole = 6
const roleCount = 7
const exportRole = roles.indexOf('export')

/**
 * Packs start, end and role code of the sites of an edge: the distance from the site before, then length and role in one.
 *
 * @throws `FORGE_GRAPH_INPUT` unless the sites are ordered and half-open, with known roles
 */
export function packSites(sites: Int32Array): Uint8Array {
  if (sites.length === 0) return none
  if (sites.length % 3 !== 0) throw wrongSites('are not three numbers each')
  let before = 0
  for (let at = 0; at < sites.length; at += 3) {
    const start = sites[at]!
    const length = sites[at + 1]! - start
    const role = sites[at + 2]!
    if (start < before || length < 0) throw wrongSites('are not ordered by start, or end before they start')
    if (role < 0 || role >= roleCount) throw wrongSites(`have the unknown role code ${role}`)
    shared.number(start - before)
    shared.number(length * 8 + role)
    before = start
  }
  return shared.take()
}

/** Visits the sites that {@link packSites} packed. */
export function eachSite(packed: Uint8Array, visit: SiteVisitor): void {
  const reader = new ByteReader(packed)
  let start = 0
  while (reader.more) {
    start += reader.number()
    const lengthAndRole = reader.number()
    visit(start, start + Math.floor(lengthAndRole / 8), lengthAndRole % 8)
  }
}

/** Visits the sites that name what their edge leads to. */
export function eachMention(packed: Uint8Array, visit: SiteVisitor): void {
  eachSite(packed, (start, end, role) => {
    if (role !== throughRole) visit(start, end, role)
  })
}

/** The sites of one role, packed as all of them were. */
export function sitesOfRole(packed: Uint8Array, wanted: number): Uint8Array {
  const sites: number[] = []
  eachSite(packed, (start, end, role) => {
    if (role === wanted) sites.push(start, end, role)
  })
  return packSites(Int32Array.from(sites))
}

/** How many sites {@link packSites} packed. */
export function countSites(packed: Uint8Array): number {
  return countNumbers(packed) / 2
}

/** How many sites only export what they name. */
export function countExports(packed: Uint8Array): number {
  let exports = 0
  eachSite(packed, (_start, _end, role) => {
    if (role === exportRole) exports++
  })
  return exports
}

/**
 * Packs start, end and node id of unresolved places.
 *
 * @throws `FORGE_GRAPH_INPUT` unless they are ordered by start and half-open
 */
export function packPlaces(places: Int32Array): Uint8Array {
  if (places.length === 0 || places.length % 3 !== 0) throw wrongSites('are none, or not three numbers each')
  let before = 0
  let nodeBefore = 0
  for (let at = 0; at < places.length; at += 3) {
    const start = places[at]!
    const length = places[at + 1]! - start
    if (start < before || length < 0) throw wrongSites('are not ordered by start, or end before they start')
    shared.number(start - before)
    shared.number(length)
    shared.signed(places[at + 2]! - nodeBefore)
    before = start
    nodeBefore = places[at + 2]!
  }
  return shared.take()
}

/** How many places {@link packPlaces} packed. */
export function countPlaces(packed: Uint8Array): number {
  return countNumbers(packed) / 3
}

/** Visits the places that {@link packPlaces} packed. */
export function eachPlace(packed: Uint8Array, visit: SiteVisitor): void {
  const reader = new ByteReader(packed)
  let start = 0
  let node = 0
  while (reader.more) {
    start += reader.number()
    const end = start + reader.number()
    node += reader.signed()
    visit(start, end, node)
  }
}

function countNumbers(packed: Uint8Array): number {
  let numbers = 0
  for (const byte of packed) if (byte < 128) numbers++
  return numbers
}

function wrongSites(problem: string): GraphInputError {
  shared.take()
  return new GraphInputError(`The sites ${problem}`, {
    hint: 'Give three numbers for each site, ordered by start: start, end and the role code or the row id of a node',
  })
}
