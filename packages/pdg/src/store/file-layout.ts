import type { FunctionIr } from '../ir.ts'
import { packBlock, unpackBlock } from './block.ts'
import type { FunctionPlace } from './packed-ir.ts'

/** A function of a file: where it stands, and the row that has what it does. */
export interface PlacedFunction extends FunctionPlace {
  /** The id of its row in `pdg_functions`. */
  readonly id: number
}

/** Packs the functions of a file in their order: the one row that changes when code moves. */
export function packLayout(functions: readonly PlacedFunction[]): Uint8Array {
  const inside = childrenOf(functions)
  return packBlock((writer) => {
    writer.unsigned(functions.length)
    let [lastId, lastStart] = [0, 0]
    for (const [index, { id, name, start, end, parent, children }] of functions.entries()) {
      writer.signed(id - lastId)
      writer.signed(start - lastStart)
      writer.signed(end - start)
      writer.signed(index - parent)
      writer.text(name)
      // Functions are numbered in the order in which they are met, which is that of the closures that make them: 0 says so.
      const isUsual = sameNumbers(children, inside[index]!)
      writer.unsigned(isUsual ? 0 : children.length + 1)
      if (!isUsual) for (const child of children) writer.signed(child - index)
      lastId = id
      lastStart = start
    }
  })
}

/**
 * Reads what {@link packLayout} packed.
 *
 * @throws {PdgDamagedError} `FORGE_PDG_DAMAGED`
 * @throws {PdgVersionError} `FORGE_PDG_VERSION`
 */
export function unpackLayout(block: Uint8Array): readonly PlacedFunction[] {
  return unpackBlock(
    block,
    (reader) => {
      let [id, start] = [0, 0]
      const functions: (PlacedFunction & { readonly children: number[] })[] = []
      const isUsual: boolean[] = []
      const count = reader.count()
      for (let index = 0; index < count; index++) {
        id += reader.signed()
        start += reader.signed()
        const end = start + reader.signed()
        const parent = index - reader.signed()
        const name = reader.text()
        const own = reader.unsigned()
        const children = Array.from({ length: Math.max(0, own - 1) }, () => index + reader.signed())
        functions.push({ id, name, start, end, parent, children })
        isUsual.push(own === 0)
        if (isUsual[parent] === true) functions[parent]!.children.push(index)
      }
      return functions
    },
    unpackLayout,
  )
}

/** Packs where a function stands that was saved without a file. */
export function packPlace(place: FunctionPlace): Uint8Array {
  return packBlock((writer) => {
    writer.text(place.name)
    for (const number of [place.start, place.end, place.parent, ...place.children]) writer.signed(number)
  })
}

/** Reads what {@link packPlace} packed; throws as {@link unpackLayout}. */
export function unpackPlace(block: Uint8Array): FunctionPlace {
  return unpackBlock(
    block,
    (reader) => {
      const place = { name: reader.text(), start: reader.signed(), end: reader.signed(), parent: reader.signed() }
      const children: number[] = []
      while (reader.left > 0) children.push(reader.signed())
      return { ...place, children }
    },
    unpackPlace,
  )
}

/** The place of a function. */
export function placeOf({ name, start, end, parent, children }: FunctionIr): FunctionPlace {
  return { name, start, end, parent, children }
}

/** The innermost function around an offset, by its index; undefined where there is none. */
export function innermostAt(functions: readonly FunctionPlace[], offset: number): number | undefined {
  let found: number | undefined
  let shortest = Infinity
  for (const [index, { start, end }] of functions.entries()) {
    // Of two of the same length the one inside comes after the one around it.
    if (offset < start || offset >= end || end - start > shortest) continue
    found = index
    shortest = end - start
  }
  return found
}

/** For each function those directly inside, in their order. */
function childrenOf(functions: readonly FunctionPlace[]): readonly number[][] {
  const children: number[][] = functions.map(() => [])
  for (const [index, { parent }] of functions.entries()) children[parent]?.push(index)
  return children
}

function sameNumbers(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((value, at) => value === right[at])
}
