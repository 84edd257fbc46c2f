import type { Call, CallPath, Graph, GraphSymbol } from '@forge/graph'

/** The shortest chain of calls from one of some symbols to one of others; undefined where none leads there. */
export async function shortestPath(
  graph: Graph,
  sources: readonly GraphSymbol[],
  targets: readonly GraphSymbol[],
): Promise<CallPath | undefined> {
  let shortest: CallPath | undefined
  for (const source of sources) {
    for (const target of targets) {
      const found = await graph.path(source.id, target.id)
      if (found !== undefined && (shortest === undefined || found.steps.length < shortest.steps.length))
        shortest = found
    }
  }
  return shortest
}

/** The calls of a path, one a step: where a step has several sites, the first. */
export function callsOf({ steps }: CallPath): readonly Omit<Call, 'depth'>[] {
  return steps.map(({ caller, callee, confidence, sites }) => ({ caller, callee, site: sites[0]!, confidence }))
}
