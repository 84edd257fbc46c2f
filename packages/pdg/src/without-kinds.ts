import { edgeColumns, type FlowGraph, flowGraphFrom, type FlowKind, flowKinds } from './flow-graph.ts'

/** The graph without its edges of some kinds: itself where it has none of them. */
export function withoutKinds(graph: FlowGraph, kinds: readonly FlowKind[]): FlowGraph {
  const dropped = flowKinds.map((kind) => kinds.includes(kind))
  const isKept = (kind: number): boolean => !dropped[kind]
  if (graph.successors.kinds.every(isKept)) return graph
  const { size, entry, exit, from, to, kind } = edgeColumns(graph)
  const keep = (_: number, edge: number): boolean => isKept(kind[edge]!)
  return flowGraphFrom({ size, entry, exit, from: from.filter(keep), to: to.filter(keep), kind: kind.filter(isKept) })
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
