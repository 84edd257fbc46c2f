import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  letrec,
  oneof,
  property,
  record,
  string,
  tuple,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parseRunQuery,
  type RunCondition,
  RunQueryError,
  runFields,
  type RunFilter,
  type RunStorage,
  type RunSummary,
} from '@forge/runs'
import { searchWords, textsMatch } from '../src/search-words.ts'
import { emptyHistory, failure, type History } from './history.ts'

const condition = (field: string, operator: string, ...values: string[]): RunCondition =>
  ({ field, operator, values }) as RunCondition

/** A filter without the places it was read from. */
function bare(filter: RunFilter): unknown {
  return JSON.parse(JSON.stringify(filter, (key, value: unknown) => (key === 'span' ? undefined : value)))
}

/** Why a query is not read; undefined where it is. What is no refusal is thrown. */
function refusal(text: string): RunQueryError | undefined {
  try {
    parseRunQuery(text)
    return undefined
  } catch (error) {
    if (error instanceof RunQueryError) return error
    throw error
  }
}

describe('a query', () => {
  test.each<[string, RunFilter]>([
    ['', { all: [] }],
    ['  ', { all: [] }],
    ['fence', { text: 'fence' }],
    ['paint fence', { all: [{ text: 'paint' }, { text: 'fence' }] }],
    ['"paint the fence"', { text: 'paint the fence' }],
    ['pain*', { text: 'pain', prefix: true }],
    ['"paint the f"*', { text: 'paint the f', prefix: true }],
    ['"pain*"', { text: 'pain*' }],
    [String.raw`"say \"hi\" to C:\new \\ "`, { text: String.raw`say "hi" to C:\new \ ` }],
    ['status:failed', condition('status', ':', 'failed')],
    ['STATUS:failed,lost', condition('status', ':', 'failed', 'lost')],
    ['tag:"two words",b', condition('tag', ':', 'two words', 'b')],
    ['objective:~"read file"', condition('objective', '~', 'read file')],
    ['duration>30s steps<=3', { all: [condition('duration', '>', '30s'), condition('steps', '<=', '3')] }],
    ['started:2026-11-01..', condition('started', ':', '2026-11-01..')],
    ['a AND tag:b', { all: [{ text: 'a' }, condition('tag', ':', 'b')] }],
    ['-tag:a', { not: condition('tag', ':', 'a') }],
    ['NOT NOT a', { not: { not: { text: 'a' } } }],
    ['a OR b c', { any: [{ text: 'a' }, { all: [{ text: 'b' }, { text: 'c' }] }] }],
    [
      '(a OR b) -(c d)',
      { all: [{ any: [{ text: 'a' }, { text: 'b' }] }, { not: { all: [{ text: 'c' }, { text: 'd' }] } }] },
    ],
    ['or not "OR" ORDER', { all: [{ text: 'or' }, { text: 'not' }, { text: 'OR' }, { text: 'ORDER' }] }],
    ['日本語 🎉 %', { all: [{ text: '日本語' }, { text: '🎉' }, { text: '%' }] }],
  ])('%s is read', (text, filter) => {
    expect(bare(parseRunQuery(text))).toEqual(filter)
  })

  test.each<[string, number, number, RegExp, RegExp]>([
    ['stats:failed', 0, 5, /no field stats/, /Did you mean status\?/],
    ['a duraton>3s', 2, 7, /no field duraton/, /Did you mean duration\?/],
    ['http://example.org', 0, 4, /no field http/, /quotes/],
    ['status:', 0, 7, /no value after status:/, /Write the value/],
    ['tag:a,', 0, 6, /no value after tag:a,/, /Write the value/],
    ['"open', 0, 5, /not closed/, /Close them/],
    ['tag:"open', 4, 5, /not closed/, /Close them/],
    ['(a', 0, 1, /\( without a \)/, /Close it/],
    ['a)', 1, 1, /\) without a \(/, /quotes/],
    ['( )', 0, 3, /nothing in/, /quotes/],
    ['a OR', 4, 0, /both sides/, /A OR B/],
    ['OR a', 4, 0, /both sides/, /A OR B/],
    ['AND a', 0, 3, /AND needs something on both sides/, /A B/],
    ['a AND', 2, 3, /AND needs something on both sides/, /A B/],
    ['a AND OR b', 2, 3, /AND needs something on both sides/, /A B/],
    ['a -', 2, 1, /nothing after -/, /quotes/],
    ['NOT', 0, 3, /nothing after NOT/, /quotes/],
    ['('.repeat(30), 20, 1, /More than 20/, /flatter/],
    ['-'.repeat(9999), 20, 1, /More than 20/, /flatter/],
    [`tag:${'a,'.repeat(100)}a`, 204, 1, /more than 100 terms/, /less/],
    ['a '.repeat(101), 200, 1, /more than 100 terms/, /less/],
    ['x'.repeat(10_001), 10_000, 1, /10001 characters/, /less/],
  ])('%s is refused at %i, %i long', (text, position, length, message, hint) => {
    const error = refusal(text)
    expect(error).toMatchObject({ code: 'FORGE_RUN_QUERY', details: { position, length } })
    expect(error?.message).toMatch(message)
    expect(error?.hint).toMatch(hint)
  })

  test.each<[string, RegExp]>([
    ['status:broken', /running, succeeded, failed/],
    ['status>failed', /status:VALUE/],
    ['status:~fail', /status:VALUE/],
    ['success:yes', /true, false/],
    ['success:constructor', /true, false/],
    ['duration>30', /250ms, 30s/],
    ['duration>30x', /250ms, 30s/],
    ['duration>1s,2s', /OR/],
    ['steps:many', /whole number/],
    ['steps:..', /whole number/],
    ['steps:1..x', /whole number/],
    ['steps>1..3', /steps:1\.\.3/],
    ['bytes>3XB', /50kB/],
    ['since:yesteryear', /2026-11-01/],
    ['since:2026-02-30', /2026-11-01/],
    ['since:2026-13-01', /2026-11-01/],
    ['since:2026-02-31T12:00', /2026-11-01/],
    ['since:1d,2d', /OR/],
    ['started:2026-11-01T25:00', /2026-11-01/],
    ['has:nothing', /plan, execution, error/],
    ['tag>a', /tag:VALUE/],
  ])('%s is refused for what its field is', async (query, hint) => {
    const { runs } = await emptyHistory()
    const asked = [
      () => runs.search(query),
      () => runs.count(query),
      () => runs.facets(query),
      async () => void (await runs.exportLines({ query })[Symbol.asyncIterator]().next()),
    ]
    for (const ask of asked) {
      const error = await failure(ask())
      expect(error).toMatchObject({ code: 'FORGE_RUN_QUERY', details: { position: 0, length: query.length } })
      expect((error as RunQueryError).hint).toMatch(hint)
    }
  })

  test('that is no query at all is refused', async () => {
    const { runs } = await emptyHistory()
    const strange = [
      7,
      null,
      {},
      { all: 1 },
      { any: [null] },
      { text: 1 },
      { field: 'x', operator: ':', values: ['a'] },
      { field: 'tag', operator: ':', values: [] },
      { field: 'steps', operator: '>', values: [3] },
      { field: 'steps', operator: '=', values: ['3'] },
    ]
    for (const query of strange)
      expect(await failure(runs.count(query as never))).toMatchObject({ code: 'FORGE_RUN_QUERY' })
  })

  test('either is read or refused with its place, whatever it is', () => {
    const piece = oneof(
      constantFrom(
        ...runFields.map((field) => `${field}:`),
        '"',
        '\\',
        '(',
        ')',
        '-',
        'OR',
        'NOT',
        '~',
        '>',
        '<=',
        ',',
        '*',
        '..',
        ' ',
        '\0',
        '\ud800',
        '🎉',
        '日',
      ),
      string({ maxLength: 4, unit: 'binary' }),
    )
    assert(
      property(array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('')
        const { position = 0, length = 0 } = (refusal(text)?.details ?? {}) as { position?: number; length?: number }
        expect(position + length).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 3000 },
    )
  })
})

