import type { Adjacency, FlowGraph } from './flow-graph.ts'
import { controlFlow } from './without-kinds.ts'

/** For each node 1 where control can come there from the entry, else 0: unreachable code. `skipped` edges lead nowhere. */
export function reachable(graph: FlowGraph): Uint8Array {
  return reachableFrom(controlFlow(graph).successors, graph.entry)
}

/** For each node 1 where a path leads there from `root`, which does itself. */
export function reachableFrom({ offsets, nodes }: Adjacency, root: number): Uint8Array {
  const size = offsets.length - 1
  const reached = new Uint8Array(size)
  const waiting = new Int32Array(size)
  let count = 0
  reached[root] = 1
  waiting[count++] = root
  while (count > 0) {
    const node = waiting[--count]!
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
      const next = nodes[edge]!
      if (reached[next] === 1) continue
      reached[next] = 1
      waiting[count++] = next
    }
  }
  return reached
}
