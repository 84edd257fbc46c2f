import { countPaths, createFlowGraph, type FlowGraph, paths } from '@forge/pdg'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyAcyclicGraph, anyFlowGraph, edgesOf, listed } from './flow-graphs.ts'

const loop = createFlowGraph({
  size: 5,
  edges: [
    [0, 1],
    [1, 2, 'true'],
    [1, 3, 'false'],
    [2, 1],
    [3, 4],
  ],
})

test('goes through a loop once at most, or as often as it is told to', () => {
  expect(listOf(loop)).toEqual([
    [0, 1, 2, 1, 3, 4],
    [0, 1, 3, 4],
  ])
  expect(listOf(loop, { repeats: 0 })).toEqual([[0, 1, 3, 4]])
  expect(listOf(loop, { repeats: 2 })[0]).toEqual([0, 1, 2, 1, 2, 1, 3, 4])
  expect(countPaths(loop)).toBe(1n)
})

test('ends after as many paths as are wanted', () => {
  expect(listOf(loop, { limit: 1 })).toEqual([[0, 1, 2, 1, 3, 4]])
  expect(listOf(loop, { limit: 0 })).toEqual([])
  expect(listOf(diamonds(20)).length).toBe(1000)
})

test('gives no path where none leads to the exit', () => {
  const endless = createFlowGraph({
    size: 3,
    edges: [
      [0, 1],
      [1, 0],
    ],
  })
  expect(listOf(endless)).toEqual([])
  expect(countPaths(endless)).toBe(0n)
})

test('goes through a loop inside a loop that is left only by its header', () => {
  // 1: while (a) { for (;;) { 2: if (b) { 3 } else { 4: break } } }
  const graph = createFlowGraph({
    size: 6,
    edges: [
      [0, 1],
      [1, 2, 'true'],
      [1, 5, 'false'],
      [2, 3],
      [2, 4],
      [3, 2],
      [4, 1],
    ],
  })
  expect(listOf(graph)).toEqual([
    [0, 1, 2, 3, 2, 4, 1, 5],
    [0, 1, 2, 4, 1, 5],
    [0, 1, 5],
  ])
})

test('follows no way that needs an edge back that was taken as often as it may be', () => {
  // 0: while (a) { 30 conditions, one after the other }
  const inside = diamonds(30)
  const exit = inside.size + 1
  const graph = createFlowGraph({
    size: exit + 1,
    edges: [
      [0, 1, 'true'],
      ...edgesOf(inside).map(([from, to]) => [from + 1, to + 1] as const),
      [inside.size, 0],
      [0, exit, 'false'],
    ],
  })
  expect(listOf(graph, { limit: 2 }).map((path) => path.length)).toEqual([64, 64])
})

test('gives the one path of one node', () => {
  const graph = createFlowGraph({ size: 1, edges: [] })
  expect(listOf(graph)).toEqual([[0]])
  expect(countPaths(graph)).toBe(1n)
})

test('counts, where a cycle has several entries, what does not go back against the first that is met', () => {
  const text = '3-2 2-4 1-3 0-3 3-0 4-1 1-5 0-4 2-0 0-1 4-5 4-3'
  const edges = text.split(' ').map((edge) => edge.split('-').map(Number) as [number, number])
  const graph = createFlowGraph({ size: 6, edges })
  expect(countPaths(graph)).toBe(5n)
  expect(listOf(graph, { repeats: 0 })).toHaveLength(5)
})

test('counts more paths than a number can say', () => {
  expect(countPaths(diamonds(200))).toBe(2n ** 200n)
})

test.for([{ limit: -1 }, { limit: 0.5 }, { repeats: Number.NaN }, { repeats: Infinity }])(
  'says that an option is no count: %j',
  (options) => {
    expect(() => paths(loop, options)).toThrow(
      expect.objectContaining({ code: 'FORGE_PDG_FLOW_GRAPH', details: options, hint: expect.any(String) }),
    )
  },
)

test('gives every path, in the order of the edges', () => {
  fc.assert(
    fc.property(anyFlowGraph, fc.integer({ min: 0, max: 2 }), (graph, repeats) => {
      const limit = 200
      expect(listOf(graph, { repeats, limit })).toEqual(pathsByTrying(graph, repeats).slice(0, limit))
    }),
    { numRuns: 300 },
  )
})

test('counts as many paths as it gives', () => {
  fc.assert(
    fc.property(fc.oneof(anyAcyclicGraph, anyFlowGraph), (graph) => {
      const all = listOf(graph, { repeats: 0, limit: Infinity })
      expect(countPaths(graph)).toBe(BigInt(all.length))
      expect(new Set(all.map(String)).size).toBe(all.length)
      const edges = new Set(edgesOf(graph).map(([from, to]) => `${from} ${to}`))
      for (const path of all) {
        expect([path[0], path.at(-1)]).toEqual([graph.entry, graph.exit])
        expect(path.slice(1).every((to, at) => edges.has(`${path[at]} ${to}`))).toBe(true)
      }
    }),
  )
})

function listOf(...args: Parameters<typeof paths>): readonly (readonly number[])[] {
  return Array.from(paths(...args), (path) => [...path])
}

function diamonds(count: number): FlowGraph {
  const edges = Array.from({ length: count }, (_, at) => at * 3).flatMap(
    (node) =>
      [
        [node, node + 1],
        [node, node + 2],
        [node + 1, node + 3],
        [node + 2, node + 3],
      ] as const,
  )
  return createFlowGraph({ size: count * 3 + 1, edges })
}

/** All paths, by going everywhere; those of a small graph. */
function pathsByTrying(graph: FlowGraph, repeats: number): readonly (readonly number[])[] {
  const real = createFlowGraph({ ...graph, edges: edgesOf(graph).map(([from, to]) => [from, to] as const) })
  const back = new Set<string>()
  const open = new Set<number>()
  const done = new Set<number>()
  const search = (node: number): void => {
    open.add(node)
    for (const next of listed(real.successors, node)) {
      if (open.has(next)) back.add(`${node} ${next}`)
      else if (!done.has(next)) search(next)
    }
    open.delete(node)
    done.add(node)
  }
  search(graph.entry)

  const found: (readonly number[])[] = []
  const budget = { steps: 100_000 }
  const go = (path: readonly number[], taken: readonly string[]): void => {
    if (budget.steps-- === 0) fc.pre(false)
    const node = path.at(-1)!
    for (const next of new Set(listed(real.successors, node))) {
      const edge = `${node} ${next}`
      if (!back.has(edge)) go([...path, next], taken)
      else if (taken.filter((one) => one === edge).length < repeats) go([...path, next], [...taken, edge])
    }
    if (node === graph.exit) found.push(path)
  }
  go([graph.entry], [])
  return found
}
