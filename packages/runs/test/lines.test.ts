import { assert, array, asyncProperty, constantFrom, jsonValue, nat, option, record, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunStorage } from '@forge/runs'
import { emptyHistory, failure } from './history.ts'

async function linesOf(runs: RunStorage): Promise<readonly string[]> {
  return await collected(runs.exportLines())
}

async function collected(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

const text = string({ unit: 'grapheme', maxLength: 20 })
const aRun = record({
  plan: option(jsonValue(), { nil: undefined }),
  tags: array(constantFrom('a', 'nightly', 'ü b'), { maxLength: 3 }),
  planId: option(text, { nil: undefined }),
  objective: option(text, { nil: undefined }),
  revision: option(nat(), { nil: undefined }),
  steps: array(
    record({ name: text, output: option(jsonValue(), { nil: undefined }), error: option(text, { nil: undefined }) }),
    {
      maxLength: 3,
    },
  ),
  end: constantFrom('none', 'execution', 'outcome'),
  execution: jsonValue(),
})

describe('lines', () => {
  test('that are exported, imported and exported again are the same', async () => {
    const history = await emptyHistory({ compressFrom: 100 })
    let project = 0
    await assert(
      asyncProperty(array(aRun, { maxLength: 6 }), async (given) => {
        const from = history.reopen({ project: `from ${++project}` })
        for (const { plan, tags, planId, objective, revision, steps, end, execution } of given) {
          history.clock.now += 7
          const asJson = plan === undefined ? {} : { plan: JSON.stringify(plan, null, 1) }
          const run = await from.start({ ...asJson, tags, planId, objective, revision })
          for (const step of steps) await run.step(step)
          history.clock.now += 3
          if (end === 'execution') await run.finish({ execution: JSON.stringify(execution) })
          if (end === 'outcome') await run.finish({ status: 'cancelled', error: 'e' })
        }
        const lines = await linesOf(from)
        const to = history.reopen({ project: `to ${project}` })
        expect(await to.importLines(lines)).toEqual({ imported: given.length, skipped: 0, replaced: 0 })
        expect(await linesOf(to)).toEqual(lines)
        const details = (runs: RunStorage) =>
          runs.listRuns(100).then((list) => list.map(({ change: _, ...run }) => run))
        expect(await details(to)).toEqual(await details(from))
      }),
      { numRuns: 60 },
    )
  })

  test('hold a run each, with keys in order and snapshots to the byte', async () => {
    const { runs } = await emptyHistory({
      process: { host: 'h', pid: 7, start: 's' },
      randomBytes: (length) => new Uint8Array(length),
    })
    await runs.saveRun({ plan: '{ "objective": "x\\ny" }', execution: '[1 ]' })
    const [line] = await linesOf(runs)
    expect(line).toBe(
      '{"schema":"forge.run/1","id":"01a19467-e800-7000-8000-000000000000","planId":null,"objective":"x\\ny",' +
        '"status":"succeeded","success":true,"error":null,"tags":[],"parent":null,"revision":null,"commit":null,' +
        '"startedAt":1793491200000,"endedAt":1793491200000,"heartbeatAt":1793491200000,' +
        '"process":{"host":"h","pid":7,"start":"s"},"plan":"{ \\"objective\\": \\"x\\\\ny\\" }","execution":"[1 ]","steps":[]}',
    )
  })

  test('leave out runs that come while they are read', async () => {
    const { runs } = await emptyHistory()
    for (let index = 0; index < 3; index++) await runs.savePlanResult({ objective: `${index}` })
    const seen = []
    for await (const line of runs.exportLines()) {
      seen.push((JSON.parse(line) as { objective: string }).objective)
      await runs.savePlanResult({ objective: 'late' })
    }
    expect(seen).toEqual(['0', '1', '2'])
  })

  test('say what to do with runs that are there already', async () => {
    const { runs, reopen } = await emptyHistory()
    const id = await runs.saveRun({ plan: { objective: 'x' }, execution: {} })
    const lines = await linesOf(runs)
    await runs.addTags(id, ['later'])
    expect(await runs.importLines(lines)).toEqual({ imported: 0, skipped: 1, replaced: 0 })
    expect((await runs.getRun(id)).tags).toEqual(['later'])
    expect(await failure(runs.importLines(lines, { existing: 'refuse' }))).toMatchObject({
      code: 'FORGE_RUN_INVALID',
      details: { line: 1, id },
    })
    expect(await runs.importLines(lines, { existing: 'replace' })).toEqual({ imported: 0, skipped: 0, replaced: 1 })
    expect((await runs.getRun(id)).tags).toEqual([])
    expect(await linesOf(runs)).toEqual(lines)
    expect(await failure(runs.importLines(lines, { existing: 'x' as never }))).toMatchObject({
      details: { argument: 'existing' },
    })
    const other = reopen({ project: 'other' })
    expect(await other.importLines([...lines, '', ...lines])).toEqual({ imported: 1, skipped: 1, replaced: 0 })
  })

  test('that are wrong are named', async () => {
    const { runs, reopen } = await emptyHistory()
    await runs.saveRun({ plan: {}, execution: {}, tags: ['a'] })
    const run = await runs.start()
    await run.step({ name: 's', output: 1 })
    const lines = await linesOf(runs)
    const other = reopen({ project: 'other' })
    const change = (over: object): string => JSON.stringify({ ...(JSON.parse(lines[1]!) as object), ...over })
    const step = (over: object): string =>
      change({ steps: [{ ...(JSON.parse(lines[1]!) as { steps: [object] }).steps[0], ...over }] })
    const wrong = [
      'x',
      '[]',
      'null',
      change({ schema: 'forge.run/2' }),
      change({ id: 'x' }),
      change({ id: 7 }),
      change({ status: 'gone' }),
      change({ endedAt: 1 }),
      change({ status: 'succeeded' }),
      change({ startedAt: '2026' }),
      change({ startedAt: -1 }),
      change({ tags: [1] }),
      change({ tags: 'a' }),
      change({ objective: null }),
      change({ objective: 'x'.repeat(2001) }),
      change({ success: 1 }),
      change({ process: null }),
      change({ process: { host: 'h', pid: 1.5 } }),
      change({ plan: {} }),
      change({ plan: '{' }),
      change({ execution: '' }),
      change({ steps: {} }),
      step({ status: 'running' }),
      step({ name: undefined }),
      step({ output: '{' }),
      step({ endedAt: null }),
    ]
    for (const line of wrong) {
      expect(await failure(other.importLines([lines[0]!, '', line]))).toMatchObject({
        code: 'FORGE_RUN_INVALID',
        details: { line: 3 },
      })
    }
    expect(await failure(other.importLines(lines[0]!))).toMatchObject({ details: { argument: 'lines' } })
    expect(await failure(other.importLines([7 as never]))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
    expect(await other.importLines(lines)).toEqual({ imported: 2, skipped: 0, replaced: 0 })
  })

  test('stop when they are told to', async () => {
    const { runs } = await emptyHistory()
    await runs.savePlanResult({})
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    expect(await failure(collected(runs.exportLines({ signal })))).toBe(reason)
    expect(await failure(runs.importLines(await linesOf(runs), { signal }))).toBe(reason)
  })
})
