import { FlowGraphError } from './errors.ts'
import { filterEdges, type FlowGraph, type FlowKind, flowKinds } from './flow-graph.ts'

/**
 * The graph without its edges of some kinds: itself where it has none of them.
 *
 * @throws {FlowGraphError} `FORGE_PDG_FLOW_GRAPH`: a kind is unknown.
 */
export function withoutKinds(graph: FlowGraph, kinds: readonly FlowKind[]): FlowGraph {
  const unknown = Array.isArray(kinds) ? kinds.find((kind) => !flowKinds.includes(kind)) : kinds
  if (unknown !== undefined || !Array.isArray(kinds)) {
    throw new FlowGraphError(`Edges of ${String(unknown)} cannot be left out`, {
      hint: `Give a list of kinds: ${flowKinds.join(', ')}`,
      details: { kinds },
      callSite: withoutKinds,
    })
  }
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
