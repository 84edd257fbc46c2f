import { array, assert, asyncProperty, boolean, constantFrom, record } from 'fast-check'
import { openDatabase } from '@forge/db'
import Driver from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { createRunStorage, type RunQuery, type RunStorage, type RunTables } from '@forge/runs'
import { searchWords, textsMatch } from '../src/search-words.ts'
import { emptyHistory } from './history.ts'

/** A query for words in a row, the last of which may go on. */
function having(text: string, prefix: boolean = false): RunQuery {
  return { text, prefix }
}

async function found(runs: RunStorage, query: RunQuery): Promise<readonly string[]> {
  return (await runs.search(query, { limit: 1000 })).runs.map(({ id }) => id)
}

test('finds words in objectives, plans, executions, errors and steps', async () => {
  const { runs } = await emptyHistory()
  const run = await runs.start({ objective: 'Rename the Parser', plan: { steps: [{ description: 'look at tokens' }] } })
  await run.step({ name: 'grep tokenizer', tool: 'ripgrep', error: 'no matches', output: { text: 'zero hits' } })
  await run.finish({ execution: { outputs: ['all 12 tests passed'], error: 'but slowly' } })
  const other = await runs.saveRun({ plan: { objective: 'something else' }, execution: {} })
  const bare = await runs.start()
  await bare.finish({ error: 'ran out of memory' })
  for (const text of [
    'parser',
    'TOKENS',
    'look at tokens',
    'tokenizer',
    'ripgrep',
    'no matches',
    'zero',
    '12 tests',
    'slowly',
  ]) {
    expect(await found(runs, having(text))).toEqual([run.id])
  }
  expect(await found(runs, having('out of memory'))).toEqual([bare.id])
  expect(await found(runs, having('some', true))).toEqual([other])
  expect(await found(runs, having('some'))).toEqual([])
  expect(await found(runs, having('tokens look'))).toEqual([])
  expect(await runs.count(having('something else'))).toBe(1)
  expect(await runs.facets(having('parser'))).toMatchObject({ total: 1, status: { succeeded: 0, failed: 1 } })
})

test('finds what a predicate over all texts finds, before and after runs are deleted', async () => {
  const history = await emptyHistory()
  const word = constantFrom('read', 'reading', 'file', 'NEAR', '日本語', 'é', '"', '*', 'and')
  const text = array(word, { maxLength: 5 }).map((words) => words.join(' '))
  const aRun = record({ objective: text, plan: array(text, { maxLength: 2 }), output: text, gone: boolean() })
  let project = 0
  await assert(
    asyncProperty(array(aRun, { maxLength: 6 }), text, boolean(), async (given, query, prefix) => {
      const words = searchWords(query)
      if (words.length === 0) return
      const runs = history.reopen({ project: `${++project}` })
      const wanted = new Set<string>()
      for (const { objective, plan, output, gone } of given) {
        const id = await runs.saveRun({ plan: { objective, steps: plan }, execution: { output } })
        if (gone) {
          await runs.indexTexts()
          await runs.delete(id)
        } else if ([[objective, ...plan], [output]].some((texts) => textsMatch(texts, { words, prefix })))
          wanted.add(id)
      }
      expect(new Set(await found(runs, having(query, prefix)))).toEqual(wanted)
      expect(await runs.count(having(query, prefix))).toBe(wanted.size)
    }),
    { numRuns: 60 },
  )
})

test('exports the runs a query is about', async () => {
  const { runs } = await emptyHistory()
  await runs.saveRun({ plan: { objective: 'keep this' }, execution: {} })
  await runs.saveRun({ plan: { objective: 'not that' }, execution: {} })
  const lines = []
  for await (const line of runs.exportLines({ query: having('this') })) lines.push(line)
  expect(lines).toHaveLength(1)
})

test('says what it could not search where it cannot write', async () => {
  const { runs, file } = await emptyHistory()
  const indexed = await runs.saveRun({ plan: { objective: 'one word' }, execution: {} })
  await runs.indexTexts()
  await runs.saveRun({ plan: { objective: 'another word' }, execution: {} })
  for (const readOnly of [true, false]) {
    const db = openDatabase<RunTables>({ open: () => new Driver(file, { readonly: true, timeout: 0 }), readOnly })
    onTestFinished(() => db.close())
    const reader = createRunStorage({ db, project: 'shop' })
    expect(await reader.search(having('word'))).toMatchObject({ runs: [{ id: indexed }], unindexed: 2 })
    expect(await reader.facets(having('word'))).toMatchObject({ total: 1, unindexed: 2 })
  }
  expect(await runs.search(having('word'))).toMatchObject({ unindexed: 0 })
  expect(await found(runs, having('word'))).toHaveLength(2)
})

test('finds the beginning of what is too long to be indexed whole', async () => {
  const { runs } = await emptyHistory()
  const filler = 'x '.repeat(2 ** 19)
  const id = await runs.saveRun({ plan: ['first', filler, 'last'], execution: {} })
  expect(await found(runs, having('first'))).toEqual([id])
  expect(await found(runs, having('last'))).toEqual([])
})