const hour = 3_600_000

/** Runs that differ in everything a query can ask about. */
async function variedHistory(): Promise<History> {
  const history = await emptyHistory()
  const { runs, clock } = history
  clock.now = Date.UTC(2026, 10, 1, 12)
  const save = (plan: object, execution: object, more: object = {}): Promise<string> =>
    runs.saveRun({ plan, execution, ...more })
  const first = await save(
    { id: 'p-1', objective: 'Read file A', steps: ['open'] },
    { success: true, startedAt: clock.now - 40_000, endedAt: clock.now },
    { tags: ['nightly', 'two words'], revision: 3, commit: 'aBc123' },
  )
  clock.now += 24 * hour
  await save(
    { id: 'p-2', objective: 'read 100% of B' },
    { success: false, error: 'disk full', endedAt: clock.now + 500 },
    { tags: ['nightly'], parent: first },
  )
  clock.now += hour
  const going = await runs.start({ objective: 'walk' })
  await going.step({ name: 'grep', tool: 'ripgrep', output: 'zebra' })
  return history
}

async function objectives(runs: RunStorage, query: string): Promise<readonly string[]> {
  return (await runs.search(query, { order: 'oldest' })).runs.map(({ objective }) => objective)
}

test.each<[string, readonly string[]]>([
  ['', ['Read file A', 'read 100% of B', 'walk']],
  ['status:succeeded', ['Read file A']],
  ['status:failed,running', ['read 100% of B', 'walk']],
  ['success:false', ['read 100% of B']],
  ['-success:false', ['Read file A', 'walk']],
  ['tag:nightly', ['Read file A', 'read 100% of B']],
  ['tag:"two words"', ['Read file A']],
  ['tag:~WORD', ['Read file A']],
  ['-tag:nightly', ['walk']],
  ['plan:p-1', ['Read file A']],
  ['objective:~read', ['Read file A', 'read 100% of B']],
  ['objective:~"0% o"', ['read 100% of B']],
  ['objective:~%', ['read 100% of B']],
  ['objective:~_', []],
  ['objective:"walk"', ['walk']],
  ['error:~DISK', ['read 100% of B']],
  ['has:error', ['read 100% of B']],
  ['-has:execution', ['walk']],
  ['has:parent', ['read 100% of B']],
  ['has:tags,steps', ['Read file A', 'read 100% of B', 'walk']],
  ['revision:3', ['Read file A']],
  ['revision:1..2', []],
  ['commit:ABC', ['Read file A']],
  ['commit:abc1', ['Read file A']],
  ['duration>30s', ['Read file A']],
  ['duration<=500ms', ['read 100% of B']],
  ['duration:0s..1m', ['Read file A', 'read 100% of B']],
  ['-duration>30s', ['read 100% of B', 'walk']],
  ['since:2026-11-02', ['read 100% of B', 'walk']],
  ['until:2026-11-02', ['Read file A']],
  ['started:2026-11-01', ['Read file A']],
  ['started>2026-11-01', ['read 100% of B', 'walk']],
  ['started>=2026-11 started<2027', ['Read file A', 'read 100% of B', 'walk']],
  ['started:2026-11-02T13:00', ['walk']],
  ['started:2026-11-02T14:00+01:00', ['walk']],
  ['started:today', ['read 100% of B', 'walk']],
  ['started:yesterday', ['Read file A']],
  ['since:90m', ['read 100% of B', 'walk']],
  ['since:30m', ['walk']],
  ['ended:2026-11-02', ['read 100% of B']],
  ['steps>0', ['walk']],
  ['tool:ripgrep', ['walk']],
  ['step:~GRE', ['walk']],
  ['bytes>1kB', []],
  ['bytes>10B', ['Read file A', 'read 100% of B']],
  ['zebra', ['walk']],
  ['zeb*', ['walk']],
  ['zeb', []],
  ['"file A"', ['Read file A']],
  ['open OR walk', ['Read file A', 'walk']],
  ['"*" OR walk', ['walk']],
  ['-"🎉" tag:nightly', ['Read file A', 'read 100% of B']],
  ['(tag:nightly OR steps>0) -(status:failed OR has:revision)', ['walk']],
])('%s finds %j', async (query, found) => {
  const { runs } = await variedHistory()
  expect(await objectives(runs, query)).toEqual(found)
  expect(await runs.count(query)).toBe(found.length)
})

