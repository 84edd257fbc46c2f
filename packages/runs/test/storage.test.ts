import { describe, expect, test } from 'vitest'
import { NotFoundError, type RunSummary } from '@forge/runs'
import { emptyHistory, failure } from './history.ts'

const plan = { planId: 'p-1', objective: 'Tidy up the shop', steps: [{ id: 's1', tool: 'read_file' }] }
const execution = {
  success: true,
  startedAt: '2026-11-01T00:00:01Z',
  ended_at: '2026-11-01T00:00:03.500',
  steps: [{ id: 's1', output: 'clean' }],
}

describe('the storage port', () => {
  test('saves a run that is over and gives it back', async () => {
    const { runs, clock } = await emptyHistory()
    const id = await runs.saveRun({ plan, execution, tags: ['nightly', 'a'], revision: 7, commit: 'abc' })
    const record = await runs.getRun(id)
    expect(record).toMatchObject({
      id,
      planId: 'p-1',
      objective: 'Tidy up the shop',
      status: 'succeeded',
      success: true,
      error: null,
      tags: ['a', 'nightly'],
      parent: null,
      revision: 7,
      commit: 'abc',
      startedAt: clock.now + 1000,
      endedAt: clock.now + 3500,
      durationMs: 2500,
      steps: 0,
      planBytes: JSON.stringify(plan).length,
      executionBytes: JSON.stringify(execution).length,
      change: 1,
    })
    expect(record.plan?.value()).toEqual(plan)
    expect(record.execution?.value()).toEqual(execution)
    expect(JSON.parse(JSON.stringify(record))).toMatchObject({ id, plan, execution })
  })

  test('starts a run with its plan and ends it with its execution', async () => {
    const { runs, clock } = await emptyHistory()
    const id = await runs.savePlanResult(plan)
    expect(await runs.getRun(id)).toMatchObject({ status: 'running', success: null, endedAt: null, execution: null })
    clock.now += 5000
    await runs.saveExecutionResult(id, { success: false, error: { message: 'no route' } })
    expect(await runs.getRun(id)).toMatchObject({
      status: 'failed',
      success: false,
      error: 'no route',
      endedAt: clock.now,
      durationMs: 5000,
    })
  })

  test.each([
    [{ success: true }, 'succeeded', true],
    [{ success: false }, 'failed', false],
    [{ status: 'Cancelled', success: false }, 'cancelled', false],
    [{ status: 'completed' }, 'succeeded', true],
    [{ status: 'running' }, 'succeeded', true],
    [{ error: 'late' }, 'failed', false],
    [{ success: true, error: 'a warning' }, 'succeeded', true],
    [{}, 'succeeded', true],
    [null, 'succeeded', true],
    [['a', 'b'], 'succeeded', true],
    [{ status: 'constructor' }, 'succeeded', true],
  ])('reads from the execution %j that the run has %s', async (given, status, success) => {
    const { runs } = await emptyHistory()
    const id = await runs.saveRun({ plan: {}, execution: given })
    expect(await runs.getRun(id)).toMatchObject({ status, success })
  })

  test.each([
    [{ plan_id: 12, goal: 'g' }, '12', 'g'],
    [{ plan: { id: 'x', objective: 'inside' } }, 'x', 'inside'],
    [[], null, ''],
    ['"a text"', null, ''],
    [{ objective: 7, id: {} }, null, '7'],
  ])('reads the id and the objective of the plan %j', async (given, planId, objective) => {
    const { runs } = await emptyHistory()
    expect(await runs.getRun(await runs.savePlanResult(given))).toMatchObject({ planId, objective })
  })

  test('keeps the beginning of an objective that is too long for a list', async () => {
    const { runs } = await emptyHistory()
    const objective = 'é😀'.repeat(2000)
    const record = await runs.getRun(await runs.savePlanResult({ objective }))
    expect(record.objective.length).toBeLessThanOrEqual(2000)
    expect(record.objective.endsWith('…')).toBe(true)
    expect(record.objective.isWellFormed()).toBe(true)
    expect(record.plan?.value()).toEqual({ objective })
  })

  test('lists runs, the newest first', async () => {
    const { runs, clock } = await emptyHistory()
    expect(await runs.listRuns()).toEqual([])
    const ids: string[] = []
    for (let index = 0; index < 25; index++) {
      clock.now += index % 3
      ids.unshift(await runs.saveRun({ plan: { planId: `p${index}` }, execution: {} }))
    }
    const listed = (list: readonly RunSummary[]): string[] => list.map(({ id }) => id)
    expect(listed(await runs.listRuns())).toEqual(ids.slice(0, 20))
    expect(listed(await runs.listRuns(3, 4))).toEqual(ids.slice(4, 7))
    expect(listed(await runs.listRuns(100, 20))).toEqual(ids.slice(20))
    expect(await runs.listRuns(1, 25)).toEqual([])
  })

  test('keeps the runs of projects apart', async () => {
    const { runs, reopen } = await emptyHistory()
    const other = reopen({ project: 'office' })
    const id = await runs.saveRun({ plan, execution })
    expect(await other.listRuns()).toEqual([])
    expect(await failure(other.getRun(id))).toBeInstanceOf(NotFoundError)
    expect(await failure(other.saveExecutionResult(id, {}))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
    await other.saveRun({ plan, execution })
    expect(await runs.listRuns()).toHaveLength(1)
  })

  test.each([
    ['limit', [0]],
    ['limit', [1001]],
    ['limit', [-1]],
    ['limit', [1.5]],
    ['limit', ['abc']],
    ['limit', [null]],
    ['offset', [1, -1]],
    ['offset', [1, Number.NaN]],
  ])('refuses a %s of a list that cannot be: %j', async (argument, given) => {
    const { runs } = await emptyHistory()
    const error = await failure(runs.listRuns(...(given as [number, number])))
    expect(error).toMatchObject({ code: 'FORGE_RUN_INVALID', details: { argument } })
  })

  test.each<[string, unknown]>([
    ['SQL', "' or 1=1 --"],
    ['a NUL', '\0'],
    ['nothing', ''],
    ['a megabyte', 'x'.repeat(2 ** 20)],
    ['half a pair', '\ud800'],
    ['undefined', undefined],
    ['a number', 7],
    ['an object', {}],
  ])('finds no run for an id that is %s', async (_, id) => {
    const { runs } = await emptyHistory()
    await runs.saveRun({ plan, execution })
    const error = await failure(runs.getRun(id as string))
    expect(error).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
    expect(error.message.length).toBeLessThan(200)
    expect(JSON.stringify(error.details).length).toBeLessThan(800)
    expect(await failure(runs.saveExecutionResult(id as string, {}))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
  })

  test('ends a run once', async () => {
    const { runs } = await emptyHistory()
    const id = await runs.saveRun({ plan, execution })
    expect(await failure(runs.saveExecutionResult(id, { success: false }))).toMatchObject({
      code: 'FORGE_RUN_STATE',
      details: { id, status: 'succeeded' },
    })
    expect((await runs.getRun(id)).execution?.value()).toEqual(execution)
  })

  test('saves a run without a plan', async () => {
    const { runs } = await emptyHistory()
    const id = await runs.saveRun({ objective: 'no plan', execution: { success: true } })
    expect(await runs.getRun(id)).toMatchObject({ objective: 'no plan', plan: null, planBytes: null, success: true })
  })

  test('refuses what a run cannot be', async () => {
    const { runs } = await emptyHistory()
    const refused = async (details: object, argument: string): Promise<void> => {
      const error = await failure(runs.savePlanResult({}, details))
      expect(error).toMatchObject({ code: 'FORGE_RUN_INVALID', details: { argument } })
    }
    await refused({ tags: 'nightly' }, 'tags')
    await refused({ tags: [''] }, 'tags')
    await refused({ tags: [' a'] }, 'tags')
    await refused({ tags: ['a\nb'] }, 'tags')
    await refused({ tags: ['a'.repeat(201)] }, 'tags')
    await refused({ planId: 7 }, 'planId')
    await refused({ objective: 'x'.repeat(2001) }, 'objective')
    await refused({ objective: '\ud800' }, 'objective')
    await refused({ revision: -1 }, 'revision')
    await refused({ revision: '7' }, 'revision')
    expect(await failure(runs.savePlanResult({}, { parent: 'nobody' }))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
    expect(await failure(runs.saveRun(undefined as never))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
    expect(await runs.listRuns()).toEqual([])
  })
})

describe('a run that is recorded', () => {
  test('is there from its start, grows by steps and ends', async () => {
    const { runs, clock } = await emptyHistory()
    const run = await runs.start({ plan, tags: ['live'] })
    clock.now += 100
    expect(await run.step({ name: 'read', id: 's1', tool: 'read_file', startedAt: clock.now - 40, output: 'ok' })).toBe(
      0,
    )
    expect(await run.step({ name: 'write', error: 'disk full' })).toBe(1)
    clock.now += 100
    await run.heartbeat()
    expect(await runs.getRun(run.id)).toMatchObject({ status: 'running', steps: 2, heartbeatAt: clock.now })
    await run.finish({ error: 'gave up' })
    expect(await runs.getRun(run.id)).toMatchObject({
      status: 'failed',
      success: false,
      error: 'gave up',
      durationMs: 200,
      execution: null,
    })
    expect(await failure(run.finish())).toMatchObject({ code: 'FORGE_RUN_STATE' })
    expect(await failure(run.step({ name: 'late' }))).toMatchObject({ code: 'FORGE_RUN_STATE' })
    expect(await failure(run.heartbeat())).toMatchObject({ code: 'FORGE_RUN_STATE' })
  })

  test('ends as cancelled when it is left without an end', async () => {
    const { runs } = await emptyHistory()
    let id = ''
    {
      await using run = await runs.start()
      id = run.id
    }
    expect(await runs.getRun(id)).toMatchObject({ status: 'cancelled', success: false, plan: null, objective: '' })
    {
      await using run = await runs.start()
      id = run.id
      await run.finish({ execution: { success: true } })
    }
    expect(await runs.getRun(id)).toMatchObject({ status: 'succeeded', success: true })
  })

  test('may be ended or deleted by its id before it is left', async () => {
    const { runs } = await emptyHistory()
    let id = ''
    {
      await using run = await runs.start()
      id = run.id
      await runs.saveExecutionResult(run.id, { success: true })
      await using other = await runs.start()
      await runs.saveExecutionResult(other.id, {})
      await runs.delete(other.id)
    }
    expect(await runs.listRuns()).toMatchObject([{ id, status: 'succeeded' }])
  })

  test('goes on by its id alone, and tells what a list shows of it', async () => {
    const { runs, reopen } = await emptyHistory()
    const id = await runs.savePlanResult({ objective: 'go on' })
    const run = reopen().resume(id)
    expect(await run.step({ name: 'one' })).toBe(0)
    await run.heartbeat()
    const summary = await runs.getSummary(id)
    expect(summary).toMatchObject({ id, objective: 'go on', status: 'running', steps: 1 })
    expect(summary).not.toHaveProperty('plan')
    await run.finish({ status: 'cancelled' })
    expect(await runs.getSummary(id)).toMatchObject({ status: 'cancelled' })
    expect(await failure(runs.getSummary('none'))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
    expect(await failure(runs.getSummary(7 as never))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
    expect(await failure(runs.resume('none').step({ name: 'x' }))).toMatchObject({ code: 'FORGE_RUN_NOT_FOUND' })
  })

  test('refuses steps and ends that cannot be', async () => {
    const { runs } = await emptyHistory()
    const run = await runs.start()
    const invalid = { code: 'FORGE_RUN_INVALID' }
    expect(await failure(run.step({} as never))).toMatchObject(invalid)
    expect(await failure(run.step(null as never))).toMatchObject(invalid)
    expect(await failure(run.step({ name: 'a', status: 'running' as never }))).toMatchObject(invalid)
    expect(await failure(run.step({ name: 'a', startedAt: -1 }))).toMatchObject(invalid)
    expect(await failure(run.finish({ status: 'lost' as never }))).toMatchObject(invalid)
    expect(await failure(run.finish({ success: 'yes' as never }))).toMatchObject(invalid)
    expect(await failure(run.finish(null as never))).toMatchObject(invalid)
    expect(await failure(run.step({ name: 'a', output: 1n }))).toMatchObject({ code: 'FORGE_RUN_SNAPSHOT' })
    expect(await runs.getRun(run.id)).toMatchObject({ status: 'running', steps: 0 })
  })
})

test('refuses options that cannot be', async () => {
  const { reopen } = await emptyHistory()
  const message = (options: object): string => {
    try {
      reopen(options)
    } catch (error) {
      return String((error as { code?: string }).code)
    }
    return 'fine'
  }
  expect(message({ project: '' })).toBe('FORGE_RUN_INVALID')
  expect(message({ project: 7 })).toBe('FORGE_RUN_INVALID')
  expect(message({ maxSnapshotBytes: 0 })).toBe('FORGE_RUN_INVALID')
  expect(message({ compressFrom: Number.NaN })).toBe('FORGE_RUN_INVALID')
})
