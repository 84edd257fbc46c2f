import { type Adjacency, createFlowGraph, type FlowEdge, type FlowGraph, flowKinds } from '@forge/pdg'
import * as fc from 'fast-check'

/** Small graphs of every sort: unreachable nodes, endless loops, cycles with several entries, edges that are there twice. */
export const anyFlowGraph: fc.Arbitrary<FlowGraph> = fc
  .record({
    size: fc.integer({ min: 1, max: 9 }),
    seed: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 18 }),
  })
  .chain(({ size, seed }) =>
    fc.record({ entry: fc.nat(size - 1), exit: fc.nat(size - 1) }).map(({ entry, exit }) => {
      const edges = seed
        .map(([from, to, kind]): FlowEdge => [from % size, to % size, flowKinds[kind % flowKinds.length]!])
        .filter(([from]) => from !== exit)
      return createFlowGraph({ size, entry, exit, edges })
    }),
  )

/** Graphs without cycles, from node 0 to the last. */
export const anyAcyclicGraph: fc.Arbitrary<FlowGraph> = fc
  .record({ size: fc.integer({ min: 2, max: 10 }), seed: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 25 }) })
  .map(({ size, seed }) => {
    const edges = seed.map(([from, to]): FlowEdge => {
      const source = from % (size - 1)
      return [source, source + 1 + (to % (size - 1 - source))]
    })
    return createFlowGraph({ size, edges })
  })

/** What is at one node, or beside one edge. */
export function listed({ offsets, nodes }: Pick<Adjacency, 'offsets' | 'nodes'>, node: number): readonly number[] {
  return [...nodes.subarray(offsets[node], offsets[node + 1])]
}

/** The edges of a graph by kind or not, without those that are `skipped`. */
export function edgesOf(
  { size, successors: { offsets, nodes, kinds } }: FlowGraph,
  isKept: (kind: string) => boolean = (kind) => kind !== 'skipped',
): readonly (readonly [from: number, to: number, kind: number])[] {
  return numbers(size).flatMap((from) =>
    numbers(offsets[from + 1]! - offsets[from]!)
      .map((at) => offsets[from]! + at)
      .filter((edge) => isKept(flowKinds[kinds[edge]!]!))
      .map((edge) => [from, nodes[edge]!, kinds[edge]!] as const),
  )
}

export type Edges = readonly (readonly [from: number, to: number, ...rest: readonly unknown[]])[]

/** The nodes that edges lead to from a node, itself included, by a search that passes no node of `without`. */
export function reachedBy(edges: Edges, start: number, without: readonly number[] = []): ReadonlySet<number> {
  const reached = new Set(without.includes(start) ? [] : [start])
  for (const node of reached) {
    for (const [from, to] of edges) if (from === node && !without.includes(to)) reached.add(to)
  }
  return reached
}

/** Whether every path from the start to `node` passes `by`; false where there is none. */
export function isDominated(edges: Edges, start: number, node: number, by: number): boolean {
  return reachedBy(edges, start).has(node) && !reachedBy(edges, start, [by]).has(node)
}

export function turned(edges: Edges): Edges {
  return edges.map(([from, to]) => [to, from])
}

export function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at)
}