test('an id is found by its beginning, in capitals too', async () => {
  const { runs } = await variedHistory()
  const [{ id }] = (await runs.listRuns(1)) as [RunSummary]
  for (const part of [id, id.slice(0, -3), id.toUpperCase()]) {
    expect((await runs.search(`id:${part}`)).runs.map((run) => run.id)).toEqual([id])
  }
  expect(await runs.count(`id:${id.slice(0, 6)}`)).toBeGreaterThan(0)
  expect(await runs.count('id:zz')).toBe(0)
})

/** What a filter says of a run, without SQL. */
function holds(filter: RunFilter, run: RunSummary, texts: readonly string[]): boolean {
  if ('all' in filter) return filter.all.every((each) => holds(each, run, texts))
  if ('any' in filter) return filter.any.some((each) => holds(each, run, texts))
  if ('not' in filter) return !holds(filter.not, run, texts)
  if ('text' in filter) {
    const words = searchWords(filter.text)
    return words.length > 0 && textsMatch(texts, { words, prefix: filter.prefix ?? false })
  }
  const { field, operator, values } = filter
  const compare = (value: number | null, wanted: number): boolean => {
    if (value === null) return false
    if (operator === '>') return value > wanted
    if (operator === '>=') return value >= wanted
    if (operator === '<') return value < wanted
    return operator === '<=' ? value <= wanted : value === wanted
  }
  return values.some((value) => {
    switch (field) {
      case 'status':
        return run.status === value
      case 'tag':
        return run.tags.includes(value)
      case 'objective':
        return operator === '~' ? run.objective.toLowerCase().includes(value.toLowerCase()) : run.objective === value
      case 'duration':
        return compare(run.durationMs, Number.parseInt(value, 10))
      case 'steps':
        return compare(run.steps, Number(value))
      default:
        throw new Error(`The test knows no ${field}`)
    }
  })
}

