import type { DominatorTree } from './dominator-tree.ts'
import { FlowGraphError } from './errors.ts'
import { pairCounter } from './most-pairs.ts'

/** The dominance frontier of each node: of node `n`, sorted, `nodes` at `offsets[n]` to `offsets[n + 1] - 1`. */
export interface DominanceFrontiers {
  readonly offsets: Int32Array
  readonly nodes: Int32Array
}

/**
 * Finds where the dominance of each node ends: the nodes that it does not strictly dominate, but a predecessor of which it dominates
 * (K. Cooper, T. Harvey, K. Kennedy, "A Simple, Fast Dominance Algorithm", 2001, figure 5).
 *
 * Of a {@link postDominatorTree} it finds the post-dominance frontiers. The time is that of the size of the result, which loops that are nested by their ends
 * (`do … while`) make grow with the square of their depth.
 *
 * @throws {GraphTooLargeError} `FORGE_PDG_TOO_LARGE`: they are more than `most`, which is found out before they are listed.
 * @throws {FlowGraphError} `FORGE_PDG_FLOW_GRAPH`: `most` is no number from 0.
 */
export function dominanceFrontiers(tree: DominatorTree, { most }: { readonly most?: number } = {}): DominanceFrontiers {
  const { size } = tree.graph
  if (most !== undefined && !(most >= 0)) {
    throw new FlowGraphError(`There cannot be ${most} frontiers at most`, {
      hint: 'Give `most` as a number from 0, or leave it out',
      details: { most },
      callSite: dominanceFrontiers,
    })
  }
  const offsets = new Int32Array(size + 1)
  const count = pairCounter('dominance frontiers', { size, ...(most === undefined ? {} : { most }) })
  eachFrontier(tree, (node) => {
    count()
    offsets[node + 1]!++
  })
  for (let node = 0; node < size; node++) offsets[node + 1]! += offsets[node]!
  const nodes = new Int32Array(offsets[size]!)
  const next = offsets.slice()
  eachFrontier(tree, (node, end) => {
    nodes[next[node]!++] = end
  })
  return { offsets, nodes }
}

function eachFrontier({ graph, parent, place }: DominatorTree, visit: (node: number, end: number) => void): void {
  const { offsets, nodes } = graph.predecessors
  /** For each node the last end that was told of it: what is above it was told as well. */
  const told = new Int32Array(graph.size).fill(-1)
  for (let end = 0; end < graph.size; end++) {
    if (place[end] === -1) continue
    for (let edge = offsets[end]!; edge < offsets[end + 1]!; edge++) {
      let node = nodes[edge]!
      if (place[node] === -1) continue
      for (; node !== parent[end] && told[node] !== end; node = parent[node]!) {
        told[node] = end
        visit(node, end)
      }
    }
  }
}
