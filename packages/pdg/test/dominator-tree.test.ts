import { createFlowGraph, dominanceFrontiers, type DominatorTree, dominatorTree, postDominatorTree } from '@forge/pdg'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyFlowGraph, type Edges, edgesOf, isDominated, listed, numbers, reachedBy, turned } from './flow-graphs.ts'

/** Figure 1 of Lengauer and Tarjan, "A Fast Algorithm for Finding Dominators in a Flowgraph", 1979: nodes R, A to L. */
const lengauerTarjan = createFlowGraph({
  size: 14,
  exit: 13,
  edges: Object.entries({
    R: 'ABC',
    A: 'D',
    B: 'ADE',
    C: 'FG',
    D: 'L',
    E: 'H',
    F: 'I',
    G: 'IJ',
    H: 'EK',
    I: 'K',
    J: 'I',
    K: 'IR',
    L: 'H',
  }).flatMap(([from, ends]) => Array.from(ends, (to) => [letter(from), letter(to)] as const)),
})

function letter(name: string): number {
  return 'RABCDEFGHIJKL'.indexOf(name)
}

test('finds the dominators of the graph of Lengauer and Tarjan', () => {
  const { parent, depth, root } = dominatorTree(lengauerTarjan)
  const dominators = Array.from('ABCDEFGHIJKL', (name) => 'RABCDEFGHIJKL'[parent[letter(name)]!])
  expect(dominators.join('')).toBe('RRRRRCCRRGRD')
  expect(root).toBe(0)
  expect([parent[0], depth[0], parent[13], depth[13]]).toEqual([-1, 0, -1, -1])
  expect([depth[letter('L')], depth[letter('J')]]).toEqual([2, 3])
})

test('lists children in preorder, and dominates at once', () => {
  const tree = dominatorTree(lengauerTarjan)
  expect(tree.children(letter('C')).map((node) => 'RABCDEFGHIJKL'[node])).toEqual(['F', 'G'])
  expect(tree.children(13)).toEqual([])
  expect(tree.dominates(letter('C'), letter('J'))).toBe(true)
  expect(tree.dominates(letter('J'), letter('C'))).toBe(false)
  expect(tree.dominates(13, 13)).toBe(false)
})

test('dominates where every path to a node passes another', () => {
  fc.assert(
    fc.property(anyFlowGraph, (graph) => {
      expectTreeOf(dominatorTree(graph), edgesOf(graph), graph.entry)
    }),
    { numRuns: 300 },
  )
})

test('post-dominates where every path to the exit passes a node', () => {
  fc.assert(
    fc.property(anyFlowGraph, (graph) => {
      const tree = postDominatorTree(graph)
      const edges = [...edgesOf(graph), ...Array.from(tree.assumed, (node) => [node, graph.exit] as const)]
      expectTreeOf(tree, turned(edges), graph.exit)
      expect(tree.order.length).toBe(graph.size)
    }),
    { numRuns: 300 },
  )
})

test('assumes a way out of what leads only to itself, and of nothing else', () => {
  fc.assert(
    fc.property(anyFlowGraph, (graph) => {
      const edges = edgesOf(graph)
      const { assumed } = postDominatorTree(graph)
      const isEnd = (node: number): boolean =>
        node !== graph.exit && [...reachedBy(edges, node)].every((other) => reachedBy(edges, other).has(node))
      const ends = numbers(graph.size).filter(isEnd)
      const chosen = new Set(ends.map((end) => [...assumed].find((node) => reachedBy(edges, end).has(node))))
      expect([...assumed]).toEqual([...chosen].toSorted((left, right) => left! - right!))
      expect([...assumed].every((node) => ends.includes(node))).toBe(true)
    }),
  )
})

test('assumes that an endless loop ends at its header', () => {
  const graph = createFlowGraph({
    size: 5,
    edges: [
      [0, 2],
      [2, 1],
      [1, 3],
      [3, 2],
    ],
  })
  const tree = postDominatorTree(graph)
  expect([...tree.assumed]).toEqual([2])
  expect([...tree.parent]).toEqual([2, 3, 4, 2, -1])
})

test('assumes that a loop ends where it is entered, wherever the graph begins', () => {
  const graph = createFlowGraph({
    size: 4,
    entry: 2,
    edges: [
      [2, 1],
      [1, 0],
      [0, 1],
    ],
  })
  expect([...postDominatorTree(graph).assumed]).toEqual([1])
})

test('does not follow skipped edges', () => {
  const graph = createFlowGraph({
    size: 4,
    edges: [
      [0, 1],
      [0, 2, 'skipped'],
      [1, 2],
      [2, 3],
    ],
  })
  expect([...dominatorTree(graph).parent]).toEqual([-1, 0, 1, 2])
  expect([...postDominatorTree(graph).parent]).toEqual([1, 2, 3, -1])
})

test('finds the frontiers of a loop with a condition inside', () => {
  const graph = createFlowGraph({
    size: 6,
    edges: [
      [0, 1],
      [1, 2, 'true'],
      [1, 5, 'false'],
      [2, 3, 'true'],
      [2, 4, 'false'],
      [3, 4],
      [4, 1],
    ],
  })
  const frontiers = dominanceFrontiers(dominatorTree(graph))
  expect(numbers(6).map((node) => listed(frontiers, node))).toEqual([[], [1], [1], [4], [1], []])
})

test('finds frontiers where dominance ends, in both directions', () => {
  fc.assert(
    fc.property(anyFlowGraph, (graph) => {
      for (const tree of [dominatorTree(graph), postDominatorTree(graph)]) {
        const edges = edgesOf(tree.graph).filter(([from]) => tree.place[from] !== -1)
        const frontiers = dominanceFrontiers(tree)
        for (const node of numbers(graph.size)) {
          const ends = edges
            .filter(([from, to]) => tree.dominates(node, from) && (node === to || !tree.dominates(node, to)))
            .map(([, to]) => to)
          expect(listed(frontiers, node)).toEqual([...new Set(ends)].toSorted((left, right) => left - right))
        }
      }
    }),
    { numRuns: 300 },
  )
})

function expectTreeOf(tree: DominatorTree, edges: Edges, root: number): void {
  const size = tree.parent.length
  const reached = reachedBy(edges, root)
  expect(tree.root).toBe(root)
  expect(new Set(tree.order)).toEqual(reached)
  for (const node of numbers(size)) {
    const strict = numbers(size).filter((by) => by !== node && isDominated(edges, root, node, by))
    for (const by of numbers(size)) expect(tree.dominates(by, node)).toBe(isDominated(edges, root, node, by))
    expect(tree.depth[node]).toBe(reached.has(node) ? strict.length : -1)
    // The nearest of the dominators is dominated by all others.
    const nearest = strict.find((one) => strict.every((other) => isDominated(edges, root, one, other)))
    expect(tree.parent[node]).toBe(nearest ?? -1)
    expect(tree.order[tree.place[node]!]).toBe(reached.has(node) ? node : undefined)
    expect(tree.children(node).every((child) => tree.parent[child] === node)).toBe(true)
  }
  expect(numbers(size).flatMap((node) => tree.children(node)).length).toBe(Math.max(0, reached.size - 1))
}
