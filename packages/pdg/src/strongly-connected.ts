import type { Adjacency } from './flow-graph.ts'

/** Which nodes lead to each other. */
export interface Components {
  readonly count: number
  /** For each node the number of its component: one that others lead to has a lower number than they. */
  readonly component: Int32Array
  /** For each component the node of it that was met first. */
  readonly first: Int32Array
}

/**
 * Finds the strongly connected components by a depth-first search from `root`, and then from each node, in order, that was not met (R. Tarjan,
 * "Depth-first search and linear graph algorithms", 1972).
 */
export function stronglyConnected({ offsets, nodes }: Adjacency, root: number): Components {
  const size = offsets.length - 1
  const number = new Int32Array(size).fill(-1)
  /** The least number of a node that is still open and that is known to be reached. */
  const low = new Int32Array(size)
  const component = new Int32Array(size).fill(-1)
  const first = new Int32Array(size)
  const edge = offsets.slice(0, size)
  const way: number[] = []
  const open: number[] = []
  let met = 0
  let count = 0

  const enter = (node: number): void => {
    number[node] = met
    low[node] = met++
    way.push(node)
    open.push(node)
  }
  const leave = (node: number): void => {
    way.pop()
    const before = way.at(-1)
    if (before !== undefined) low[before] = Math.min(low[before]!, low[node]!)
    if (low[node] !== number[node]) return
    let member: number
    do {
      member = open.pop()!
      component[member] = count
    } while (member !== node)
    first[count++] = node
  }
  for (let start = -1; start < size; start++) {
    const from = start === -1 ? root : start
    if (number[from] !== -1) continue
    enter(from)
    while (way.length > 0) {
      const node = way.at(-1)!
      if (edge[node] === offsets[node + 1]) {
        leave(node)
        continue
      }
      const next = nodes[edge[node]!++]!
      if (number[next] === -1) enter(next)
      else if (component[next] === -1) low[node] = Math.min(low[node]!, number[next]!)
    }
  }
  return { count, component, first: first.slice(0, count) }
}
