import { openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import { createRunStorage, runMigrations, type RunStorage, type RunSummary, type RunTables } from '@forge/runs'
import Driver from 'better-sqlite3'
import type { Ended } from './killed-writers.ts'
import { type Round, type RoundsOptions, writeWithKills } from './rounds.ts'
import { numberOfPlan, runPlan } from './run-plans.ts'

/** Processes that wrote to one run history, and what they left; acknowledged are runs, steps, ends, tags and deletions. */
export interface RunsRound extends Round {
  readonly runs: number
  /** Runs whose process was killed before they ended. */
  readonly lost: number
}

/** Lets processes write to a fresh history at the same time, kills some, and looks at what is there. */
export function writeRunsWithKills(options: RoundsOptions<RunsRound>): Promise<RunsRound[]> {
  return writeWithKills({ name: 'runs', program: new URL('runs-process.ts', import.meta.url), lookAt }, options)
}

async function withRuns<T>(file: string, use: (runs: RunStorage) => Promise<T>): Promise<T> {
  const db = openDatabase<RunTables>({ open: () => new Driver(file, { timeout: 0 }), synchronous: 'FULL' })
  try {
    await createSchemaManager({ db: db.kysely, migrations: runMigrations }).up()
    return await use(createRunStorage({ db, project: 'soak' }))
  } finally {
    await db.close()
  }
}

/** What the processes were told is stored. */
interface Told {
  /** Numbers of plans, and the prefix of their process, by run. */
  readonly runs: Map<string, { readonly prefix: string; readonly number: number }>
  readonly steps: Map<string, number>
  readonly ended: Set<string>
  readonly tags: Map<string, string[]>
  /** Told to be deleted, or perhaps deleted. */
  readonly deleting: Set<string>
  readonly deleted: Set<string>
  acknowledged: number
}

async function lookAt(file: string, ends: readonly Ended[], random: () => number): Promise<RunsRound> {
  const told = toldBy(ends)
  const faults: string[] = []
  const result = await withRuns(file, async (runs) => {
    const unfinished = (await allRuns(runs)).filter(({ status }) => status === 'running').map(({ id }) => id)
    const lost = await runs.markLost()
    if (lost.toSorted().join() !== unfinished.toSorted().join())
      faults.push(`${unfinished.length} runs have no end, ${lost.length} are lost`)
    const all = await allRuns(runs)
    faults.push(...twice(all), ...(await missing(runs, told, all)), ...(await unfound(runs, told, all, random)))
    if ((await runs.count()) !== all.length) faults.push('Not as many are counted as are there')
    const followed = new Set<string>()
    for (let after = 0, more = true; more;) {
      const page = await runs.changes({ after, limit: 1000 })
      for (const change of page.changes) if (change.kind === 'saved') followed.add(change.run.id)
      after = page.last
      more = page.more
    }
    if (followed.size !== all.length) faults.push(`${followed.size} runs are followed, ${all.length} are there`)
    return { runs: all.length, lost: lost.length }
  })
  faults.push(...damage(file))
  const killed = ends.filter((end) => end.killed).length
  return { killed, acknowledged: told.acknowledged, ...result, faults }
}

function toldBy(ends: readonly Ended[]): Told {
  const told: Told = {
    runs: new Map(),
    steps: new Map(),
    ended: new Set(),
    tags: new Map(),
    deleting: new Set(),
    deleted: new Set(),
    acknowledged: 0,
  }
  for (const [prefix, { lines }] of ends.entries()) {
    for (const line of lines) {
      const [what, id = '', more = ''] = line.split(' ')
      if (what !== 'deleting') told.acknowledged++
      if (what === 'saved' || what === 'started') told.runs.set(id, { prefix: String(prefix), number: Number(more) })
      if (what === 'saved' || what === 'ended') told.ended.add(id)
      if (what === 'step') told.steps.set(id, Number(more) + 1)
      if (what === 'tagged') told.tags.set(id, [...(told.tags.get(id) ?? []), more])
      if (what === 'deleting') told.deleting.add(id)
      if (what === 'deleted') told.deleted.add(id)
    }
  }
  return told
}

async function allRuns(runs: RunStorage): Promise<readonly RunSummary[]> {
  const all: RunSummary[] = []
  for (let after: string | undefined; ;) {
    const page = await runs.search(undefined, { limit: 1000, after })
    all.push(...page.runs)
    if (page.next === null) return all
    after = page.next
  }
}

function twice(all: readonly RunSummary[]): string[] {
  const ids = new Set(all.map(({ id }) => id))
  const changes = new Set(all.map(({ change }) => change))
  return ids.size === all.length && changes.size === all.length ? [] : ['An id, or a change, is there twice']
}

async function missing(runs: RunStorage, told: Told, all: readonly RunSummary[]): Promise<string[]> {
  const faults: string[] = []
  const byId = new Map(all.map((run) => [run.id, run]))
  for (const id of told.deleted) if (byId.has(id)) faults.push(`${id} was deleted, and is there`)
  for (const [id, { prefix, number }] of told.runs) {
    const run = byId.get(id)
    if (run === undefined) {
      if (!told.deleting.has(id)) faults.push(`${id} was acknowledged, and is not there`)
      continue
    }
    const { plan, execution } = await runs.getRun(id)
    if (plan?.text !== runPlan(prefix, number).text) faults.push(`${id} has another plan`)
    if (told.ended.has(id) && (run.status !== 'succeeded' || execution?.text !== `{"success":true,"number":${number}}`))
      faults.push(`${id} was ended, and is ${run.status}`)
    const { steps } = await runs.stepsOf(id)
    const wrong = steps.some(
      (step, position) =>
        step.position !== position || step.output?.text !== `{"number":${number},"position":${position}}`,
    )
    if (wrong || steps.length !== run.steps || steps.length < (told.steps.get(id) ?? 0))
      faults.push(`${id} has other steps`)
    if ((told.tags.get(id) ?? []).some((tag) => !run.tags.includes(tag))) faults.push(`${id} lacks a tag`)
  }
  return faults
}

/** Runs that are not found by their word and their tags, and words of deleted ones that are found. */
async function unfound(
  runs: RunStorage,
  told: Told,
  all: readonly RunSummary[],
  random: () => number,
): Promise<string[]> {
  await runs.indexTexts()
  const faults: string[] = []
  for (const run of all.filter(() => random() < 0.02)) {
    const { plan } = await runs.getRun(run.id)
    const { prefix } = told.runs.get(run.id) ?? { prefix: '' }
    if (prefix === '') continue
    const { word } = runPlan(prefix, numberOfPlan(plan!.text))
    const found = await runs.search(word)
    if (found.runs.map(({ id }) => id).join() !== run.id) faults.push(`${run.id} is not found by its word`)
    for (const tag of run.tags) {
      const tagged = await runs.search({ field: 'tag', operator: ':', values: [tag] }, { limit: 1000 })
      if (!tagged.runs.some(({ id }) => id === run.id)) faults.push(`${run.id} is not found by its tag`)
    }
  }
  for (const id of told.deleted) {
    if (random() > 0.02) continue
    const { prefix, number } = told.runs.get(id)!
    if ((await runs.count(runPlan(prefix, number).word)) > 0) faults.push(`${id} was deleted, and is found`)
  }
  return faults
}

function damage(file: string): string[] {
  const driver = new Driver(file)
  try {
    driver.exec(`insert into run_words (run_words) values ('integrity-check')`)
    const found = [
      driver.pragma('integrity_check', { simple: true }),
      ...(driver.pragma('foreign_key_check') as unknown[]),
    ]
    const untagged = driver
      .prepare(
        `select count(*) from runs where (select count(*) from run_tags where run_tags.project = runs.project and run = number) <> json_array_length(tags)`,
      )
      .pluck()
      .get()
    return [
      ...(found.length === 1 && found[0] === 'ok' ? [] : [`SQLite says ${JSON.stringify(found)}`]),
      ...(untagged === 0 ? [] : [`${String(untagged)} runs have other tags than the table of tags`]),
    ]
  } catch (error) {
    return [`The full-text index: ${String(error)}`]
  } finally {
    driver.close()
  }
}
