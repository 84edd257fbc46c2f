import { type Adjacency, type FlowGraph, flowKinds } from './flow-graph.ts'
import { pairCounter } from './most-pairs.ts'
import { postDominatorTreeOf } from './post-dominator-tree.ts'
import { reachableFrom } from './reachable.ts'

/**
 * Finds on which decisions it depends whether a node is executed: the predicates of node `n` are `nodes` at `offsets[n]` to `offsets[n + 1] - 1`, sorted,
 * and beside each in `kinds` the kind of the edge that leads from it to `n`; one for each kind.
 *
 * A node depends on an edge where it post-dominates the end of the edge, and does not strictly post-dominate its start (J. Ferrante, K. Ottenstein,
 * J. Warren, "The Program Dependence Graph and Its Use in Optimization", 1987). What is executed whenever the entry is, the exit included,
 * depends on the entry, by an edge of kind `next`. The predicate of an endless loop is the node that {@link postDominatorTree} takes to lead to the exit.
 *
 * This alone looks at `skipped` edges: a jump is a predicate (T. Ball, S. Horwitz, "Slicing Programs with Arbitrary Control-flow", 1993); without
 * them it is the dependence of the programs that run: `controlDependence(withoutKinds(graph, ['skipped']))`. What the entry does not lead to by any edge takes no part.
 *
 * The time is that of the graph and of the result, which loops that are nested by their ends (`do … while`) make grow with the square of their depth.
 *
 * @throws {GraphTooLargeError} `FORGE_PDG_TOO_LARGE`: they are more than 250,000,000, as in a `switch` of 25,000 cases that all fall through.
 */
export function controlDependence(graph: FlowGraph): Adjacency {
  const { size } = graph
  const offsets = new Int32Array(size + 1)
  const each = dependences(graph)
  const count = pairCounter('control dependences', { size })
  each((node) => {
    count()
    offsets[node + 1]!++
  })
  for (let node = 0; node < size; node++) offsets[node + 1]! += offsets[node]!
  const nodes = new Int32Array(offsets[size]!)
  const kinds = new Uint8Array(offsets[size]!)
  const next = offsets.slice()
  each((node, predicate, kind) => {
    const at = next[node]!++
    nodes[at] = predicate
    kinds[at] = kind
  })
  return { offsets, nodes, kinds }
}

const nextKind = flowKinds.indexOf('next')

type Visit = (node: number, predicate: number, kind: number) => void

/** What tells all dependences, by predicate, as often as it is called. */
function dependences(graph: FlowGraph): (visit: Visit) => void {
  const { parent, graph: around } = postDominatorTreeOf(graph)
  const reached = reachableFrom(graph.successors, graph.entry)
  const { offsets, nodes, kinds } = around.predecessors
  return (visit) => {
    /** For each node the predicate that was told last, and by which kinds: what is above it was told as well. */
    const told = new Int32Array(graph.size).fill(-1)
    const by = new Uint8Array(graph.size)
    const tell = (predicate: number, first: number, kind: number, end: number): void => {
      for (let node = first; node !== end; node = parent[node]!) {
        if (told[node] !== predicate) by[node] = 0
        told[node] = predicate
        if ((by[node]! & (1 << kind)) !== 0) return
        by[node]! |= 1 << kind
        visit(node, predicate, kind)
      }
    }
    for (let predicate = 0; predicate < graph.size; predicate++) {
      if (reached[predicate] === 0) continue
      for (let edge = offsets[predicate]!; edge < offsets[predicate + 1]!; edge++) {
        tell(predicate, nodes[edge]!, kinds[edge]!, parent[predicate]!)
      }
      if (predicate === graph.entry) tell(predicate, parent[predicate]!, nextKind, -1)
    }
  }
}
