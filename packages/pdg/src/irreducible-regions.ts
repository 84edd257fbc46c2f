import type { DominatorTree } from './dominator-tree.ts'
import { edgeColumns, flowGraphFrom } from './flow-graph.ts'
import { stronglyConnected } from './strongly-connected.ts'

/** Nodes that lead to each other, with several ways in, none of which dominates the others: what only `goto` can write. */
export interface IrreducibleRegion {
  /** The nodes by which it is entered, sorted: two or more. */
  readonly entries: readonly number[]
  /** Its nodes, sorted. Natural loops may be among them, and it may be in one. */
  readonly nodes: readonly number[]
}

/** Finds what is still strongly connected without the edges that lead back to a dominator, by lowest node. */
export function irreducibleRegions({ graph, place, dominates }: DominatorTree): readonly IrreducibleRegion[] {
  const { from, to, kind, ...rest } = edgeColumns(graph)
  const isForward = (_: number, edge: number): boolean =>
    place[from[edge]!] !== -1 && !dominates(to[edge]!, from[edge]!)
  const forward = flowGraphFrom({
    ...rest,
    from: from.filter(isForward),
    to: to.filter(isForward),
    kind: kind.filter(isForward),
  })
  const { component, count } = stronglyConnected(forward.successors, graph.entry)
  if (count === graph.size) return []

  const members = new Int32Array(count)
  for (const one of component) members[one]!++
  const regions = new Map<number, { readonly entries: number[]; readonly nodes: number[] }>()
  const { offsets, nodes } = forward.predecessors
  for (let node = 0; node < graph.size; node++) {
    const own = component[node]!
    if (members[own] === 1) continue
    const region = regions.get(own) ?? { entries: [], nodes: [] }
    regions.set(own, region)
    region.nodes.push(node)
    const before = nodes.subarray(offsets[node], offsets[node + 1])
    if (before.some((other) => component[other] !== own)) region.entries.push(node)
  }
  return [...regions.values()]
}
