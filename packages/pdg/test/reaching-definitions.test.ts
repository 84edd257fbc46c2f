import {
  type Access,
  accessKinds,
  createAccesses,
  createFlowGraph,
  definedAtEntry,
  defUseChains,
  dominanceFrontiers,
  dominatorTree,
  type FlowGraph,
  noDefinition,
  reachingDefinitions,
  ssaForm,
  type SsaForm,
} from '@forge/pdg'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyFlowGraph, edgesOf, numbers, reachedBy } from './flow-graphs.ts'

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

/** 0: i = 0; 1: while (i < 9) 2: i = i + 1; 3: print(i) */
const counting: readonly Access[] = [
  [0, 0, 'write'],
  [1, 0, 'read'],
  [2, 0, 'read'],
  [2, 0, 'write'],
  [3, 0, 'read'],
]

test('merges what a loop writes with what was there before it', () => {
  const { seen, merges } = ssaForm({
    tree: dominatorTree(loop),
    accesses: createAccesses({ variables: 1, accesses: counting }),
  })
  expect([...seen]).toEqual([noDefinition, 5, 5, noDefinition, 5])
  expect(merges).toEqual({
    count: 1,
    node: Int32Array.of(1),
    variable: Int32Array.of(0),
    offsets: Int32Array.of(0, 2),
    definitions: Int32Array.of(0, 3),
  })
})

test('lists the writes that reach each read', () => {
  expect(reachingDefinitions(loop, { variables: 1, accesses: counting })).toEqual([
    { variable: 0, definition: 0, use: 1 },
    { variable: 0, definition: 2, use: 1 },
    { variable: 0, definition: 0, use: 2 },
    { variable: 0, definition: 2, use: 2 },
    { variable: 0, definition: 0, use: 3 },
    { variable: 0, definition: 2, use: 3 },
  ])
})

test('sees what was there at the entry, and nothing in unreachable code', () => {
  const graph = createFlowGraph({
    size: 3,
    edges: [
      [0, 2],
      [1, 2],
    ],
  })
  const accesses: readonly Access[] = [
    [0, 0, 'read'],
    [1, 0, 'write'],
    [1, 0, 'read'],
    [2, 0, 'read'],
  ]
  const ssa = ssaForm({ tree: dominatorTree(graph), accesses: createAccesses({ variables: 1, accesses }) })
  expect([...ssa.seen]).toEqual([definedAtEntry, noDefinition, noDefinition, definedAtEntry])
  expect(reachingDefinitions(graph, { variables: 1, accesses })).toEqual([
    { variable: 0, definition: undefined, use: 0 },
    { variable: 0, definition: undefined, use: 2 },
  ])
})

test('keeps what was there before where a node only may write', () => {
  const graph = createFlowGraph({
    size: 4,
    edges: [
      [0, 1],
      [1, 2],
      [2, 3],
    ],
  })
  const accesses = createAccesses({
    variables: 1,
    accesses: [
      [2, 0, 'read'],
      [0, 0, 'write'],
      [1, 0, 'mayWrite'],
    ],
  })
  const ssa = ssaForm({ tree: dominatorTree(graph), accesses })
  expect([...accesses.node]).toEqual([0, 1, 2])
  expect([...ssa.seen]).toEqual([noDefinition, 0, 1])
  expect(defUseChains(ssa)).toEqual({ count: 2, definition: Int32Array.of(0, 1), use: Int32Array.of(2, 2) })
})

test('leaves out merges that nothing sees', () => {
  const accesses = createAccesses({ variables: 1, accesses: counting.filter(([, , kind]) => kind === 'write') })
  expect(ssaForm({ tree: dominatorTree(loop), accesses }).merges.count).toBe(0)
})

test.for([
  [[[0, 1, 'read']], { node: 0, variable: 1, kind: 'read', variables: 1 }],
  [[[-1, 0, 'read']], { node: -1, variable: 0, kind: 'read', variables: 1 }],
  [[[0, 0, 'kill' as 'read']], { node: 0, variable: 0, kind: 'kill', variables: 1 }],
  [[[5, 0, 'read']], { access: 0, node: 5, variable: 0, kind: 0, size: 5, variables: 1 }],
] as const)('says what is wrong with the accesses %j', ([accesses, details]) => {
  expect(() => reachingDefinitions(loop, { variables: 1, accesses })).toThrow(
    expect.objectContaining({ code: 'FORGE_PDG_FLOW_GRAPH', hint: expect.any(String), details }),
  )
})

