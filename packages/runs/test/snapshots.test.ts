import { assert, asyncProperty, jsonValue as anyJson, nat, pre, stringMatching } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deepFrozen, emptyHistory, failure } from './history.ts'

/** Values that are what JSON says of them, without a negative zero. */
const jsonValue = anyJson({ maxDepth: 6 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)

describe('snapshots', () => {
  test('give back any JSON value, and change nothing of what they are given', async () => {
    const { runs } = await emptyHistory({ compressFrom: 40 })
    await assert(
      asyncProperty(jsonValue, jsonValue, async (plan, execution) => {
        pre(typeof plan !== 'string' && typeof execution !== 'string')
        const id = await runs.saveRun(deepFrozen({ plan, execution }))
        const record = await runs.getRun(id)
        expect(record.plan?.value()).toEqual(plan)
        expect(record.execution?.value()).toEqual(execution)
        expect(record.plan?.text).toBe(JSON.stringify(plan))
      }),
      { numRuns: 200 },
    )
  })

  test('give back any JSON text to the byte', async () => {
    const { runs } = await emptyHistory({ compressFrom: 40 })
    const space = stringMatching(/^[ \n\r\t]{0,3}$/)
    await assert(
      asyncProperty(jsonValue, space, nat(4), async (value, around, indent) => {
        const text = `${around}${JSON.stringify(value, null, indent)}${around}`
        const record = await runs.getRun(await runs.saveRun({ plan: text, execution: text }))
        expect(record.plan?.text).toBe(text)
        expect(record.execution?.text).toBe(text)
      }),
      { numRuns: 200 },
    )
  })

  test.each<[string, string]>([
    ['names a property twice', '{"a":1,"a":2}'],
    ['has a long number', '12345678901234567890.10'],
    ['has a number that is too large', '1e400'],
    ['has half a surrogate pair, escaped', '"\\ud800"'],
    ['has a NUL, escaped', '"\\u0000"'],
    ['has spaces', ' [1 , 2]\n'],
    ['is a negative zero', '-0'],
    ['is long', `"${'x'.repeat(100_000)}"`],
    ['is deep', `${'['.repeat(3000)}${']'.repeat(3000)}`],
  ])('keep a text that %s as it is', async (_, text) => {
    const { runs } = await emptyHistory()
    expect((await runs.getRun(await runs.savePlanResult(text))).plan?.text).toBe(text)
  })

  const circle: Record<string, unknown> = { a: [{}] }
  ;(circle['a'] as Record<string, unknown>[])[0]!['back'] = circle
  const sparse = [1]
  sparse[3] = 4
  let deep: unknown[] = []
  for (let index = 0; index < 200_000; index++) deep = [deep]
  const shared = { fine: true }

  test.each<[string, unknown, string]>([
    ['undefined', undefined, '$'],
    ['a function', () => 1, '$'],
    ['a function inside', { a: { 'b c': [0, () => 1] } }, '$.a["b c"][1]'],
    ['a symbol', { a: Symbol('x') }, '$.a'],
    ['a BigInt', { a: [1n] }, '$.a[0]'],
    ['a cycle', circle, '$.a[0].back'],
    ['what is not a number', { a: Number.NaN }, '$.a'],
    ['infinity', [[-Infinity]], '$[0][0]'],
    ['undefined in an array', [1, undefined], '$[1]'],
    ['a hole in an array', sparse, '$[1]'],
    ['a long name', { ['x'.repeat(1e6)]: 1n }, `$.${'x'.repeat(998)}…`],
    ['a map', { a: new Map() }, '$.a'],
    ['a set', [new Set()], '$[0]'],
    ['an error', { error: new Error('x') }, '$.error'],
    ['bytes', { a: new Uint8Array(2) }, '$.a'],
    ['a regular expression', { a: /x/ }, '$.a'],
    ['depth', deep, '$'],
    ['a toJSON that gives a function', { a: { toJSON: () => ({ b: () => 1 }) } }, '$.a.b'],
  ])('refuse %s and say where', async (_, value, path) => {
    const { runs } = await emptyHistory()
    for (const attempt of [
      runs.savePlanResult(value),
      runs.saveRun({ plan: value, execution: {} }),
      runs.saveRun({ plan: {}, execution: value }),
    ]) {
      expect(await failure(attempt)).toMatchObject({ code: 'FORGE_RUN_SNAPSHOT', details: { path } })
    }
    expect(await runs.listRuns()).toEqual([])
  })

  test.each<[string, unknown, unknown]>([
    ['leave out properties that are undefined', { a: undefined, b: 1 }, { b: 1 }],
    ['write dates as they write themselves', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['take what is shared', { a: shared, b: shared }, { a: { fine: true }, b: { fine: true } }],
    ['take objects without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['take buffers as they write themselves', { a: Buffer.from('x') }, { a: { type: 'Buffer', data: [120] } }],
  ])('%s', async (_, given, kept) => {
    const { runs } = await emptyHistory()
    expect((await runs.getRun(await runs.savePlanResult(given))).plan?.value()).toEqual(kept)
  })

  test.each(['', '{', '{"a":1,}', 'hello', '\uFEFF{}', '"\ud800"', 'undefined', "{'a':1}"])(
    'refuse the text %j, which is not JSON',
    async (text) => {
      const { runs } = await emptyHistory()
      expect(await failure(runs.savePlanResult(text))).toMatchObject({ code: 'FORGE_RUN_SNAPSHOT' })
    },
  )

  test('refuse what is too large, in bytes', async () => {
    const { runs } = await emptyHistory({ maxSnapshotBytes: 10 })
    await runs.savePlanResult('"12345678"')
    for (const large of ['"123456789"', '"éééé…"', { a: '12345' }, `"${'x'.repeat(10_000_000)}"`]) {
      expect(await failure(runs.savePlanResult(large))).toMatchObject({
        code: 'FORGE_RUN_SNAPSHOT',
        details: { snapshot: 'plan', maxBytes: 10 },
      })
    }
  })

  test('refuse 100 MB unless that is allowed', async () => {
    const { runs } = await emptyHistory()
    const large = `"${'x'.repeat(100_000_000)}"`
    expect(await failure(runs.savePlanResult(large))).toMatchObject({ code: 'FORGE_RUN_SNAPSHOT' })
  })

  test('say that a damaged one is damaged', async () => {
    const { runs, db } = await emptyHistory({ compressFrom: 1000 })
    const id = await runs.savePlanResult({ a: 'x'.repeat(5000) })
    const small = await runs.savePlanResult({ a: 'x' })
    const damage = (change: { data: Uint8Array } | { encoding: number }): Promise<unknown> =>
      db.kysely.updateTable('run_snapshots').set(change).execute()
    await damage({ data: new Uint8Array([0xff, 2, 3]) })
    for (const each of [id, small]) {
      const error = await failure(runs.getRun(each))
      expect(error).toMatchObject({ code: 'FORGE_RUNS_STORAGE' })
      expect(error.cause).toBeInstanceOf(Error)
    }
    await damage({ data: Buffer.from('{"a":') })
    const { plan } = await runs.getRun(small)
    expect(() => plan?.value()).toThrow('A snapshot is damaged')
    await damage({ encoding: 9 })
    expect(await failure(runs.getRun(small))).toMatchObject({ code: 'FORGE_RUNS_STORAGE' })
    expect(await runs.listRuns()).toHaveLength(2)
    expect(await runs.indexTexts()).toBe(2)
  })
})
