import type { Sides } from './measure.ts'
import { identifiersOf } from './identifiers.ts'
import { type ForgeSymbol, placeOfSymbol } from './forge-answers.ts'
import { placeOf, type Place } from './place.ts'

/** How the references of sampled symbols compare: sums over all of them. */
export interface ReferenceTally {
  readonly symbols: number
  readonly expected: number
  readonly given: number
  readonly both: number
}

const memberKinds = new Set(['method', 'property', 'getter', 'setter', 'enum-member'])
const namedKinds = new Set(['function', 'class', 'interface', 'type', 'enum', 'variable', 'constant'])
const sampled = 60

/**
 * Compares the references of symbols: every k-th member or module-level declaration, so that there are 60. Names of declarations
 * are no references on either side.
 */
export function measureReferences({ oracle, forge }: Sides, files: readonly string[]): ReferenceTally {
  const all = new Set<Place>()
  for (const file of files) {
    const source = oracle.sourceFile(file)
    for (const { node, form } of identifiersOf(source)) {
      // Keys of object literals declare a member of the literal; language service and Forge differ in what they call them.
      if (form !== 'key') all.add(placeOf(file, node.getStart(source)))
    }
  }
  const candidates = files.flatMap((file) => forge.declaredIn(file).filter(isSampled))
  const step = Math.max(1, Math.floor(candidates.length / sampled))
  const sample = candidates.filter((_, index) => index % step === 0).slice(0, sampled)
  const sums = { symbols: 0, expected: 0, given: 0, both: 0 }
  for (const symbol of sample) {
    const own = placeOfSymbol(symbol)
    const expected = new Set(
      oracle.references(symbol.file, symbol.nameStart).filter((place) => all.has(place) && place !== own),
    )
    const given = new Set(forge.references(symbol.id).filter((place) => all.has(place)))
    sums.symbols++
    sums.expected += expected.size
    sums.given += given.size
    sums.both += [...given].filter((place) => expected.has(place)).length
  }
  return sums
}

function isSampled({ kind, nameStart, nameEnd, id }: ForgeSymbol): boolean {
  if (nameStart === nameEnd) return false
  const descriptor = id.slice(id.indexOf('#') + 1)
  return memberKinds.has(kind) || (namedKinds.has(kind) && !descriptor.includes('.'))
}
