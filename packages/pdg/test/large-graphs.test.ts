import {
  type AccessTable,
  controlDependence,
  countPaths,
  createAccesses,
  createFlowGraph,
  cyclomaticComplexity,
  dominanceFrontiers,
  dominatorTree,
  defUseChains,
  type FlowEdge,
  type FlowGraph,
  findLoops,
  paths,
  postDominatorTree,
  reachable,
  ssaForm,
} from '@forge/pdg'
import { expect, test } from 'vitest'
import { numbers } from './flow-graphs.ts'

const size = 100_000

function graphOf(nodes: number, edges: readonly FlowEdge[]): FlowGraph {
  return createFlowGraph({ size: nodes, edges })
}

/** Each variable is written by one node and read by one of the last. */
function accessesAcross(nodes: number, variables: number): AccessTable {
  return createAccesses({
    variables,
    accesses: numbers(variables).flatMap((variable) => [
      [variable, variable, 'write'],
      [nodes - 1 - variable, variable, 'read'],
    ]),
  })
}

test('takes a chain of 100,000 nodes', () => {
  const graph = graphOf(
    size,
    numbers(size - 1).map((node) => [node, node + 1]),
  )
  const tree = dominatorTree(graph)
  expect(reachable(graph).every((one) => one === 1)).toBe(true)
  expect([tree.depth[size - 1], tree.dominates(5, size - 1)]).toEqual([size - 1, true])
  expect(postDominatorTree(graph).depth[0]).toBe(size - 1)
  expect(dominanceFrontiers(tree).nodes.length).toBe(0)
  expect(controlDependence(graph).nodes.length).toBe(size - 1)
  expect(findLoops(graph, tree).count).toBe(0)
  expect(cyclomaticComplexity(graph)).toBe(1)
  expect(Array.from(paths(graph), (path) => path.length)).toEqual([size])
  expect(countPaths(graph)).toBe(1n)
  const ssa = ssaForm({ tree, accesses: accessesAcross(size, 20_000) })
  expect([ssa.merges.count, defUseChains(ssa).count]).toEqual([0, 20_000])
})

/** Loop `i` is node `i + 1`; where it ends, the loop around it goes on. */
function nestedLoops(depth: number): FlowGraph {
  const exit = depth + 2
  const headers = numbers(depth).flatMap((at): FlowEdge[] => [
    [at + 1, at + 2, 'true'],
    [at + 1, at === 0 ? exit : at, 'false'],
  ])
  return graphOf(exit + 1, [[0, 1], ...headers, [depth + 1, depth]])
}

test('takes loops that are nested 5,000 deep', () => {
  const depth = 5000
  const graph = nestedLoops(depth)
  const exit = graph.exit
  const tree = dominatorTree(graph)
  const loops = findLoops(graph, tree)
  expect([loops.count, loops.depth[depth - 1], loops.body(0).length]).toEqual([depth, depth, depth + 1])
  const accesses = createAccesses({
    variables: 1,
    accesses: [
      [0, 0, 'write'],
      [depth + 1, 0, 'write'],
      [exit, 0, 'read'],
    ],
  })
  const ssa = ssaForm({ tree, accesses })
  expect([ssa.merges.count, defUseChains(ssa).count]).toEqual([depth, 2])
  expect(controlDependence(graph).nodes.length).toBe(2 * depth + 2)
  expect(cyclomaticComplexity(graph)).toBe(depth + 1)
})

test('finds paths through loops that are nested 1,000 deep, and through 30,000 in a row', () => {
  const nested = nestedLoops(1000)
  expect(Array.from(paths(nested, { limit: 5 }), (path) => path.at(-1))).toEqual(Array(5).fill(nested.exit))

  const count = 30_000
  const edges = numbers(count).flatMap((loop): FlowEdge[] => [
    [2 * loop, 2 * loop + 1, 'true'],
    [2 * loop, 2 * loop + 2, 'false'],
    [2 * loop + 1, 2 * loop],
  ])
  const [first] = paths(graphOf(2 * count + 1, edges), { limit: 1 })
  expect(first!.length).toBe(3 * count + 1)
})

test('takes loops that are nested 2,000 deep by their ends', () => {
  const depth = 2000
  const edges = numbers(2 * depth).flatMap((node): FlowEdge[] =>
    node < depth
      ? [[node, node + 1]]
      : [
          [node, node + 1, 'false'],
          [node, 2 * depth - 1 - node, 'true'],
        ],
  )
  const graph = graphOf(2 * depth + 1, edges)
  const loops = findLoops(graph)
  expect([loops.count, loops.depth[depth - 1], loops.innermost[depth]]).toEqual([depth, depth, depth - 1])
  expect(dominanceFrontiers(dominatorTree(graph)).nodes.length).toBeGreaterThan((depth * depth) / 2)
  expect(controlDependence(graph).nodes.length).toBeGreaterThan((depth * depth) / 2)
})

test('takes a ladder of 30,000 irreducible regions', () => {
  const count = 30_000
  const edges = numbers(count).flatMap((region): FlowEdge[] => {
    const node = region * 3
    return [
      [node, node + 1, 'true'],
      [node, node + 2, 'false'],
      [node + 1, node + 2],
      [node + 2, node + 1, 'true'],
      [node + 2, node + 3, 'false'],
    ]
  })
  const graph = graphOf(count * 3 + 1, edges)
  const { irreducible, count: loops } = findLoops(graph)
  expect([irreducible.length, loops]).toEqual([count, 0])
  expect(irreducible[1]).toEqual({ entries: [4, 5], nodes: [4, 5] })
  expect(dominatorTree(graph).depth[count * 3]).toBe(count * 2)
  expect(cyclomaticComplexity(graph)).toBe(2 * count + 1)
})

test('takes 50,000 nodes that all may throw to one handler', () => {
  const count = 50_000
  const edges = numbers(count).flatMap((node): FlowEdge[] => [
    [node, node + 1],
    [node, count + 1, 'exception'],
  ])
  const graph = graphOf(count + 2, [...edges, [count, count + 1]])
  const ssa = ssaForm({ tree: dominatorTree(graph), accesses: accessesAcross(count + 1, 10_000) })
  expect([ssa.merges.count, defUseChains(ssa).count]).toEqual([0, 10_000])
  expect(controlDependence(graph).nodes.length).toBe(count + 1)
})

test('takes 100,000 nodes that lead back to one header', () => {
  const edges = numbers(size).flatMap((node): FlowEdge[] => [
    [0, node + 1, 'case'],
    [node + 1, 0],
  ])
  const graph = graphOf(size + 2, [...edges, [0, size + 1, 'case']])
  const loops = findLoops(graph)
  expect([loops.count, loops.latches(0).length]).toEqual([1, size])
  expect(controlDependence(graph).nodes.length).toBe(size + 2)
  expect(countPaths(graph)).toBe(1n)
})