test('finds, counts and pages what a predicate says, for any filter', async () => {
  const word = constantFrom('read', 'reading', 'file', 'é', '%')
  const words = array(word, { minLength: 1, maxLength: 2 }).map((all) => all.join(' '))
  const aRun = record({
    objective: words,
    tags: array(constantFrom('a', 'b'), { maxLength: 2 }),
    end: constantFrom('running', 'succeeded', 'failed', 'cancelled'),
    took: integer({ min: 0, max: 3 }),
    steps: array(words, { maxLength: 2 }),
  })
  const size = constantFrom('>', '>=', '<', '<=', ':')
  const { filter } = letrec<{ filter: RunFilter; leaf: RunFilter }>((tie) => ({
    leaf: oneof(
      constantFrom('running', 'succeeded', 'failed', 'lost').map((status) => condition('status', ':', status)),
      constantFrom('a', 'b', 'c').map((tag) => condition('tag', ':', tag)),
      tuple(constantFrom('~', ':'), words).map(([operator, text]) => condition('objective', operator, text)),
      tuple(size, integer({ min: 0, max: 3 })).map(([operator, took]) => condition('duration', operator, `${took}ms`)),
      tuple(size, integer({ min: 0, max: 2 })).map(([operator, steps]) => condition('steps', operator, String(steps))),
      record({ text: words, prefix: boolean() }),
    ),
    filter: oneof(
      { maxDepth: 3, withCrossShrink: true },
      tie('leaf'),
      array(tie('filter'), { maxLength: 3 }).map((all) => ({ all })),
      array(tie('filter'), { maxLength: 3 }).map((any) => ({ any })),
      tie('filter').map((not) => ({ not })),
    ),
  }))
  const history = await emptyHistory()
  let project = 0
  await assert(
    asyncProperty(array(aRun, { maxLength: 6 }), filter, async (given, wanted) => {
      const runs = history.reopen({ project: `${++project}` })
      const texts = new Map<string, readonly string[]>()
      for (const { objective, tags, end, took, steps } of given) {
        const run = await runs.start({ objective, tags })
        for (const name of steps) await run.step({ name })
        history.clock.now += took
        if (end !== 'running') await run.finish({ status: end as 'failed' })
        texts.set(run.id, [objective, ...steps])
      }
      const all = await runs.listRuns(100)
      const expected = all.filter((run) => holds(wanted, run, texts.get(run.id)!)).map(({ id }) => id)
      const found: string[] = []
      for (let after: string | undefined; ;) {
        const page = await runs.search(wanted, { limit: 2, after })
        found.push(...page.runs.map(({ id }) => id))
        if (page.next === null) break
        after = page.next
      }
      expect(found).toEqual(expected)
      expect(await runs.count(wanted)).toBe(expected.length)
      expect((await runs.facets(wanted)).total).toBe(expected.length)
    }),
    { numRuns: 150 },
  )
})
