import Driver from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '@forge/db'
import type { RunStorage, RunTables } from '@forge/runs'
import { emptyHistory } from './history.ts'

/** How SQLite runs what a question sends. */
async function planOf(ask: (runs: RunStorage, id: string) => Promise<unknown>): Promise<readonly string[]> {
  const { file, reopen } = await emptyHistory()
  const sent: string[] = []
  const db = openDatabase<RunTables>({
    open: () => new Driver(file, { timeout: 0, verbose: (sql) => sent.push(String(sql)) }),
  })
  onTestFinished(() => db.close())
  const runs = reopen({ db })
  const run = await runs.start({ plan: {}, tags: ['a'] })
  await run.step({ name: 's' })
  await run.finish({ execution: {} })
  await runs.start({ parent: run.id })
  await runs.indexTexts()
  sent.length = 0
  await ask(runs, run.id)
  const driver = new Driver(file, { readonly: true })
  try {
    const queries = sent.filter((text) => /^(select|update|delete)/.test(text) && !text.includes('sqlite_schema'))
    const steps = queries.flatMap((text) => driver.prepare<[], { detail: string }>(`explain query plan ${text}`).all())
    return [...new Set(steps.map(({ detail }) => detail))]
  } finally {
    driver.close()
  }
}

async function second(runs: RunStorage, options: Parameters<RunStorage['search']>[1]): Promise<unknown> {
  const first = await runs.search(undefined, { ...options, limit: 1 })
  return await runs.search(undefined, { ...options, limit: 1, ...(first.next === null ? {} : { after: first.next }) })
}

const project = 'SEARCH run_projects USING INDEX sqlite_autoindex_run_projects_1 (name=?)'
const started = 'SEARCH runs USING INDEX runs_started (project=?)'
const byId = 'SEARCH runs USING INDEX runs_id (project=? AND id=?)'
const snapshots = [1, 2, 3, 4].map((number) => `CORRELATED SCALAR SUBQUERY ${number}`)
const snapshot = 'SEARCH s USING INDEX sqlite_autoindex_run_snapshots_1 (project=? AND run=? AND part=?)'

test.each<[string, (runs: RunStorage, id: string) => Promise<unknown>, readonly string[]]>([
  ['getRun', (runs, id) => runs.getRun(id), [byId, snapshots[0]!, snapshot, ...snapshots.slice(1)]],
  ['listRuns', (runs) => runs.listRuns(), [started]],
  [
    'a second page',
    (runs) => second(runs, {}),
    [started, 'SEARCH runs USING INDEX runs_started (project=? AND (started_at,number)<(?,?))'],
  ],
  [
    'a second page of the oldest',
    (runs) => second(runs, { order: 'oldest' }),
    [started, 'SEARCH runs USING INDEX runs_started (project=? AND (started_at,number)>(?,?))'],
  ],
  [
    'the longest',
    (runs) => runs.search(undefined, { order: 'longest' }),
    ['SEARCH runs USING INDEX runs_duration (project=? AND duration_ms>?)'],
  ],
  [
    'a status',
    (runs) => runs.search('status:failed'),
    ['SEARCH runs USING INDEX runs_status (project=? AND status=?)'],
  ],
  [
    'a time',
    (runs) => runs.search('since:2026-01-01 until:2027-01-01'),
    ['SEARCH runs USING INDEX runs_started (project=? AND started_at>? AND started_at<?)'],
  ],
  ['a plan', (runs) => runs.search('plan:p'), ['SEARCH runs USING INDEX runs_plan (project=? AND plan_id=?)']],
  ['a parent', (runs) => runs.search('parent:p'), ['SEARCH runs USING INDEX runs_parent (project=? AND parent=?)']],
  [
    'a duration',
    (runs) => runs.search('duration>30s', { order: 'longest' }),
    ['SEARCH runs USING INDEX runs_duration (project=? AND duration_ms>?)'],
  ],
  ['count', (runs) => runs.count(), ['SEARCH runs USING COVERING INDEX runs_started (project=?)']],
  [
    'stepsOf',
    (runs, id) => runs.stepsOf(id),
    [
      byId,
      'SEARCH t USING PRIMARY KEY (project=? AND run=? AND position>?)',
      'SEARCH s USING INDEX sqlite_autoindex_run_snapshots_1 (project=? AND run=? AND part=?) LEFT-JOIN',
    ],
  ],
  ['markLost', (runs) => runs.markLost(), ['SEARCH runs USING INDEX runs_status (project=? AND status=?)']],
  [
    'changes',
    (runs) => runs.changes({ after: 1 }),
    [
      project,
      'SEARCH runs USING INDEX runs_change (project=? AND change>?)',
      'SEARCH run_deletions USING PRIMARY KEY (project=? AND change>?)',
    ],
  ],
])('%s uses the indexes it should', async (_, ask, expected) => {
  expect(await planOf(ask)).toEqual(expected)
})

test('deleting looks nothing up without an index', async () => {
  const plan = await planOf((runs, id) => runs.delete(id))
  expect(plan.filter((step) => step.startsWith('SCAN') && !step.includes('VIRTUAL TABLE INDEX 0:><'))).toEqual([])
})
