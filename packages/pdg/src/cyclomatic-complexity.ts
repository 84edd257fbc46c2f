import type { FlowGraph } from './flow-graph.ts'
import { withWaysOut } from './post-dominator-tree.ts'
import { reachableFrom } from './reachable.ts'
import { controlFlow } from './without-kinds.ts'

/**
 * Counts the independent paths of a graph: edges − nodes + 2 (T. McCabe, "A Complexity Measure", 1976). Of a program with two-way decisions only it is
 * their number, plus 1.
 *
 * Counted are the nodes that the entry leads to, the exit included, and the edges between them, two from one node to another as two; `skipped` edges
 * are not, `exception` edges are: leave them out by {@link withoutKinds} for the number of what is written. The formula wants a path to the exit from every node: where
 * there is none, the edge that {@link postDominatorTree} assumes is counted, so that an endless loop counts as one with a condition.
 */
export function cyclomaticComplexity(graph: FlowGraph): number {
  const { successors, entry, size } = withWaysOut(controlFlow(graph)).graph
  const reached = reachableFrom(successors, entry)
  let nodes = 0
  let edges = 0
  for (let node = 0; node < size; node++) {
    if (reached[node] === 0) continue
    nodes++
    edges += successors.offsets[node + 1]! - successors.offsets[node]!
  }
  return edges - nodes + 2
}
