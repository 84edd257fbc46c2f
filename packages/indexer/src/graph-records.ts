import { symbolFlag, symbolKinds, type Facts, type SymbolDescriptions } from '@forge/lang'
import {
  nodeKinds,
  type CodeCounts,
  type LocalInput,
  type NodeInput,
  type NodeKind,
  type UnresolvedInput,
} from '@forge/graph'
import type { UnresolvedReference } from '@forge/link'
import { InternalError } from '@forge/errors'
import { baseName } from './project-paths.ts'

const kindsByName: ReadonlyMap<string, NodeKind> = new Map(nodeKinds.map((kind) => [kind, kind]))

/** What a function without a name is called where users see it. */
const unnamed = '(anonymous)'

/** Whether users see the symbol, as a node or as a local of its file. */
export function isShown(facts: Facts, row: number): boolean {
  const kind = symbolKinds[facts.symbols.kind[row]!]
  return (facts.symbols.flags[row]! & symbolFlag.hidden) === 0 && kind !== 'import' && kind !== 'object'
}

/** Whether the symbol is seen only inside one function, or is a function without a name; it is a node only where an edge leads to it. */
export function isLocal(facts: Facts, row: number): boolean {
  return (facts.symbols.flags[row]! & (symbolFlag.local | symbolFlag.hidden)) !== 0
}

/** A file's symbols as records of the graph. */
export interface SymbolSource {
  readonly path: string
  readonly facts: Facts
  readonly descriptions: SymbolDescriptions
}

/** The node of a symbol. */
export function nodeOf(source: SymbolSource, row: number): NodeInput {
  const { symbols, texts } = source.facts
  const hash = symbols.hash.subarray(row * 32, row * 32 + 32)
  return {
    ...localOf(source, row),
    exported: (symbols.flags[row]! & symbolFlag.exported) !== 0,
    signature: texts[symbols.signature[row]!] ?? null,
    doc: texts[symbols.doc[row]!] ?? null,
    complexity: symbols.complexity[row]! || null,
    code: codeCountsOf(source.facts, row),
    hash: hash.every((byte) => byte === 0) ? null : hash,
  }
}

/** What is counted of the code of a symbol; null for one that has none. */
function codeCountsOf({ symbols, code }: Facts, row: number): CodeCounts | null {
  if (symbols.complexity[row] === 0) return null
  let [low, high] = [0, code.count - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (code.symbol[middle]! < row) low = middle + 1
    else high = middle
  }
  return {
    cognitive: code.cognitive[low]!,
    operators: code.operators[low]!,
    operands: code.operands[low]!,
    distinctOperators: code.distinctOperators[low]!,
    distinctOperands: code.distinctOperands[low]!,
  }
}

/** The record of a local symbol. A module is named as its file. */
export function localOf({ path, facts, descriptions }: SymbolSource, row: number): LocalInput {
  const { symbols, strings } = facts
  const kind = kindsByName.get(symbolKinds[symbols.kind[row]!] ?? '')
  if (kind === undefined) throw new InternalError(`A symbol of kind ${symbolKinds[symbols.kind[row]!]} is no node`)
  const isHidden = (symbols.flags[row]! & symbolFlag.hidden) !== 0
  return {
    name: row === 0 ? baseName(path) : isHidden ? unnamed : strings[symbols.name[row]!]!,
    qualifiedName: row === 0 ? path : descriptions.qualifiedNames[row]!,
    descriptor: descriptions.descriptors[row]!,
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
