import { filterEdges, type FlowGraph, type FlowKind, flowKinds } from './flow-graph.ts'

/** The graph without its edges of some kinds: itself where it has none of them. */
export function withoutKinds(graph: FlowGraph, kinds: readonly FlowKind[]): FlowGraph {
  const isKept = flowKinds.map((kind) => !kinds.includes(kind))
  if (graph.successors.kinds.every((kind) => isKept[kind])) return graph
  return filterEdges(graph, (_from, _to, kind) => isKept[kind]!)
}

/** A graph is asked many things; what control follows in it is found once. */
const followed = new WeakMap<FlowGraph, FlowGraph>()

/** Where control really goes: the graph without `skipped` edges. */
export function controlFlow(graph: FlowGraph): FlowGraph {
  let flow = followed.get(graph)
  if (flow === undefined) {
    flow = withoutKinds(graph, ['skipped'])
    followed.set(graph, flow)
  }
  return flow
}
