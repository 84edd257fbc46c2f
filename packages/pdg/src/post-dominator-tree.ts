import { depthFirstSearch } from './depth-first-search.ts'
import { type DominatorTree, treeOf } from './dominator-tree.ts'
import { edgeColumns, type FlowGraph, flowGraphFrom } from './flow-graph.ts'
import { reachableFrom } from './reachable.ts'
import { stronglyConnected } from './strongly-connected.ts'
import { controlFlow } from './without-kinds.ts'

/** The dominators of the graph turned around, from the exit: `dominates(a, b)` says that every path from `b` to the exit passes `a`. */
export interface PostDominatorTree extends DominatorTree {
  /** The nodes that are taken to lead to the exit, though no edge does, see {@link postDominatorTree}. */
  readonly assumed: Int32Array
}

/**
 * Finds the post-dominators of each node.
 *
 * Where no path leads to the exit, as in an endless loop, one is assumed: from each set of nodes that lead to each other and to nothing else, by the
 * node of it that a depth-first search from the entry meets first, the header of a loop; in unreachable code, the one with the lowest number. So every node is
 * in the tree. `skipped` edges lead nowhere, unless `skipped` is set: as {@link controlDependence} goes by them.
 */
export function postDominatorTree(
  graph: FlowGraph,
  { skipped = false }: { readonly skipped?: boolean } = {},
): PostDominatorTree {
  return postDominatorTreeOf(skipped ? graph : controlFlow(graph))
}

/** The post-dominators by all edges, those that are `skipped` included. */
export function postDominatorTreeOf(graph: FlowGraph): PostDominatorTree {
  const { graph: complete, assumed } = withWaysOut(graph)
  const around: FlowGraph = {
    size: graph.size,
    entry: graph.exit,
    exit: graph.entry,
    successors: complete.predecessors,
    predecessors: complete.successors,
  }
  return { ...treeOf(around, depthFirstSearch(around.successors, around.entry)), assumed }
}

/** The graph with an edge of kind `next` to the exit from each node of `assumed`, so that every node leads there. */
export function withWaysOut(graph: FlowGraph): { readonly graph: FlowGraph; readonly assumed: Int32Array } {
  const assumed = nodesWithoutWayOut(graph)
  if (assumed.length === 0) return { graph, assumed }
  const { size, entry, exit, from, to, kind } = edgeColumns(graph)
  const count = from.length + assumed.length
  const columns = {
    size,
    entry,
    exit,
    from: new Int32Array(count),
    to: new Int32Array(count),
    kind: new Uint8Array(count),
  }
  columns.from.set(from)
  columns.from.set(assumed, from.length)
  columns.to.set(to)
  columns.to.fill(exit, to.length)
  columns.kind.set(kind)
  return { graph: flowGraphFrom(columns), assumed }
}

/** One node of each component that no edge leaves, without the exit, sorted. */
function nodesWithoutWayOut({ size, entry, exit, successors, predecessors }: FlowGraph): Int32Array {
  if (reachableFrom(predecessors, exit).every((reached) => reached === 1)) return new Int32Array()
  const { component, first, count } = stronglyConnected(successors, entry)
  const { offsets, nodes } = successors
  const isLeft = new Uint8Array(count)
  isLeft[component[exit]!] = 1
  for (let node = 0; node < size; node++) {
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
      if (component[nodes[edge]!] !== component[node]) isLeft[component[node]!] = 1
    }
  }
  return first.filter((_, component) => isLeft[component] === 0).toSorted()
}
