import { array, assert, asyncProperty, constantFrom, integer, nat, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runOrders, type RunStorage, type RunSummary } from '@forge/runs'
import { emptyHistory, failure, type History } from './history.ts'

/** Saves a run that started at a time and took so long; -1: it goes on. */
async function saved({ runs, clock }: History, startedAt: number, took: number): Promise<string> {
  clock.now = Date.UTC(2026, 0, 1) + startedAt
  if (took < 0) return await runs.savePlanResult({})
  return await runs.saveRun({ plan: {}, execution: { startedAt: clock.now, endedAt: clock.now + took } })
}

async function pages(
  runs: RunStorage,
  options: Parameters<RunStorage['search']>[1],
  between: () => Promise<unknown> = async () => undefined,
): Promise<readonly RunSummary[]> {
  const all: RunSummary[] = []
  for (let after: string | undefined; ;) {
    const page = await runs.search(undefined, { ...options, ...(after === undefined ? {} : { after }) })
    all.push(...page.runs)
    if (page.next === null) return all
    after = page.next
    await between()
  }
}

describe('pages', () => {
  const aRun = record({ startedAt: nat(30), took: integer({ min: -1, max: 5 }) })

  test('hold each run that was there when the first was read once, in order, while others arrive', async () => {
    const history = await emptyHistory()
    let project = 0
    await assert(
      asyncProperty(
        array(aRun, { maxLength: 25 }),
        array(aRun, { maxLength: 8 }),
        constantFrom(...runOrders),
        integer({ min: 1, max: 9 }),
        async (before, later, order, limit) => {
          const runs = history.reopen({ project: `${++project}` })
          for (const { startedAt, took } of before) await saved({ ...history, runs }, startedAt, took)
          const known = await runs.listRuns(1000)
          const arriving = [...later]
          const all = await pages(runs, { order, limit }, async () => {
            const next = arriving.pop()
            if (next !== undefined) await saved({ ...history, runs }, next.startedAt, next.took)
          })
          const ids = all.map(({ id }) => id)
          expect(new Set(ids).size).toBe(ids.length)
          const timed = order === 'longest' || order === 'shortest'
          const expected = known.filter(({ durationMs }) => !timed || durationMs !== null)
          const wanted = new Set(expected.map(({ id }) => id))
          expect(ids.filter((id) => wanted.has(id)).toSorted()).toEqual([...wanted].toSorted())
          const values = all.map(({ startedAt, durationMs }) => (timed ? durationMs! : startedAt))
          const up = order === 'oldest' || order === 'shortest'
          expect(values).toEqual(values.toSorted((a, b) => (up ? a - b : b - a)))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('are those of listRuns where nothing arrives', async () => {
    const history = await emptyHistory()
    for (let index = 0; index < 30; index++) await saved(history, index % 7, 1)
    const { runs } = history
    expect(await pages(runs, { limit: 7 })).toEqual(await runs.listRuns(100))
    expect(await pages(runs, { limit: 7, order: 'oldest' })).toEqual((await runs.listRuns(100)).toReversed())
    expect((await runs.search()).runs).toHaveLength(20)
    expect((await runs.search(undefined, { limit: 30 })).next).toBeNull()
  })

  test('leave out as many runs as they are told, in every order', async () => {
    const history = await emptyHistory()
    for (let number = 0; number < 7; number++) await saved(history, number, number)
    for (const order of runOrders) {
      const all = await history.runs.search(undefined, { order })
      const page = await history.runs.search(undefined, { order, offset: 3, limit: 2 })
      expect(page.runs).toEqual(all.runs.slice(3, 5))
      const rest = await history.runs.search(undefined, { order, after: page.next! })
      expect(rest.runs).toEqual(all.runs.slice(5))
    }
    expect(await history.runs.search(undefined, { offset: 7 })).toEqual({ runs: [], next: null, unindexed: 0 })
    expect(await failure(history.runs.search(undefined, { offset: -1 }))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
  })

  test('refuse what cannot be', async () => {
    const history = await emptyHistory()
    const { runs } = history
    for (let index = 0; index < 3; index++) await saved(history, index, 1)
    const { next } = await runs.search(undefined, { limit: 1 })
    const refused = async (options: object, argument: string): Promise<void> => {
      expect(await failure(runs.search(undefined, options))).toMatchObject({
        code: 'FORGE_RUN_INVALID',
        details: { argument },
      })
    }
    await refused({ limit: 0 }, 'limit')
    await refused({ limit: 1001 }, 'limit')
    await refused({ limit: '5' }, 'limit')
    await refused({ order: 'random' }, 'order')
    await refused({ after: next, order: 'oldest' }, 'after')
    for (const after of ['', 'x', 'W10', 7, 'x'.repeat(1e6), Buffer.from('["newest",1]').toString('base64url')]) {
      await refused({ after }, 'after')
    }
  })

  test('stop when they are told to', async () => {
    const { runs } = await emptyHistory()
    await runs.savePlanResult({})
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    expect(await failure(runs.search(undefined, { signal }))).toBe(reason)
    expect(await failure(runs.count(undefined, { signal }))).toBe(reason)
    expect(await failure(runs.facets(undefined, { signal }))).toBe(reason)
    expect(await failure(runs.indexTexts({ signal }))).toBe(reason)
  })
})

describe('totals', () => {
  test('count runs by status, tag and plan', async () => {
    const { runs } = await emptyHistory()
    expect(await runs.facets()).toEqual({
      total: 0,
      status: { running: 0, succeeded: 0, failed: 0, cancelled: 0, lost: 0 },
      tags: [],
      plans: [],
      unindexed: 0,
    })
    await runs.saveRun({ plan: { planId: 'p' }, execution: {}, tags: ['a', 'b'] })
    await runs.saveRun({ plan: { planId: 'p' }, execution: { success: false }, tags: ['b'] })
    await runs.saveRun({ plan: { planId: 'o' }, execution: {}, tags: ['c'] })
    await runs.savePlanResult({})
    expect(await runs.count()).toBe(4)
    expect(await runs.facets(undefined, { limit: 2 })).toEqual({
      total: 4,
      status: { running: 1, succeeded: 2, failed: 1, cancelled: 0, lost: 0 },
      tags: [
        { value: 'b', count: 2 },
        { value: 'a', count: 1 },
      ],
      plans: [
        { value: 'p', count: 2 },
        { value: 'o', count: 1 },
      ],
      unindexed: 0,
    })
    expect(await failure(runs.facets(undefined, { limit: 0 }))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
  })
})
