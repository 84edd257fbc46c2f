import { expect, test } from 'vitest'
import { shortestCycle, stronglyConnected } from '../src/analysis/strongly-connected.ts'

test('finds components of more than one, in order', () => {
  const next: Record<number, number[]> = { 1: [2], 2: [3], 3: [1, 4], 4: [5], 5: [4], 6: [6], 7: [1] }
  expect(stronglyConnected([7, 6, 1, 2, 3, 4, 5], (node) => next[node] ?? [])).toEqual([
    [1, 2, 3],
    [4, 5],
  ])
})

test('agrees with reachability on random graphs', () => {
  let seed = 7
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * below)
  }
  for (let round = 0; round < 60; round++) {
    const size = 2 + random(12)
    const next = Array.from({ length: size }, () => Array.from({ length: random(3) }, () => random(size)))
    const reach = (from: number): Set<number> => {
      const seen = new Set<number>()
      const open = [...next[from]!]
      for (let at = open.pop(); at !== undefined; at = open.pop())
        if (!seen.has(at)) open.push(...next[seen.add(at) && at]!)
      return seen
    }
    const reached = next.map((_, node) => reach(node))
    const expected = new Set<string>()
    for (let node = 0; node < size; node++) {
      const together = next.flatMap((_, other) =>
        other === node || (reached[node]!.has(other) && reached[other]!.has(node)) ? [other] : [],
      )
      if (together.length > 1) expected.add(together.join(' '))
    }
    const found = stronglyConnected(next.keys(), (node) => next[node]!)
    expect(new Set(found.map((members) => members.join(' ')))).toEqual(expected)
  }
})

test('goes 200,000 nodes deep', () => {
  const size = 200_000
  const [component] = stronglyConnected([0], (node) => [(node + 1) % size])
  expect(component).toHaveLength(size)
})

test('takes the shortest way around that stays inside', () => {
  const next: Record<number, number[]> = { 1: [2, 4], 2: [3], 3: [1], 4: [1], 5: [1] }
  const of = (node: number): number[] => next[node] ?? []
  expect(shortestCycle(1, new Set([1, 2, 3, 4]), of)).toEqual([1, 4])
  expect(shortestCycle(1, new Set([1, 2, 3]), of)).toEqual([1, 2, 3])
  expect(shortestCycle(5, new Set([5]), of)).toBeUndefined()
})
