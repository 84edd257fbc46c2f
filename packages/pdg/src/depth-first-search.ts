import type { Adjacency } from './flow-graph.ts'

/** In which order a depth-first search met the nodes. */
export interface DepthFirstSearch {
  /** The nodes that were met, in the order they were met in. */
  readonly order: Int32Array
  /** For each node its place in `order`; -1 for one that was not met. */
  readonly number: Int32Array
  /** For each place in `order` the place of the node from which it was met; -1 for the first. */
  readonly parent: Int32Array
  /** The nodes that were met, in the order they were left in. */
  readonly finished: Int32Array
  /** For each node its place in `finished`; -1 for one that was not met. An edge to a node with the same or a higher place leads back. */
  readonly finish: Int32Array
}

/** Searches depth first, edges in their order, on a stack of its own (R. Tarjan, "Depth-first search and linear graph algorithms", 1972). */
export function depthFirstSearch({ offsets, nodes }: Adjacency, root: number): DepthFirstSearch {
  const size = offsets.length - 1
  const order = new Int32Array(size)
  const number = new Int32Array(size).fill(-1)
  const parent = new Int32Array(size)
  const finished = new Int32Array(size)
  const finish = new Int32Array(size).fill(-1)
  /** For each place the next edge to look at. */
  const edge = new Int32Array(size)
  let met = 0
  let left = 0
  const meet = (node: number, from: number): number => {
    order[met] = node
    number[node] = met
    parent[met] = from
    edge[met] = offsets[node]!
    return met++
  }
  let at = meet(root, -1)
  // The way back from a place is its parents: no stack is needed beside them.
  while (at !== -1) {
    const node = order[at]!
    if (edge[at] === offsets[node + 1]) {
      finish[node] = left
      finished[left++] = node
      at = parent[at]!
      continue
    }
    const next = nodes[edge[at]!++]!
    if (number[next] === -1) at = meet(next, at)
  }
  return {
    order: order.subarray(0, met),
    number,
    parent: parent.subarray(0, met),
    finished: finished.subarray(0, met),
    finish,
  }
}
