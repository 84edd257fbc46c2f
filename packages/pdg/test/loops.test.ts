import { createFlowGraph, dominatorTree, findLoops, type Loops, postDominatorTree, withoutKinds } from '@forge/pdg'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyFlowGraph, edgesOf, numbers, reachedBy, turned } from './flow-graphs.ts'

/** 1: while (a) { 2: do { 3 } while (b) } 5 */
const nested = createFlowGraph({
  size: 6,
  edges: [
    [0, 1],
    [1, 2, 'true'],
    [1, 4, 'false'],
    [2, 3],
    [3, 2, 'true'],
    [3, 1, 'false'],
    [4, 5],
  ],
})

test('says that a tree is of another graph', () => {
  const other = createFlowGraph({ size: 6, edges: [[0, 1]] })
  for (const tree of [dominatorTree(other), postDominatorTree(nested)]) {
    expect(() => findLoops(nested, tree)).toThrow(
      expect.objectContaining({ code: 'FORGE_PDG_FLOW_GRAPH', hint: expect.any(String) }),
    )
  }
  expect(findLoops(withoutKinds(nested, ['case']), dominatorTree(nested)).count).toBe(2)
})

test.for([
  [
    'leads elsewhere',
    {
      edges: [
        [0, 1],
        [1, 2],
        [2, 2],
        [2, 3],
      ],
    },
  ],
  [
    'leads from elsewhere',
    {
      edges: [
        [0, 1],
        [1, 2],
        [1, 1],
        [2, 3],
      ],
    },
  ],
  [
    'begins elsewhere',
    {
      entry: 1,
      edges: [
        [0, 1],
        [1, 2],
        [2, 1],
        [2, 3],
      ],
    },
  ],
] as const)('says that a tree is of a graph of as many edges that %s', ([, other]) => {
  const graph = createFlowGraph({
    size: 4,
    edges: [
      [0, 1],
      [1, 2],
      [2, 1],
      [2, 3],
    ],
  })
  const tree = dominatorTree(createFlowGraph({ size: 4, ...other }))
  expect(() => findLoops(graph, tree)).toThrow(expect.objectContaining({ code: 'FORGE_PDG_FLOW_GRAPH' }))
})

test('names each node once that edges lead back from', () => {
  const graph = createFlowGraph({
    size: 3,
    edges: [
      [0, 1],
      [1, 1, 'true'],
      [1, 1, 'false'],
      [1, 2, 'exception'],
    ],
  })
  expect(findLoops(graph).latches(0)).toEqual([1])
})

test('finds loops, how they are nested, and where they go back from', () => {
  const loops = findLoops(nested)
  expect(loops).toMatchObject({
    count: 2,
    header: Int32Array.of(1, 2),
    parent: Int32Array.of(-1, 0),
    depth: Int32Array.of(1, 2),
    last: Int32Array.of(1, 1),
    innermost: Int32Array.of(-1, 0, 1, 1, -1, -1),
    irreducible: [],
  })
  expect([...loops.body(0)]).toEqual([1, 2, 3])
  expect([...loops.body(1)]).toEqual([2, 3])
  expect([loops.latches(0), loops.latches(1)]).toEqual([[3], [3]])
  expect([loops.contains(0, 3), loops.contains(1, 1), loops.contains(0, 4)]).toEqual([true, false, false])
})

test('makes one loop of those with one header', () => {
  const graph = createFlowGraph({
    size: 5,
    edges: [
      [0, 1],
      [1, 2],
      [1, 3],
      [2, 1],
      [3, 1],
      [1, 4],
    ],
  })
  const loops = findLoops(graph)
  expect(loops.count).toBe(1)
  expect(loops.latches(0)).toEqual([2, 3])
})

test('reports a cycle with two entries, which is no loop', () => {
  const graph = createFlowGraph({
    size: 5,
    edges: [
      [0, 1, 'true'],
      [0, 2, 'false'],
      [1, 2],
      [2, 1, 'true'],
      [2, 3, 'false'],
      [3, 3],
      [3, 4],
    ],
  })
  const loops = findLoops(graph)
  expect(loops.irreducible).toEqual([{ entries: [1, 2], nodes: [1, 2] }])
  expect([...loops.header]).toEqual([3])
})

test('tells a region from what it leads to', () => {
  const graph = createFlowGraph({
    size: 5,
    edges: [
      [0, 3],
      [0, 1],
      [0, 2],
      [1, 2],
      [2, 1],
      [2, 3],
      [3, 4],
    ],
  })
  expect(findLoops(graph).irreducible).toEqual([{ entries: [1, 2], nodes: [1, 2] }])
})

test('finds the loops of the definition, and every other cycle as an irreducible region', () => {
  fc.assert(
    fc.property(anyFlowGraph, (graph) => {
      const tree = dominatorTree(graph)
      const edges = edgesOf(graph).filter(([from]) => tree.place[from] !== -1)
      const loops = findLoops(graph, tree)

      const isBack = ([from, to]: readonly [number, number, ...unknown[]]): boolean => tree.dominates(to, from)
      const headers = new Set(edges.filter(isBack).map(([, to]) => to))
      expect(new Set(loops.header)).toEqual(headers)
      const bodies = Array.from(loops.header, (header) => {
        const latches = edges.filter((edge) => edge[1] === header && isBack(edge)).map(([from]) => from)
        const around = turned(edges).filter(([from]) => from !== header)
        return reachedBy([...around, ...latches.map((latch) => [header, latch] as const)], header)
      })
      expectForest(loops, bodies, graph.size)
      for (const [loop, header] of loops.header.entries()) {
        expect([...loops.body(loop)].every((node) => tree.dominates(header, node))).toBe(true)
        expect(loops.latches(loop).every((latch) => edges.some(([from, to]) => from === latch && to === header))).toBe(
          true,
        )
      }

      const forward = edges.filter((edge) => !isBack(edge))
      const around = (node: number): readonly number[] =>
        numbers(graph.size).filter((one) => reachedBy(forward, one).has(node) && reachedBy(forward, node).has(one))
      const regions = numbers(graph.size)
        .map(around)
        .filter((nodes, node) => nodes.length > 1 && nodes[0] === node)
        .map((nodes) => ({
          nodes,
          entries: nodes.filter((node) => forward.some(([from, to]) => to === node && !nodes.includes(from))),
        }))
      expect(loops.irreducible).toEqual(regions)
      expect(regions.every(({ entries }) => entries.length > 1)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

function expectForest(loops: Loops, bodies: readonly ReadonlySet<number>[], size: number): void {
  for (const [loop, body] of bodies.entries()) {
    expect(new Set(loops.body(loop))).toEqual(body)
    expect(loops.body(loop).length).toBe(body.size)
    expect(numbers(size).filter((node) => loops.contains(loop, node))).toEqual(
      [...body].toSorted((left, right) => left - right),
    )
    const around = [...bodies.keys()].filter((other) => bodies[other]!.has(loops.header[loop]!))
    const inside = [...bodies.keys()].filter((other) => body.has(loops.header[other]!))
    expect(loops.depth[loop]).toBe(around.length)
    expect(loops.parent[loop]).toBe(around.at(-2) ?? -1)
    expect(inside).toEqual(numbers(loops.last[loop]! - loop + 1).map((at) => loop + at))
  }
  for (const node of numbers(size)) {
    expect(loops.innermost[node]).toBe([...bodies.keys()].findLast((loop) => bodies[loop]!.has(node)) ?? -1)
  }
}
