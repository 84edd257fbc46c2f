import type { GraphSymbol, UnresolvedPlace } from '@forge/graph'
import type { Forge } from '../forge.ts'
import { counted } from './render.ts'

/** The places that name something called like one of the symbols and could not be resolved: they may belong to it. */
export async function unresolvedNamed(
  forge: Forge,
  symbols: readonly GraphSymbol[],
): Promise<readonly UnresolvedPlace[]> {
  const found = await Promise.all(namesOf(symbols).map((name) => forge.graph.unresolvedNamed(name)))
  return found.flat()
}

/** The remark under an answer that unresolved places may belong to. */
export function doubtsLine(places: number, noun: 'call' | 'mention', symbols: readonly GraphSymbol[]): string {
  return `${counted(places, `unresolved ${noun}`)} of something called ${namesOf(symbols).join(' or ')} may belong here`
}

function namesOf(symbols: readonly GraphSymbol[]): string[] {
  return [...new Set(symbols.map((symbol) => symbol.name))]
}
