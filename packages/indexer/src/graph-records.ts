import { symbolFlag, symbolKinds, type Facts, type SymbolDescription } from '@forge/lang'
import { nodeKinds, type LocalInput, type NodeInput, type NodeKind, type UnresolvedInput } from '@forge/graph'
import type { UnresolvedReference } from '@forge/link'
import { InternalError } from '@forge/errors'

const kindsByName: ReadonlyMap<string, NodeKind> = new Map(nodeKinds.map((kind) => [kind, kind]))

/** Whether users see the symbol, as a node or as a local of its file. */
export function isShown(facts: Facts, row: number): boolean {
  const kind = symbolKinds[facts.symbols.kind[row]!]
  return (facts.symbols.flags[row]! & symbolFlag.hidden) === 0 && kind !== 'import' && kind !== 'object'
}

/** Whether the symbol is seen only inside one function; it is a node only where an edge leads to it. */
export function isLocal(facts: Facts, row: number): boolean {
  return (facts.symbols.flags[row]! & symbolFlag.local) !== 0
}

/** The node of a symbol. */
export function nodeOf(facts: Facts, row: number, description: SymbolDescription): NodeInput {
  const { symbols, strings } = facts
  const hash = symbols.hash.subarray(row * 32, row * 32 + 32)
  return {
    ...localOf(facts, row, description),
    exported: (symbols.flags[row]! & symbolFlag.exported) !== 0,
    signature: strings[symbols.signature[row]!] || null,
    doc: strings[symbols.doc[row]!] || null,
    complexity: symbols.complexity[row]! || null,
    hash: hash.every((byte) => byte === 0) ? null : hash,
  }
}

/** The record of a local symbol. */
export function localOf(facts: Facts, row: number, description: SymbolDescription): LocalInput {
  const { symbols } = facts
  const kind = kindsByName.get(symbolKinds[symbols.kind[row]!] ?? '')
  if (kind === undefined) throw new InternalError(`A symbol of kind ${symbolKinds[symbols.kind[row]!]} is no node`)
  return {
    name: description.name,
    qualifiedName: description.qualifiedName,
    descriptor: description.descriptor,
    kind,
    start: symbols.start[row]!,
    end: symbols.end[row]!,
    nameStart: symbols.nameStart[row]!,
    nameEnd: symbols.nameEnd[row]!,
  }
}

/** What could not be resolved, by name, reason and whether it is called; `nodeIdOf` gives the node whose code a place is. */
export function groupUnresolved(
  references: readonly UnresolvedReference[],
  nodeIdOf: (symbol: number) => number,
): UnresolvedInput[] {
  const groups = new Map<string, { readonly first: UnresolvedReference; readonly sites: number[] }>()
  for (const reference of references) {
    const key = `${reference.name}\0${reference.reason}\0${reference.call ? 1 : 0}`
    let group = groups.get(key)
    if (group === undefined) groups.set(key, (group = { first: reference, sites: [] }))
    group.sites.push(reference.start, reference.end, nodeIdOf(reference.in))
  }
  return [...groups.values()].map(({ first, sites }) => ({
    name: first.name,
    reason: first.reason,
    call: first.call,
    sites: Int32Array.from(sites),
  }))
}
