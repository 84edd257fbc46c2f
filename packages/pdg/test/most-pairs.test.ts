import { expect, it } from 'vitest'
import { createFlowGraph, dominanceFrontiers, dominatorTree, postDominatorTree } from '../src/index.ts'

/** Cases that are tried one after the other, and fall through. */
function falling(cases: number) {
  const exit = 2 * cases
  return createFlowGraph({
    size: exit + 1,
    exit,
    edges: Array.from({ length: cases }, (_, at) => [
      [2 * at, 2 * at + 1, 'true'] as const,
      [2 * at, at + 1 < cases ? 2 * at + 2 : exit, 'false'] as const,
      [2 * at + 1, at + 1 < cases ? 2 * at + 3 : exit] as const,
    ]).flat(),
  })
}

it('refuses frontiers that are more than there may be, before they are listed', () => {
  const tree = dominatorTree(falling(100))
  const { nodes } = dominanceFrontiers(tree)
  expect(dominanceFrontiers(tree, { most: nodes.length }).nodes).toEqual(nodes)
  expect(() => dominanceFrontiers(tree, { most: nodes.length - 1 })).toThrow(
    expect.objectContaining({
      code: 'FORGE_PDG_TOO_LARGE',
      message: `A graph of 201 nodes has more than ${(nodes.length - 1).toLocaleString('en-US')} dominance frontiers`,
      hint: expect.stringMatching(/\w/),
    }),
  )
})

it('finds post-dominators by skipped edges where it is asked to', () => {
  const graph = createFlowGraph({
    size: 4,
    edges: [
      [0, 2],
      [0, 1, 'skipped'],
      [1, 2],
      [2, 3],
    ],
  })
  expect(postDominatorTree(graph).parent[0]).toBe(2)
  const jump = createFlowGraph({
    size: 4,
    edges: [
      [0, 1],
      [0, 2, 'skipped'],
      [1, 2],
      [2, 3],
    ],
  })
  expect(postDominatorTree(jump).dominates(1, 0)).toBe(true)
  expect(postDominatorTree(jump, { skipped: true }).dominates(1, 0)).toBe(false)
})
