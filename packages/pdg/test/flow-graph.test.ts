import { createFlowGraph, type FlowGraphColumns, flowGraphFrom, reachable, withoutKinds } from '@forge/pdg'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyFlowGraph, edgesOf, listed, numbers, reachedBy } from './flow-graphs.ts'

test('keeps the edges of each node in the order they are given in, with their kinds', () => {
  const graph = createFlowGraph({
    size: 4,
    edges: [
      [1, 3],
      [0, 2, 'false'],
      [0, 1, 'true'],
      [2, 3, 'exception'],
    ],
  })
  expect(graph).toMatchObject({ size: 4, entry: 0, exit: 3 })
  expect(listed(graph.successors, 0)).toEqual([2, 1])
  expect(listed(graph.predecessors, 3)).toEqual([1, 2])
  expect([...graph.successors.kinds]).toEqual([2, 1, 0, 4])
  expect([...graph.predecessors.kinds]).toEqual([1, 2, 0, 4])
})

test('makes the same graph from columns', () => {
  const columns = { from: Int32Array.of(0, 0, 1), to: Int32Array.of(1, 2, 2), kind: Uint8Array.of(1, 2, 0) }
  expect(flowGraphFrom({ size: 3, entry: 0, exit: 2, ...columns })).toEqual(
    createFlowGraph({
      size: 3,
      edges: [
        [0, 1, 'true'],
        [0, 2, 'false'],
        [1, 2],
      ],
    }),
  )
})

test('begins at the first node and ends at the last, unless columns say otherwise', () => {
  const columns = { from: Int32Array.of(0), to: Int32Array.of(1), kind: Uint8Array.of(0) }
  expect(flowGraphFrom({ size: 2, ...columns })).toMatchObject({ entry: 0, exit: 1 })
})

test.for([['maybe'], 'true', undefined])('leaves out no edges of %j, which is no list of kinds', (kinds) => {
  const graph = createFlowGraph({ size: 2, edges: [[0, 1]] })
  expect(() => withoutKinds(graph, kinds as ['next'])).toThrow(
    expect.objectContaining({ code: 'FORGE_PDG_FLOW_GRAPH', details: { kinds }, hint: expect.any(String) }),
  )
})

test('is one node for what does nothing', () => {
  const graph = createFlowGraph({ size: 1, edges: [] })
  expect(graph).toMatchObject({ entry: 0, exit: 0 })
  expect([...reachable(graph)]).toEqual([1])
})

test.for([
  [{ size: 0, edges: [] }, { size: 0 }],
  [{ size: 1.5, edges: [] }, { size: 1.5 }],
  [{ size: 2 ** 40, edges: [] }, { size: 2 ** 40 }],
  [{} as { size: number; edges: [] }, { size: undefined }],
  [{ size: 2 } as { size: number; edges: [] }, { edges: 'undefined' }],
  [{ size: 2, edges: [[0, 1], null as unknown as [0, 1]] }, { edge: 1 }],
  [
    { size: 2, edges: [[0, 2 ** 32]] },
    { from: 0, to: 2 ** 32, kind: 'next', size: 2 },
  ],
  [
    { size: 2, entry: 2, edges: [] },
    { entry: 2, size: 2 },
  ],
  [
    { size: 2, exit: -1, edges: [] },
    { exit: -1, size: 2 },
  ],
  [
    { size: 2, edges: [[0, 2]] },
    { from: 0, to: 2, kind: 'next', size: 2 },
  ],
  [
    { size: 2, edges: [[-1, 1]] },
    { from: -1, to: 1, kind: 'next', size: 2 },
  ],
  [
    { size: 2, edges: [[0, 0.5]] },
    { from: 0, to: 0.5, kind: 'next', size: 2 },
  ],
  [
    { size: 2, edges: [[0, 1, 'goto' as 'next']] },
    { from: 0, to: 1, kind: 'goto', size: 2 },
  ],
  [
    {
      size: 2,
      edges: [
        [0, 1],
        [1, 0],
      ],
    },
    { edge: 1, from: 1, to: 0 },
  ],
] as const)('says what is wrong with %j', ([options, details]) => {
  expect(() => createFlowGraph(options)).toThrow(
    expect.objectContaining({ code: 'FORGE_PDG_FLOW_GRAPH', hint: expect.any(String), details }),
  )
})

test.for([
  [{ kind: Uint8Array.of() }, { from: 1, to: 1, kind: 0 }],
  [{ kind: Uint8Array.of(6) }, { from: 0, to: 1, kind: 6, size: 2 }],
] as const)('says what is wrong with columns: %j', ([columns, details]) => {
  const right: FlowGraphColumns = {
    size: 2,
    entry: 0,
    exit: 1,
    from: Int32Array.of(0),
    to: Int32Array.of(1),
    kind: Uint8Array.of(0),
  }
  expect(() => flowGraphFrom({ ...right, ...columns })).toThrow(
    expect.objectContaining({ code: 'FORGE_PDG_FLOW_GRAPH', details }),
  )
})

test('leaves edges of some kinds out, and is the same graph where there are none', () => {
  fc.assert(
    fc.property(anyFlowGraph, (graph) => {
      const without = withoutKinds(graph, ['exception', 'skipped'])
      expect(edgesOf(without, () => true)).toEqual(edgesOf(graph, (kind) => kind !== 'exception' && kind !== 'skipped'))
      expect(withoutKinds(without, ['exception'])).toBe(without)
    }),
  )
})

test('reaches what edges lead to that are not skipped', () => {
  fc.assert(
    fc.property(anyFlowGraph, (graph) => {
      const reached = reachedBy(edgesOf(graph), graph.entry)
      expect([...reachable(graph)]).toEqual(numbers(graph.size).map((node) => (reached.has(node) ? 1 : 0)))
    }),
  )
})
