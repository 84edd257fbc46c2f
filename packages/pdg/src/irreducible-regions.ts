import { depthFirstSearch } from './depth-first-search.ts'
import type { DominatorTree } from './dominator-tree.ts'
import { filterEdges } from './flow-graph.ts'
import { stronglyConnected } from './strongly-connected.ts'

/** Nodes that lead to each other, with several ways in, none of which dominates the others: what only `goto` can write. */
export interface IrreducibleRegion {
  /** The nodes by which it is entered, sorted: two or more. */
  readonly entries: readonly number[]
  /** Its nodes, sorted. Natural loops may be among them, and it may be in one. */
  readonly nodes: readonly number[]
}

/** Finds what is still strongly connected without the edges that lead back to a dominator, by lowest node. */
export function irreducibleRegions(tree: DominatorTree): readonly IrreducibleRegion[] {
  if (isReducible(tree)) return []
  const { graph, place, dominates } = tree
  const forward = filterEdges(graph, (from, to) => place[from] !== -1 && !dominates(to, from))
  const { component, count } = stronglyConnected(forward.successors, graph.entry)
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

/** Whether each edge that leads back in a depth-first search leads to a dominator: most graphs end here (M. Hecht, J. Ullman, "Characterizations of Reducible Flow Graphs", 1974). */
function isReducible({ graph, dominates }: DominatorTree): boolean {
  const { offsets, nodes } = graph.successors
  const { finished, finish } = depthFirstSearch(graph.successors, graph.entry)
  for (const node of finished) {
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
      const next = nodes[edge]!
      if (finish[next]! >= finish[node]! && !dominates(next, node)) return false
    }
  }
  return true
}
