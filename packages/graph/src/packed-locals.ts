import { ByteReader, ByteWriter } from './bytes.ts'
import { compress, decompress } from './compression.ts'
import { GraphInputError } from './errors.ts'
import { type LocalInput, nodeKinds, roles } from './graph-types.ts'

/** An occurrence of a local symbol: the index of the symbol, and the row id of the node whose code it is. */
export interface LocalOccurrence {
  readonly start: number
  readonly end: number
  readonly role: number
  readonly local: number
  readonly in: number
}

/** The symbols only one file refers to, and where it does, by start. */
export interface Locals {
  readonly symbols: readonly LocalInput[]
  readonly occurrences: readonly LocalOccurrence[]
}

const shared = new ByteWriter()
const none = new Uint8Array(0)
const columns = 5
/** How the other two names follow from the descriptor; where they do not, they are written out. */
const sameQualifiedName = 1
const nameEndsQualifiedName = 2

/**
 * Packs the locals of a file: descriptors share their beginning with the one before, offsets are distances, all is compressed.
 *
 * @throws `FORGE_GRAPH_INPUT` for occurrences that are not ordered or belong to no symbol
 */
export function packLocals(locals: readonly LocalInput[], occurrences: Float64Array): Uint8Array {
  if (locals.length === 0 && occurrences.length === 0) return none
  checkOccurrences(locals.length, occurrences)
  shared.number(locals.length)
  let descriptor = ''
  let start = 0
  for (const local of locals) {
    const same = local.qualifiedName === local.descriptor
    const ends = local.qualifiedName.endsWith(local.name)
    shared.number(
      nodeKinds.indexOf(local.kind) * 4 + (same ? sameQualifiedName : 0) + (ends ? nameEndsQualifiedName : 0),
    )
    const common = commonLength(descriptor, local.descriptor)
    shared.number(common)
    shared.text(local.descriptor.slice(common))
    if (!same) shared.text(local.qualifiedName)
    if (ends) shared.number(local.name.length)
    else shared.text(local.name)
    shared.signed(local.start - start)
    shared.signed(local.end - local.start)
    shared.signed(local.nameStart - local.start)
    shared.signed(local.nameEnd - local.nameStart)
    descriptor = local.descriptor
    start = local.start
  }
  start = 0
  let local = 0
  let node = 0
  for (let at = 0; at < occurrences.length; at += columns) {
    shared.number(occurrences[at]! - start)
    shared.number((occurrences[at + 1]! - occurrences[at]!) * 8 + occurrences[at + 2]!)
    shared.signed(occurrences[at + 3]! - local)
    shared.signed(occurrences[at + 4]! - node)
    start = occurrences[at]!
    local = occurrences[at + 3]!
    node = occurrences[at + 4]!
  }
  return compress(shared.take())
}

/** Reads what {@link packLocals} packed. */
export function unpackLocals(packed: Uint8Array): Locals {
  const symbols: LocalInput[] = []
  const occurrences: LocalOccurrence[] = []
  if (packed.length === 0) return { symbols, occurrences }
  const reader = new ByteReader(decompress(packed))
  const count = reader.number()
  let descriptor = ''
  let start = 0
  for (let index = 0; index < count; index++) {
    const head = reader.number()
    descriptor = descriptor.slice(0, reader.number()) + reader.text()
    const qualifiedName = (head & sameQualifiedName) === 0 ? reader.text() : descriptor
    const name =
      (head & nameEndsQualifiedName) === 0 ? reader.text() : qualifiedName.slice(qualifiedName.length - reader.number())
    start += reader.signed()
    const end = start + reader.signed()
    const nameStart = start + reader.signed()
    const nameEnd = nameStart + reader.signed()
    symbols.push({ name, qualifiedName, descriptor, kind: nodeKinds[head >> 2]!, start, end, nameStart, nameEnd })
  }
  start = 0
  let local = 0
  let node = 0
  while (reader.more) {
    start += reader.number()
    const lengthAndRole = reader.number()
    local += reader.signed()
    node += reader.signed()
    const end = start + Math.floor(lengthAndRole / 8)
    occurrences.push({ start, end, role: lengthAndRole % 8, local, in: node })
  }
  return { symbols, occurrences }
}

function checkOccurrences(count: number, occurrences: Float64Array): void {
  let problem = occurrences.length % columns === 0 ? undefined : 'are not five numbers each'
  let before = 0
  for (let at = 0; problem === undefined && at < occurrences.length; at += columns) {
    const start = occurrences[at]!
    const role = occurrences[at + 2]!
    const local = occurrences[at + 3]!
    if (start < before || occurrences[at + 1]! < start) problem = 'are not ordered by start, or end before they start'
    else if (roles[role] === undefined) problem = `have the unknown role code ${role}`
    else if (!(local >= 0 && local < count)) problem = `name the local symbol ${local} of ${count}`
    before = start
  }
  if (problem === undefined) return
  throw new GraphInputError(`The occurrences of local symbols ${problem}`, {
    hint: 'Give start, end, role code, index of the local symbol and row id of the enclosing node, ordered by start',
  })
}

/** How many units two texts begin with in common; a surrogate pair is never cut. */
function commonLength(left: string, right: string): number {
  const most = Math.min(left.length, right.length)
  let common = 0
  while (common < most && left.charCodeAt(common) === right.charCodeAt(common)) common++
  const last = left.charCodeAt(common - 1)
  return last >= 0xd800 && last < 0xdc00 ? common - 1 : common
}
