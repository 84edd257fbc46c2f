import { type DominatorTree, dominatorTree } from './dominator-tree.ts'
import { FlowGraphError } from './errors.ts'
import type { FlowGraph } from './flow-graph.ts'
import { type IrreducibleRegion, irreducibleRegions } from './irreducible-regions.ts'
import { controlFlow } from './without-kinds.ts'

/** The natural loops of a graph and how they are nested. Loop `i` is element `i` of each column; a loop comes right before those inside it. */
export interface Loops {
  readonly count: number
  /** The one node by which each is entered. */
  readonly header: Int32Array
  /** The loop around each, -1 for an outermost one. */
  readonly parent: Int32Array
  /** How many loops each is in, itself included: from 1. */
  readonly depth: Int32Array
  /** The last of the loops inside each; itself where there are none. */
  readonly last: Int32Array
  /** For each node the innermost loop it is in; -1 for one that is in none. */
  readonly innermost: Int32Array
  /** Cycles that can be entered by several nodes, which are no loops. */
  readonly irreducible: readonly IrreducibleRegion[]
  /** Whether a node is in a loop, or in one inside it. Constant time. */
  contains(loop: number, node: number): boolean
  /** The nodes of a loop: those that are in no loop inside it, then those of each loop inside it in turn. */
  body(loop: number): Int32Array
  /** Where the edges back to the header come from. */
  latches(loop: number): readonly number[]
}

/**
 * Finds the natural loops: for each node that is led back to by nodes it dominates, those from which these can be reached without passing it. Loops with
 * one header are one.
 *
 * From the inside out, and what is inside is passed in one step (R. Tarjan, "Testing Flow Graph Reducibility", 1974; P. Havlak, "Nesting of Reducible and
 * Irreducible Loops", 1997): nearly linear time. `skipped` edges lead nowhere, and unreachable nodes are in no loop.
 *
 * @throws {FlowGraphError} `FORGE_PDG_FLOW_GRAPH`: the tree is that of another graph, or of post-dominators.
 */
export function findLoops(graph: FlowGraph, tree: DominatorTree = dominatorTree(graph)): Loops {
  if (!isSame(controlFlow(graph), tree.graph)) {
    throw new FlowGraphError('The tree is not the dominator tree of the graph', {
      hint: 'Give `dominatorTree(graph)` of the same graph, or leave it out',
      details: { size: graph.size, entry: graph.entry, ofTree: { size: tree.graph.size, entry: tree.graph.entry } },
      callSite: findLoops,
    })
  }
  const found = collectLoops(tree)
  const { header, parent, last, number } = inPreorder(found)
  const count = header.length
  const depth = new Int32Array(count)
  for (let loop = 0; loop < count; loop++) depth[loop] = parent[loop] === -1 ? 1 : depth[parent[loop]!]! + 1
  const innermost = found.innermost.map((loop) => (loop === -1 ? -1 : number[loop]!))
  const { offsets, nodes } = nodesByLoop(innermost, count)
  return {
    count,
    header,
    parent,
    depth,
    last,
    innermost,
    irreducible: irreducibleRegions(tree),
    contains: (loop, node) => loop <= innermost[node]! && innermost[node]! <= last[loop]!,
    body: (loop) => nodes.subarray(offsets[loop], offsets[last[loop]! + 1]),
    latches: (loop) => [...new Set(latchesOf(tree, header[loop]!))],
  }
}

/** Whether two graphs have the same edges. */
function isSame(one: FlowGraph, other: FlowGraph): boolean {
  if (one === other) return true
  const [left, right] = [one.successors, other.successors]
  return (
    one.size === other.size &&
    one.entry === other.entry &&
    left.nodes.length === right.nodes.length &&
    left.offsets.every((offset, node) => offset === right.offsets[node]) &&
    left.nodes.every((node, edge) => node === right.nodes[edge])
  )
}

/** Loops as they are found: one that is inside another has a lower number. */
interface FoundLoops {
  readonly header: readonly number[]
  readonly parent: readonly number[]
  readonly innermost: Int32Array
}

function collectLoops(tree: DominatorTree): FoundLoops {
  const { offsets, nodes } = tree.graph.predecessors
  const header: number[] = []
  const parent: number[] = []
  /** For each loop one that is further out, or itself where none is known: shortened as it is followed. */
  const outer: number[] = []
  const innermost = new Int32Array(tree.graph.size).fill(-1)
  const outermost = (loop: number): number => {
    let at = loop
    while (outer[at] !== at) at = outer[at] = outer[outer[at]!]!
    return at
  }
  for (let place = tree.order.length - 1; place >= 0; place--) {
    const entry = tree.order[place]!
    const waiting = latchesOf(tree, entry)
    if (waiting.length === 0) continue
    const loop = header.push(entry) - 1
    parent.push(-1)
    outer.push(loop)
    // Invariant: no loop that was found before contains the header, since their headers do not dominate it.
    innermost[entry] = loop
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      let first = node
      if (innermost[node] === -1) innermost[node] = loop
      else {
        const inside = outermost(innermost[node]!)
        if (inside === loop) continue
        parent[inside] = outer[inside] = loop
        first = header[inside]!
      }
      for (let edge = offsets[first]!; edge < offsets[first + 1]!; edge++) {
        if (tree.place[nodes[edge]!] !== -1) waiting.push(nodes[edge]!)
      }
    }
  }
  return { header, parent, innermost }
}

/** The predecessors of a node that it dominates: one for each edge. */
function latchesOf({ graph, dominates }: DominatorTree, node: number): number[] {
  const { offsets, nodes } = graph.predecessors
  const latches: number[] = []
  for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
    if (dominates(node, nodes[edge]!)) latches.push(nodes[edge]!)
  }
  return latches
}

/** Numbers loops anew, each right before those inside it, in the preorder of their headers. */
function inPreorder(found: FoundLoops): {
  readonly header: Int32Array
  readonly parent: Int32Array
  readonly last: Int32Array
  readonly number: Int32Array
} {
  const count = found.header.length
  const within = new Int32Array(count).fill(1)
  for (let loop = 0; loop < count; loop++) {
    const around = found.parent[loop]!
    if (around !== -1) within[around]! += within[loop]!
  }
  const header = new Int32Array(count)
  const parent = new Int32Array(count)
  const last = new Int32Array(count)
  const number = new Int32Array(count)
  /** For each loop, and for what is in none, the number of the next loop inside. */
  const free = new Int32Array(count)
  let outside = 0
  for (let loop = count - 1; loop >= 0; loop--) {
    const around = found.parent[loop]!
    const at = around === -1 ? outside : free[around]!
    if (around === -1) outside += within[loop]!
    else free[around]! += within[loop]!
    free[loop] = at + 1
    number[loop] = at
    header[at] = found.header[loop]!
    parent[at] = around === -1 ? -1 : number[around]!
    last[at] = at + within[loop]! - 1
  }
  return { header, parent, last, number }
}

/** The nodes that are in some loop, by the innermost one: a counting sort. */
function nodesByLoop(
  innermost: Int32Array,
  count: number,
): { readonly offsets: Int32Array; readonly nodes: Int32Array } {
  const offsets = new Int32Array(count + 1)
  for (const loop of innermost) if (loop !== -1) offsets[loop + 1]!++
  for (let loop = 0; loop < count; loop++) offsets[loop + 1]! += offsets[loop]!
  const nodes = new Int32Array(offsets[count]!)
  const next = offsets.slice()
  for (const [node, loop] of innermost.entries()) if (loop !== -1) nodes[next[loop]!++] = node
  return { offsets, nodes }
}
