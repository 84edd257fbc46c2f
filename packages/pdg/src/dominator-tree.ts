import { type DepthFirstSearch, depthFirstSearch } from './depth-first-search.ts'
import type { Adjacency, FlowGraph } from './flow-graph.ts'
import { controlFlow } from './without-kinds.ts'

/**
 * Which nodes every path from the root to a node passes: its dominators are its ancestors in the tree.
 *
 * A node that no path reaches is not in the tree: it dominates nothing, and nothing dominates it.
 */
export interface DominatorTree {
  /** The graph it is the tree of, without `skipped` edges. For post-dominators it is turned around. */
  readonly graph: FlowGraph
  /** The entry of `graph`. */
  readonly root: number
  /** For each node its immediate dominator; -1 for the root, and for what is not in the tree. */
  readonly parent: Int32Array
  /** How many dominators a node has beside itself; -1 for what is not in the tree. */
  readonly depth: Int32Array
  /** The nodes in preorder: each before those that it dominates. */
  readonly order: Int32Array
  /** For each node its place in `order`; -1 for what is not in the tree. */
  readonly place: Int32Array
  /** For each node the place of the last one that it dominates; -2 for what is not in the tree. */
  readonly lastPlace: Int32Array
  /** Whether every path to `other` passes `node`; a node dominates itself. Constant time. */
  dominates(node: number, other: number): boolean
  /** The nodes whose immediate dominator is `node`, in preorder. */
  children(node: number): readonly number[]
}

/**
 * Finds the dominators of each node that control can reach from the entry.
 *
 * By semi-dominators and nearest common ancestors (L. Georgiadis, R. Tarjan, R. Werneck, "Finding Dominators in Practice", 2006, Semi-NCA). `skipped`
 * edges lead nowhere.
 */
export function dominatorTree(graph: FlowGraph): DominatorTree {
  const flow = controlFlow(graph)
  return treeOf(flow, depthFirstSearch(flow.successors, flow.entry))
}

/** The tree of a graph, by all of its edges, from a search that began at its entry. */
export function treeOf(graph: FlowGraph, search: DepthFirstSearch): DominatorTree {
  const { order: met } = search
  const { size } = graph
  const dominators = immediateDominators(graph.predecessors, search)
  const subtree = new Int32Array(met.length).fill(1)
  // A dominator is met before what it dominates.
  for (let at = met.length - 1; at > 0; at--) subtree[dominators[at]!]! += subtree[at]!

  const parent = new Int32Array(size).fill(-1)
  const depth = new Int32Array(size).fill(-1)
  const order = new Int32Array(met.length)
  const place = new Int32Array(size).fill(-1)
  const lastPlace = new Int32Array(size).fill(-2)
  /** For each node the place of its next child. */
  const free = new Int32Array(met.length)
  for (let at = 0; at < met.length; at++) {
    const node = met[at]!
    const dominator = dominators[at]!
    const position = at === 0 ? 0 : free[dominator]!
    if (at > 0) {
      parent[node] = met[dominator]!
      free[dominator]! += subtree[at]!
    }
    depth[node] = at === 0 ? 0 : depth[met[dominator]!]! + 1
    order[position] = node
    place[node] = position
    lastPlace[node] = position + subtree[at]! - 1
    free[at] = position + 1
  }
  return {
    graph,
    root: graph.entry,
    parent,
    depth,
    order,
    place,
    lastPlace,
    dominates: (node, other) => place[node]! <= place[other]! && place[other]! <= lastPlace[node]!,
    children(node) {
      const children: number[] = []
      for (let at = place[node]! + 1; at <= lastPlace[node]!; at = lastPlace[order[at]!]! + 1) children.push(order[at]!)
      return children
    },
  }
}

/** Immediate dominators; all nodes are given by their number in the search. */
function immediateDominators(predecessors: Adjacency, { order, number, parent }: DepthFirstSearch): Int32Array {
  const count = order.length
  const semi = new Int32Array(count)
  /** The way up the search tree, shortened as it is gone; and the least semi-dominator on the part that was cut out, ends included. */
  const up = parent.slice()
  const least = new Int32Array(count)
  const path = new Int32Array(count)
  for (let node = count - 1; node > 0; node--) {
    let best = parent[node]!
    const name = order[node]!
    for (let edge = predecessors.offsets[name]!; edge < predecessors.offsets[name + 1]!; edge++) {
      const before = number[predecessors.nodes[edge]!]!
      if (before === -1) continue
      const through = before <= node ? before : leastAbove(before, node)
      if (through < best) best = through
    }
    semi[node] = best
    least[node] = best
  }

  const dominators = new Int32Array(count)
  dominators[0] = -1
  for (let node = 1; node < count; node++) {
    let dominator = parent[node]!
    while (dominator > semi[node]!) dominator = dominators[dominator]!
    dominators[node] = dominator
  }
  return dominators

  /** The least semi-dominator on the way from `start` up to the last node after `limit`; shortens the way. */
  function leastAbove(start: number, limit: number): number {
    let length = 0
    let at = start
    for (; up[at]! > limit; at = up[at]!) path[length++] = at
    while (length > 0) {
      const below = path[--length]!
      if (least[at]! < least[below]!) least[below] = least[at]!
      up[below] = up[at]!
      at = below
    }
    return least[start]!
  }
}
