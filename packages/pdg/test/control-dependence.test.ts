import {
  controlDependence,
  createFlowGraph,
  flowGraphFrom,
  type FlowGraph,
  flowKinds,
  postDominatorTree,
  withoutKinds,
} from '@forge/pdg'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyFlowGraph, edgesOf, isDominated, numbers, reachedBy, turned } from './flow-graphs.ts'

/** Each node with what it depends on: `3: 1 true`. */
function dependences(graph: FlowGraph): readonly string[] {
  const { offsets, nodes, kinds } = controlDependence(graph)
  return numbers(graph.size).flatMap((node) =>
    numbers(offsets[node + 1]! - offsets[node]!).map((at) => {
      const edge = offsets[node]! + at
      return `${node}: ${nodes[edge]} ${flowKinds[kinds[edge]!]}`
    }),
  )
}

test('depends on the branches of a condition, and on the entry where none is around', () => {
  const graph = createFlowGraph({
    size: 6,
    edges: [
      [0, 1],
      [1, 2, 'true'],
      [1, 3, 'false'],
      [2, 4],
      [3, 4],
      [4, 5],
    ],
  })
  expect(dependences(graph)).toEqual(['1: 0 next', '2: 1 true', '3: 1 false', '4: 0 next', '5: 0 next'])
})

test('depends on the condition of the loop it is in, which depends on itself', () => {
  const graph = createFlowGraph({
    size: 4,
    edges: [
      [0, 1],
      [1, 2, 'true'],
      [1, 3, 'false'],
      [2, 1],
    ],
  })
  expect(dependences(graph)).toEqual(['1: 0 next', '1: 1 true', '2: 1 true', '3: 0 next'])
})

test('depends on each predicate that leads to a node by a way of its own', () => {
  const graph = createFlowGraph({
    size: 9,
    edges: [
      [0, 1],
      [1, 2, 'true'],
      [1, 7, 'false'],
      [2, 3, 'true'],
      [2, 4, 'false'],
      [3, 5],
      [4, 5, 'true'],
      [4, 6, 'false'],
      [5, 6],
      [6, 7],
      [7, 8],
    ],
  })
  expect(dependences(graph)).toEqual([
    '1: 0 next',
    '2: 1 true',
    '3: 2 true',
    '4: 2 false',
    '5: 2 true',
    '5: 4 true',
    '6: 1 true',
    '7: 0 next',
    '8: 0 next',
  ])
})

test('makes a predicate of a jump by its skipped edge', () => {
  // 1: if (a) 2: return; 3: work
  const graph = createFlowGraph({
    size: 5,
    edges: [
      [0, 1],
      [1, 2, 'true'],
      [1, 3, 'false'],
      [2, 4],
      [2, 3, 'skipped'],
      [3, 4],
    ],
  })
  expect(dependences(graph)).toEqual(['1: 0 next', '2: 1 true', '3: 1 false', '3: 2 skipped', '4: 0 next'])
  expect(dependences(withoutKinds(graph, ['skipped']))).toEqual(['1: 0 next', '2: 1 true', '3: 1 false', '4: 0 next'])
})

test('depends on the header of an endless loop', () => {
  const graph = createFlowGraph({
    size: 4,
    edges: [
      [0, 1],
      [1, 2],
      [2, 1],
    ],
  })
  expect(dependences(graph)).toEqual(['1: 0 next', '1: 1 next', '2: 1 next', '3: 0 next'])
})

test('depends as the definition says, once for each predicate and kind', () => {
  fc.assert(
    fc.property(anyFlowGraph, (graph) => {
      const edges = edgesOf(graph, () => true)
      const { assumed } = postDominatorTree(flowGraphFrom(columnsWithoutSkipped(graph)))
      const around = turned([...edges, ...Array.from(assumed, (node) => [node, graph.exit] as const)])
      const postDominates = (by: number, node: number): boolean => isDominated(around, graph.exit, node, by)
      const reached = reachedBy(edges, graph.entry)
      const expected = new Set<string>()
      for (const node of numbers(graph.size)) {
        for (const [from, to, kind] of edges) {
          if (!reached.has(from) || !postDominates(node, to) || (node !== from && postDominates(node, from))) continue
          expected.add(`${node}: ${from} ${flowKinds[kind]}`)
        }
        if (node !== graph.entry && postDominates(node, graph.entry)) expected.add(`${node}: ${graph.entry} next`)
      }
      const found = dependences(graph)
      expect(found.toSorted()).toEqual([...expected].toSorted())
    }),
    { numRuns: 500 },
  )
})

test('leads from the entry to everything that is reached', () => {
  fc.assert(
    fc.property(anyFlowGraph, (graph) => {
      const edges = edgesOf(graph, () => true)
      const { offsets, nodes } = controlDependence(graph)
      const downward = numbers(graph.size).flatMap((node) =>
        Array.from(nodes.subarray(offsets[node], offsets[node + 1]), (predicate) => [predicate, node] as const),
      )
      const reached = new Set([...reachedBy(edges, graph.entry), graph.exit])
      expect(new Set([...reachedBy(downward, graph.entry), graph.exit])).toEqual(reached)
    }),
  )
})

/** The columns of a graph with edges of kind `case` in place of those that are skipped. */
function columnsWithoutSkipped({ size, entry, exit, ...graph }: FlowGraph): Parameters<typeof flowGraphFrom>[0] {
  const edges = edgesOf({ size, entry, exit, ...graph }, () => true)
  const skipped = flowKinds.indexOf('skipped')
  return {
    size,
    entry,
    exit,
    from: Int32Array.from(edges, ([from]) => from),
    to: Int32Array.from(edges, ([, to]) => to),
    kind: Uint8Array.from(edges, ([, , kind]) => (kind === skipped ? flowKinds.indexOf('case') : kind)),
  }
}
