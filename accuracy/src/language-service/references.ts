import { isAmong, type Sides } from './measure.ts'
import { type Identifier, identifiersOf } from './identifiers.ts'
import type { Oracle } from './oracle.ts'
import { type ForgeSymbol, placeOfSymbol } from './forge-answers.ts'
import { partsOf, placeOf, type Place } from './place.ts'

/** How the references of sampled symbols compare: sums over all of them. */
export interface ReferenceTally {
  readonly symbols: number
  /** References of the language service whose definition is the symbol. */
  readonly expected: number
  /** Its other references: of members that the symbol overrides or that override it, of what is named alike in a union. */
  readonly related: number
  /** References of Forge, where the language service knows what is named. */
  readonly given: number
  /** Of these, those that are any reference of the language service. */
  readonly right: number
  /** Of these, those that are among `expected`. */
  readonly both: number
  /** References that only one side has, in words. */
  readonly findings: readonly string[]
}

const memberKinds = new Set(['method', 'property', 'getter', 'setter', 'enum-member'])
const namedKinds = new Set(['function', 'class', 'interface', 'type', 'enum', 'variable', 'constant'])
const sampled = 60

/**
 * Compares the references of symbols: every k-th member or module-level declaration, so that there are 60. Names of declarations
 * are no references on either side.
 */
export function measureReferences({ oracle, forge }: Sides, files: readonly string[]): ReferenceTally {
  const all = new Map<Place, Identifier['node']>()
  for (const file of files) {
    const source = oracle.sourceFile(file)
    for (const { node, form } of identifiersOf(source)) {
      // Keys of object literals declare a member of the literal; language service and Forge differ in what they call them.
      if (form !== 'key') all.set(placeOf(file, node.getStart(source)), node)
    }
  }
  const candidates = files.flatMap((file) => forge.declaredIn(file).filter(isSampled))
  const step = Math.max(1, Math.floor(candidates.length / sampled))
  const sample = candidates.filter((_, index) => index % step === 0).slice(0, sampled)
  const sums = { symbols: 0, expected: 0, related: 0, given: 0, right: 0, both: 0 }
  const findings: string[] = []
  for (const symbol of sample) {
    const own = placeOfSymbol(symbol)
    const found = oracle.references(symbol.file, symbol.nameStart).filter((place) => all.has(place) && place !== own)
    const expected = new Set<Place>()
    const related = new Set<Place>()
    for (const place of found) {
      const answer = oracle.answer(partsOf(place).file, all.get(place)!)
      if (answer?.places.has(place) === true) continue
      const means = answer !== undefined && isAmong(symbol, answer)
      const set = means ? expected : related
      set.add(place)
    }
    const given = forge.references(symbol.id).filter((place) => {
      const node = all.get(place)
      if (node === undefined || expected.has(place) || related.has(place)) return node !== undefined
      const answer = oracle.answer(partsOf(place).file, node)
      return answer !== undefined && !answer.inComment && !answer.places.has(place)
    })
    sums.symbols++
    sums.expected += expected.size
    sums.related += related.size
    sums.given += given.length
    for (const place of given) {
      if (expected.has(place)) sums.both++
      if (expected.has(place) || related.has(place)) sums.right++
      else findings.push(`          ${symbol.id}: only Forge: ${described(oracle, place)}`)
    }
    const givenPlaces = new Set(given)
    for (const place of expected) {
      if (!givenPlaces.has(place)) findings.push(`          ${symbol.id}: only TypeScript: ${described(oracle, place)}`)
    }
  }
  return { ...sums, findings }
}

function described(oracle: Oracle, place: Place): string {
  const { file, offset } = partsOf(place)
  const source = oracle.sourceFile(file)
  const { line, character } = source.getLineAndCharacterOfPosition(Number(offset))
  return `${file}:${line + 1}:${character + 1} ${source.text.split('\n')[line]!.trim().slice(0, 120)}`
}

function isSampled({ kind, nameStart, nameEnd, id }: ForgeSymbol): boolean {
  if (nameStart === nameEnd) return false
  const descriptor = id.slice(id.indexOf('#') + 1)
  return memberKinds.has(kind) || (namedKinds.has(kind) && !descriptor.includes('.'))
}
