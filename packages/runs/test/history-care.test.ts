import { describe, expect, test } from 'vitest'
import type { RunChange, RunStorage } from '@forge/runs'
import { emptyHistory, failure } from './history.ts'

const minute = 60_000
const day = 24 * 60 * minute

async function recorded(runs: RunStorage): Promise<readonly string[]> {
  return (await runs.listRuns(1000)).map(({ objective }) => objective)
}

describe('steps', () => {
  test('are listed in pages, with their outputs', async () => {
    const { runs, clock } = await emptyHistory()
    const run = await runs.start()
    for (let index = 0; index < 5; index++) {
      clock.now += 10
      await run.step({ name: `step ${index}`, id: `s${index}`, startedAt: clock.now - index, output: { index } })
    }
    const first = await runs.stepsOf(run.id, { limit: 3 })
    expect(first.steps.map(({ name }) => name)).toEqual(['step 0', 'step 1', 'step 2'])
    expect(first.next).toBe(2)
    const second = await runs.stepsOf(run.id, { limit: 3, after: first.next! })
    expect(second.next).toBeNull()
    expect(second.steps[1]).toMatchObject({ position: 4, id: 's4', tool: null, status: 'succeeded', durationMs: 4 })
    expect(second.steps[1]?.output?.value()).toEqual({ index: 4 })
    expect((await runs.stepsOf(run.id, { limit: 5 })).next).toBeNull()
  })

  test('are asked of a run that is there, by numbers that can be', async () => {
    const { runs } = await emptyHistory()
    expect(await failure(runs.stepsOf('nobody'))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
    expect(await failure(runs.stepsOf('nobody', { limit: 0 }))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
    expect(await failure(runs.stepsOf('nobody', { after: 0.5 }))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
  })
})

describe('tags', () => {
  test('are added and removed, each once and in order', async () => {
    const { runs } = await emptyHistory()
    const id = await runs.savePlanResult({}, { tags: ['m'] })
    expect(await runs.addTags(id, ['z', 'a', 'z'])).toEqual(['a', 'm', 'z'])
    expect(await runs.removeTags(id, ['m', 'unknown'])).toEqual(['a', 'z'])
    expect((await runs.getRun(id)).tags).toEqual(['a', 'z'])
    expect((await runs.facets()).tags).toEqual([
      { value: 'a', count: 1 },
      { value: 'z', count: 1 },
    ])
  })

  test('that change nothing are no change', async () => {
    const { runs } = await emptyHistory()
    const id = await runs.savePlanResult({}, { tags: ['m'] })
    const { change } = await runs.getRun(id)
    await runs.addTags(id, ['m'])
    await runs.removeTags(id, ['x'])
    expect((await runs.getRun(id)).change).toBe(change)
  })

  test('refuse what is no tag, and runs that are not there', async () => {
    const { runs } = await emptyHistory()
    const id = await runs.savePlanResult({})
    expect(await failure(runs.addTags(id, ['']))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
    expect(await failure(runs.addTags(id, 'a' as never))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
    expect(await failure(runs.addTags('nobody', ['a']))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
    expect(await failure(runs.removeTags('nobody', ['a']))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
  })
})

describe('deleting', () => {
  test('takes a run with all that belongs to it', async () => {
    const { runs, db } = await emptyHistory()
    const run = await runs.start({ plan: { objective: 'gone' }, tags: ['a'] })
    await run.step({ name: 'one', output: 'o' })
    await run.finish({ execution: {} })
    const kept = await runs.saveRun({ plan: { objective: 'kept' }, execution: {} })
    await runs.indexTexts()
    await runs.delete(run.id)
    expect(await failure(runs.getRun(run.id))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
    expect(await failure(runs.delete(run.id))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
    expect(await recorded(runs)).toEqual(['kept'])
    for (const table of ['run_steps', 'run_tags', 'run_unindexed'] as const) {
      expect(await db.kysely.selectFrom(table).selectAll().execute()).toEqual([])
    }
    expect(await db.kysely.selectFrom('run_snapshots').select('part').execute()).toHaveLength(2)
    expect((await runs.getRun(kept)).plan).not.toBeNull()
  })

  test('is refused while a run goes on', async () => {
    const { runs } = await emptyHistory()
    const run = await runs.start()
    expect(await failure(runs.delete(run.id))).toMatchObject({ code: 'FORGE_RUN_STATE', details: { id: run.id } })
    await run.finish()
    await runs.delete(run.id)
  })
})

describe('retention', () => {
  async function history(): Promise<Awaited<ReturnType<typeof emptyHistory>>> {
    const made = await emptyHistory()
    for (let index = 0; index < 10; index++) {
      const tags = index === 1 ? ['keep'] : []
      await made.runs.saveRun({ plan: { objective: `run ${index}` }, execution: {}, tags })
      made.clock.now += day
    }
    await made.runs.start({ objective: 'goes on' })
    return made
  }

  test('keeps the newest runs, those that go on, and those with a tag', async () => {
    const { runs } = await history()
    const dry = await runs.applyRetention({ maxRuns: 3, keepTags: ['keep'] }, { dryRun: true })
    expect(dry.ids).toHaveLength(6)
    expect(await runs.count()).toBe(11)
    expect(await runs.applyRetention({ maxRuns: 3, keepTags: ['keep'] })).toEqual(dry)
    expect(await recorded(runs)).toEqual(['goes on', 'run 9', 'run 8', 'run 7', 'run 1'])
    expect(await runs.applyRetention({ maxRuns: 3, keepTags: ['keep'] })).toEqual({ ids: [], bytes: 0 })
  })

  test('keeps the runs of an age', async () => {
    const { runs } = await history()
    await runs.applyRetention({ maxAge: 2 * day })
    expect(await recorded(runs)).toEqual(['goes on', 'run 9', 'run 8'])
  })

  test('keeps the newest bytes', async () => {
    const { runs } = await history()
    const each = '{"objective":"run 1"}{}'.length
    const { bytes } = await runs.applyRetention({ maxBytes: 4 * each + 1 })
    expect(bytes).toBe(6 * each)
    expect(await recorded(runs)).toEqual(['goes on', 'run 9', 'run 8', 'run 7', 'run 6'])
    await runs.applyRetention({ maxBytes: 0 })
    expect(await recorded(runs)).toEqual(['goes on'])
  })

  test('stops when it is told to', async () => {
    const { runs } = await history()
    const reason = new Error('enough')
    const stopped = runs.applyRetention({ maxRuns: 0 }, { signal: AbortSignal.abort(reason) })
    expect(await failure(stopped)).toBe(reason)
    expect(await runs.count()).toBe(11)
  })

  test.each([{}, { keepTags: ['a'] }, { maxRuns: -1 }, { maxAge: 'x' }, { maxBytes: 1.5 }, null])(
    'refuses the policy %j',
    async (policy) => {
      const { runs } = await history()
      expect(await failure(runs.applyRetention(policy as never))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
    },
  )
})

describe('the changes', () => {
  const shown = (changes: readonly RunChange[]): readonly string[] =>
    changes.map((each) => (each.kind === 'saved' ? `${each.run.objective} ${each.run.status}` : `deleted ${each.id}`))

  test('are listed in order, and on from any of them', async () => {
    const { runs } = await emptyHistory()
    expect(await runs.changes()).toEqual({ changes: [], last: 0, more: false, reset: false })
    const a = await runs.savePlanResult({ objective: 'a' })
    const b = await runs.savePlanResult({ objective: 'b' })
    const first = await runs.changes()
    expect(shown(first.changes)).toEqual(['a running', 'b running'])
    expect(await runs.changes({ after: first.last })).toMatchObject({ changes: [], last: first.last })
    await runs.saveExecutionResult(a, {})
    await runs.saveExecutionResult(b, {})
    await runs.addTags(b, ['t'])
    await runs.delete(a)
    const second = await runs.changes({ after: first.last })
    expect(shown(second.changes)).toEqual(['b succeeded', `deleted ${a}`])
    expect(shown((await runs.changes()).changes)).toEqual(['b succeeded'])
    expect((await runs.changes({ after: second.last })).changes).toEqual([])
  })

  test('come in pages', async () => {
    const { runs } = await emptyHistory()
    const ids = []
    for (let index = 0; index < 7; index++)
      ids.push(await runs.saveRun({ plan: { objective: `${index}` }, execution: {} }))
    const before = await runs.changes({ limit: 2 })
    expect(before).toMatchObject({ last: 2, more: true })
    await runs.delete(ids[0]!)
    await runs.delete(ids[5]!)
    const seen: string[] = []
    for (let after = before.last, more = true; more;) {
      const page = await runs.changes({ after, limit: 2 })
      expect(page.changes.length).toBeLessThanOrEqual(2)
      seen.push(...shown(page.changes))
      ;({ last: after, more } = page)
    }
    expect(seen).toEqual([
      '2 succeeded',
      '3 succeeded',
      '4 succeeded',
      '6 succeeded',
      `deleted ${ids[0]}`,
      `deleted ${ids[5]}`,
    ])
  })

  test('do not count a sign of life', async () => {
    const { runs, clock } = await emptyHistory()
    const run = await runs.start()
    const { last } = await runs.changes()
    clock.now += 1
    await run.heartbeat()
    expect((await runs.changes({ after: last })).changes).toEqual([])
  })

  test('say when one has to begin anew', async () => {
    const { runs, db } = await emptyHistory()
    for (let index = 0; index < 3; index++) await runs.savePlanResult({})
    expect(await runs.changes({ after: 99 })).toEqual({ changes: [], last: 3, more: false, reset: true })
    await db.kysely.updateTable('run_projects').set({ forgotten: 2 }).execute()
    expect(await runs.changes({ after: 1 })).toMatchObject({ reset: true, last: 3 })
    expect(await runs.changes({ after: 2 })).toMatchObject({ reset: false, last: 3 })
    expect(await runs.changes({ after: 0 })).toMatchObject({ reset: false, last: 3 })
  })

  test('forget the oldest deletions', async () => {
    const { runs, db } = await emptyHistory()
    const first = await runs.saveRun({ plan: {}, execution: {} })
    const second = await runs.saveRun({ plan: {}, execution: {} })
    await runs.delete(first)
    await db.kysely.updateTable('run_projects').set({ change: 200_000 }).execute()
    await runs.delete(second)
    expect(await db.kysely.selectFrom('run_deletions').select('id').execute()).toEqual([{ id: second }])
    expect(await runs.changes({ after: 3 })).toMatchObject({ reset: true })
  })

  test('refuse numbers that cannot be', async () => {
    const { runs } = await emptyHistory()
    expect(await failure(runs.changes({ after: -1 }))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
    expect(await failure(runs.changes({ limit: 1001 }))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
  })
})
