import { assert, clone, jsonValue, oneof, property, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonDifference, jsonDifferences } from '../src/json-difference.ts'
import { emptyHistory, failure } from './history.ts'

const plan = {
  objective: 'tidy',
  steps: [
    { id: 'a', tool: 'read', args: { file: 'x' } },
    { id: 'b', tool: 'edit' },
  ],
}

describe('comparing two runs', () => {
  test('tells only what differs', async () => {
    const { runs, clock } = await emptyHistory()
    const first = await runs.start({ plan, tags: ['n'] })
    await first.step({ name: 'read', id: 'a', startedAt: clock.now - 5, output: { lines: [1, 2] } })
    await first.step({ name: 'edit' })
    clock.now += 100
    await first.finish({ execution: { success: true, outputs: ['ok'] } })
    const changed = {
      ...plan,
      steps: [
        { id: 'c', tool: 'grep' },
        { ...plan.steps[0], args: { file: 'y' } },
      ],
    }
    const second = await runs.start({ plan: changed, tags: ['n'] })
    await second.step({ name: 'read', id: 'a', startedAt: clock.now - 9, output: { lines: [1, 3] } })
    await second.step({ name: 'grep' })
    clock.now += 250
    await second.finish({ execution: { success: false, outputs: ['ok'], error: 'no' } })

    const comparison = await runs.compare(first.id, second.id)
    expect(comparison).toMatchObject({ same: false, before: { id: first.id }, after: { id: second.id } })
    expect(comparison.before).not.toHaveProperty('plan')
    expect(comparison.summary).toEqual([
      { path: ['status'], kind: 'changed', before: 'succeeded', after: 'failed' },
      { path: ['success'], kind: 'changed', before: true, after: false },
      { path: ['error'], kind: 'changed', before: null, after: 'no' },
      { path: ['durationMs'], kind: 'changed', before: 100, after: 250 },
    ])
    expect(comparison.plan).toEqual([
      { path: ['steps', 1], kind: 'removed', before: plan.steps[1] },
      { path: ['steps', 0], kind: 'added', after: { id: 'c', tool: 'grep' } },
      { path: ['steps', 0, 'args', 'file'], kind: 'changed', before: 'x', after: 'y' },
    ])
    expect(comparison.execution).toEqual([
      { path: ['error'], kind: 'added', after: 'no' },
      { path: ['success'], kind: 'changed', before: true, after: false },
    ])
    expect(comparison.steps).toEqual([
      {
        name: 'read',
        before: 0,
        after: 0,
        differences: [
          { path: ['durationMs'], kind: 'changed', before: 5, after: 9 },
          { path: ['output', 'lines', 1], kind: 'changed', before: 2, after: 3 },
        ],
      },
      { name: 'edit', before: 1, after: null, differences: [] },
      { name: 'grep', before: null, after: 1, differences: [] },
    ])
  })

  test('finds nothing between runs that did the same', async () => {
    const { runs } = await emptyHistory()
    const execution = { success: true, startedAt: 5, endedAt: 9 }
    const first = await runs.saveRun({ plan, execution })
    const second = await runs.saveRun({ plan: JSON.stringify(plan, null, 2), execution })
    expect(await runs.compare(first, second)).toMatchObject({
      same: true,
      summary: [],
      plan: [],
      execution: [],
      steps: [],
    })
    expect(await runs.compare(first, first)).toMatchObject({ same: true })
  })

  test('tells when only one has a plan', async () => {
    const { runs } = await emptyHistory()
    const first = (await runs.start()).id
    const second = (await runs.start({ plan: { a: 1 } })).id
    expect((await runs.compare(first, second)).plan).toEqual([{ path: [], kind: 'added', after: { a: 1 } }])
    expect((await runs.compare(second, first)).plan).toEqual([{ path: [], kind: 'removed', before: { a: 1 } }])
  })

  test('needs both runs', async () => {
    const { runs } = await emptyHistory()
    const id = await runs.savePlanResult({})
    expect(await failure(runs.compare(id, 'nobody'))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
    expect(await failure(runs.compare('nobody', id))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
  })
})

describe('the differences of two values', () => {
  const value = jsonValue({ maxDepth: 4 }).map((each) => JSON.parse(JSON.stringify(each)) as unknown)
  const pairs = oneof(tuple(value, value), clone(value, 2))

  test('are none exactly where the values are equal', () => {
    assert(
      property(pairs, ([before, after]) => {
        const equal = JSON.stringify(sorted(before)) === JSON.stringify(sorted(after))
        expect(jsonDifferences(before, after).length === 0).toBe(equal)
      }),
    )
  })

  test('hold what is there, and make one value of the other', () => {
    assert(
      property(pairs, ([before, after]) => {
        const differences = jsonDifferences(before, after)
        const there = differences.filter((each) => 'before' in each)
        expect(there.map(({ path }) => at(before, path))).toEqual(there.map((each) => each.before))
        expect(sorted(patched(before, differences))).toEqual(sorted(after))
      }),
    )
  })

  test('pair elements by their id, unless these are not their own or in another order', () => {
    const a = { id: 1, v: 'a' }
    const b = { id: 2, v: 'b' }
    expect(jsonDifferences([a, b], [b])).toEqual([{ path: [0], kind: 'removed', before: a }])
    expect(jsonDifferences([b], [a, b])).toEqual([{ path: [0], kind: 'added', after: a }])
    expect(jsonDifferences([a, b], [b, a])).toHaveLength(4)
    expect(jsonDifferences([a, a], [a, b])).toHaveLength(2)
  })
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((each, key) => (each as Record<string, unknown>)[key], value)
}

/** Applies the differences of values whose elements have no ids. */
function patched(value: unknown, differences: readonly JsonDifference[]): unknown {
  const root = { root: structuredClone(value) }
  for (const { path, kind, after } of differences.toReversed()) {
    const full = ['root', ...path]
    const parent = at(root, full.slice(0, -1)) as Record<string, unknown>
    const key = full.at(-1)!
    if (kind !== 'removed') {
      Object.defineProperty(parent, key, { value: after, enumerable: true, configurable: true, writable: true })
    } else if (Array.isArray(parent)) parent.splice(Number(key), 1)
    else delete parent[key]
  }
  return root.root
}
