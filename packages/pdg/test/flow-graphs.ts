import { type Adjacency, createFlowGraph, type FlowEdge, type FlowGraph, flowKinds } from '@forge/pdg'
import * as fc from 'fast-check'

const anyEnd = fc.integer({ min: 0, max: 999 })

/**
 * Small graphs of every sort: unreachable nodes, endless loops, cycles with several entries, edges that are there twice. In most of them most nodes
 * are reached, by an edge from one with a lower number.
 */
export const anyFlowGraph: fc.Arbitrary<FlowGraph> = fc
  .record({
    size: fc.integer({ min: 1, max: 9 }),
    entry: fc.oneof(fc.constant(0), anyEnd),
    exit: fc.oneof(fc.constant(-1), anyEnd),
    spine: fc.array(fc.option(anyEnd, { freq: 9 }), { minLength: 8, maxLength: 8 }),
    others: fc.array(fc.tuple(anyEnd, anyEnd, anyEnd), { maxLength: 14, size: 'max' }),
    isSpineUsed: fc.boolean(),
  })
  .map(({ size, spine, others, isSpineUsed, ...ends }) => {
    const entry = ends.entry % size
    const exit = (ends.exit + size) % size
    const first = spine
      .slice(0, isSpineUsed ? size - 1 : 0)
      .flatMap((from, at): FlowEdge[] => (from === null ? [] : [[from % (at + 1), at + 1]]))
    const rest = others.map(([from, to, kind]): FlowEdge => [
      from % size,
      to % size,
      flowKinds[kind % flowKinds.length]!,
    ])
    return createFlowGraph({ size, entry, exit, edges: [...first, ...rest].filter(([from]) => from !== exit) })
  })

/** Graphs without cycles, from node 0 to the last. */
export const anyAcyclicGraph: fc.Arbitrary<FlowGraph> = fc
  .record({
    size: fc.integer({ min: 2, max: 10 }),
    seed: fc.array(fc.tuple(anyEnd, anyEnd), { maxLength: 25, size: 'max' }),
  })
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
