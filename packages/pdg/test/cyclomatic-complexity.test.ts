import { createFlowGraph, cyclomaticComplexity, type FlowEdge, findLoops, postDominatorTree } from '@forge/pdg'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyFlowGraph, edgesOf, reachedBy } from './flow-graphs.ts'

test('is 1 for what has no decision', () => {
  expect(cyclomaticComplexity(createFlowGraph({ size: 1, edges: [] }))).toBe(1)
  expect(
    cyclomaticComplexity(
      createFlowGraph({
        size: 3,
        edges: [
          [0, 1],
          [1, 2],
        ],
      }),
    ),
  ).toBe(1)
})

test('counts two edges to one node as two, and neither unreachable code nor skipped edges', () => {
  const edges: FlowEdge[] = [
    [0, 1, 'true'],
    [0, 1, 'false'],
    [1, 4],
    [1, 2, 'skipped'],
    [2, 3, 'true'],
    [2, 4, 'false'],
    [3, 4],
  ]
  expect(cyclomaticComplexity(createFlowGraph({ size: 5, edges }))).toBe(2)
})

test('counts an endless loop as one with a condition, and what goes nowhere as leading to the exit', () => {
  expect(
    cyclomaticComplexity(
      createFlowGraph({
        size: 3,
        edges: [
          [0, 1],
          [1, 1],
        ],
      }),
    ),
  ).toBe(2)
  expect(
    cyclomaticComplexity(
      createFlowGraph({
        size: 4,
        edges: [
          [0, 1, 'true'],
          [0, 2, 'false'],
          [2, 3],
        ],
      }),
    ),
  ).toBe(2)
})

test('is edges − nodes + 2 of the reachable part', () => {
  fc.assert(
    fc.property(anyFlowGraph, (graph) => {
      const real = edgesOf(graph)
      const reached = reachedBy(real, graph.entry)
      const assumed = [...postDominatorTree(graph).assumed].filter((node) => reached.has(node))
      const edges = real.filter(([from]) => reached.has(from)).length + assumed.length
      expect(cyclomaticComplexity(graph)).toBe(edges - new Set([...reached, graph.exit]).size + 2)
    }),
  )
})

/** A program of conditions and loops. */
type Statement =
  | { readonly type: 'work' }
  | { readonly type: 'if' | 'while' | 'do'; readonly body: readonly Statement[]; readonly other: readonly Statement[] }

const { program } = fc.letrec<{ program: readonly Statement[]; statement: Statement }>((tie) => ({
  program: fc.array(tie('statement'), { maxLength: 3 }),
  statement: fc.oneof(
    { depthSize: 'small' },
    fc.constant({ type: 'work' }),
    fc.record({ type: fc.constantFrom('if', 'while', 'do'), body: tie('program'), other: tie('program') }),
  ),
}))

test('is the number of decisions plus 1 of a structured program, whose loops are all found', () => {
  fc.assert(
    fc.property(program, (statements) => {
      const edges: FlowEdge[] = []
      const counts = { nodes: 1, decisions: 0, loops: 0 }
      const node = (): number => counts.nodes++
      /** Adds statements after a node; the node they end with. */
      const add = (list: readonly Statement[], start: number): number => {
        let at = start
        for (const statement of list) {
          const first = node()
          edges.push([at, first])
          at = first
          if (statement.type === 'work') continue
          counts.decisions++
          if (statement.type !== 'if') counts.loops++
          if (statement.type === 'do') {
            const end = add(statement.body, first)
            edges.push([end, first, 'true'])
            at = node()
            edges.push([end, at, 'false'])
            continue
          }
          const inside = node()
          edges.push([first, inside, 'true'])
          const end = add(statement.body, inside)
          if (statement.type === 'while') {
            edges.push([end, first])
            continue
          }
          const otherwise = node()
          edges.push([first, otherwise, 'false'])
          at = node()
          edges.push([end, at], [add(statement.other, otherwise), at])
        }
        return at
      }
      const end = add(statements, 0)
      const exit = node()
      edges.push([end, exit])
      const graph = createFlowGraph({ size: exit + 1, edges })
      expect(cyclomaticComplexity(graph)).toBe(counts.decisions + 1)
      expect(findLoops(graph)).toMatchObject({ count: counts.loops, irreducible: [] })
    }),
  )
})