test.for([
  [{ node: Int32Array.of(1, 0) }, { access: 1, node: 0 }],
  [{ variable: Int32Array.of(0) }, { access: 1, variable: undefined }],
  [{ kind: Uint8Array.of(3, 0) }, { access: 0, kind: 3 }],
] as const)('says what is wrong with a table of accesses: %j', ([columns, details]) => {
  const right = { variables: 1, node: Int32Array.of(0, 1), variable: Int32Array.of(0, 0), kind: Uint8Array.of(0, 0) }
  expect(() => ssaForm({ tree: dominatorTree(loop), accesses: { ...right, ...columns } })).toThrow(
    expect.objectContaining({ code: 'FORGE_PDG_FLOW_GRAPH', details: expect.objectContaining(details) }),
  )
})

const anyAccesses = fc
  .record({
    graph: anyFlowGraph,
    seed: fc.array(fc.tuple(fc.nat(999), fc.nat(2), fc.nat(2)), { maxLength: 20, size: 'max' }),
  })
  .map(({ graph, seed }) => ({
    graph,
    accesses: createAccesses({
      variables: 3,
      accesses: seed.map(([node, variable, kind]): Access => [node % graph.size, variable, accessKinds[kind]!]),
    }),
  }))

test('finds the pairs that a fixed point over sets finds', () => {
  fc.assert(
    fc.property(anyAccesses, ({ graph, accesses }) => {
      const ssa = ssaForm({ tree: dominatorTree(graph), accesses })
      const { definition, use } = defUseChains(ssa)
      expect(Array.from(use, (read, pair) => [read, definition[pair]])).toEqual(pairsByFixedPoint(graph, ssa))
    }),
    { numRuns: 1000 },
  )
})

test('merges only where two or more writes meet, for what some access sees', () => {
  fc.assert(
    fc.property(anyAccesses, ({ graph, accesses }) => {
      const ssa = ssaForm({ tree: dominatorTree(graph), accesses })
      const { merges, seen } = ssa
      const links = numbers(merges.count).flatMap((merge) =>
        Array.from(
          merges.definitions.subarray(merges.offsets[merge], merges.offsets[merge + 1]),
          (one) => [seen.length + merge, one] as const,
        ),
      )
      const isSeen = new Set(Array.from(seen, (one) => [...reachedBy(links, one)]).flat())
      for (const merge of numbers(merges.count).map((one) => seen.length + one)) {
        expect(isSeen.has(merge)).toBe(true)
        expect(links.some(([from, to]) => from === merge && to === merge)).toBe(false)
        const writes = [...reachedBy(links, merge)].filter((one) => one < seen.length)
        expect(writes.length).toBeGreaterThan(1)
        expect(
          writes.every(
            (one) => one === definedAtEntry || accesses.variable[one] === merges.variable[merge - seen.length],
          ),
        ).toBe(true)
      }
      expect([...merges.variable]).toEqual([...merges.variable].toSorted((left, right) => left - right))
      const tree = dominatorTree(graph)
      expect(ssaForm({ tree, accesses, frontiers: dominanceFrontiers(tree) })).toEqual(ssa)
    }),
    { numRuns: 500 },
  )
})

/** Reaching definitions by the textbook: sets at the start of each node, until nothing changes. */
function pairsByFixedPoint(graph: FlowGraph, { accesses }: SsaForm): readonly (readonly [number, number])[] {
  const { node, variable, kind } = accesses
  const reached = reachedBy(edgesOf(graph), graph.entry)
  /** At the start of each node, of each variable. */
  const atStart = numbers(graph.size).map((at) =>
    numbers(accesses.variables).map(() => new Set<number>(at === graph.entry ? [definedAtEntry] : [])),
  )
  const pairs: (readonly [number, number])[] = []
  const pass = (
    at: number,
    tell: (read: number, writes: ReadonlySet<number>) => void,
  ): readonly ReadonlySet<number>[] => {
    const now = atStart[at]!.map((set) => new Set(set))
    for (const access of node.keys()) {
      if (node[access] !== at) continue
      const name = accessKinds[kind[access]!]!
      if (name === 'read') tell(access, now[variable[access]!]!)
      else if (name === 'mayWrite') now[variable[access]!]!.add(access)
      else now[variable[access]!] = new Set([access])
    }
    return now
  }
  let isChanged = true
  while (isChanged) {
    isChanged = false
    for (const [from, to] of edgesOf(graph).filter(([from]) => reached.has(from))) {
      for (const [one, writes] of pass(from, () => {}).entries()) {
        const start = atStart[to]![one]!
        const before = start.size
        for (const write of writes) start.add(write)
        isChanged ||= start.size !== before
      }
    }
  }
  for (const at of reached) {
    pass(at, (read, writes) => {
      for (const write of writes) pairs.push([read, write])
    })
  }
  return pairs.toSorted(([left, first], [right, second]) => left - right || first - second)
}
