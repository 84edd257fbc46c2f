/** Keeps runs, and measures what is asked of them. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import { createRunStorage, runMigrations, type RunTables } from '@forge/runs'
import Database from 'better-sqlite3'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'
import { runOf } from './run-texts.ts'
import { timed, timedWith } from './timed.ts'

/** What both sides do. */
interface Keeper {
  save(run: { readonly plan: string; readonly execution: string }): Promise<string> | string
  list(limit: number, offset: number): unknown
  /** The objectives of a page that begins after a number of others, the fastest way there is. */
  page(number: number): Promise<readonly string[]> | readonly string[]
  failed(): unknown
  get(id: string): unknown
  search(word: string): Promise<number> | number
  /** Makes words findable; nothing where nothing has to be done. */
  index(): Promise<unknown> | undefined
  close(): Promise<void> | void
}

async function forgeKeeper(file: string): Promise<Keeper> {
  const db = openDatabase<RunTables>({ open: () => new Database(file, { timeout: 0 }), synchronous: 'FULL' })
  await createSchemaManager({ db: db.kysely, migrations: runMigrations }).up()
  const runs = createRunStorage({ db, project: 'bench' })
  const cursors = new Map<number, string | undefined>([[0, undefined]])
  return {
    save: (run) => runs.saveRun(run),
    list: (limit, offset) => runs.listRuns(limit, offset),
    async page(number) {
      if (!cursors.has(number)) {
        // As whoever turns pages has it: the cursor of the page before.
        const before = await runs.search(undefined, { limit: 1, offset: number * 20 - 1 })
        cursors.set(number, before.next ?? undefined)
      }
      const page = await runs.search(undefined, { limit: 20, after: cursors.get(number) })
      return page.runs.map(({ objective }) => objective)
    },
    failed: () => runs.search('status:failed', { limit: 20 }),
    get: async (id) => (await runs.getRun(id)).execution?.value(),
    search: async (word) => (await runs.search(word, { limit: 100 })).runs.length,
    index: () => runs.indexTexts(),
    close: () => db.close(),
  }
}

function snapshotKeeper(file: string): Keeper {
  const db = new Database(file)
  db.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -16384;
    create table runs (id text primary key, plan_json text not null, execution_json text not null, created_at integer not null);
    create index runs_created on runs (created_at);`)
  const insert = db.prepare('insert into runs values (?, ?, ?, ?)')
  const select = db.prepare<[number, number], Row>('select * from runs order by created_at desc limit ? offset ?')
  const one = db.prepare<[string], Row>('select * from runs where id = ?')
  const all = db.prepare<[], Row>('select * from runs order by created_at desc')
  const like = db.prepare<[string, string], Row>(
    'select * from runs where plan_json like ? or execution_json like ? order by created_at desc limit 100',
  )
  let number = 0
  const summary = ({ id, plan_json, execution_json }: Row) => {
    const plan = JSON.parse(plan_json) as { readonly planId: string; readonly objective: string }
    const { success } = JSON.parse(execution_json) as { readonly success: boolean }
    return { id, planId: plan.planId, objective: plan.objective, success }
  }
  return {
    save({ plan, execution }) {
      const id = `run-${number}`
      insert.run(id, plan, execution, number++)
      return id
    },
    list: (limit, offset) => select.all(limit, offset).map(summary),
    page: (page) => select.all(20, page * 20).map((row) => summary(row).objective),
    failed() {
      const found = []
      for (const row of all.iterate()) {
        const run = summary(row)
        if (!run.success && found.push(run) === 20) break
      }
      return found
    },
    get: (id) => JSON.parse(one.get(id)!.execution_json),
    search: (word) => like.all(`%${word}%`, `%${word}%`).map(summary).length,
    index: () => undefined,
    close: () => void db.close(),
  }
}

interface Row {
  readonly id: string
  readonly plan_json: string
  readonly execution_json: string
}

await runProgram(async (request) => {
  const side = onlySide(request)
  const [runs, calls] = [sizeOf(request, 'runs'), sizeOf(request, 'calls')]
  const file = join(request.folder, 'runs.db')
  const keeper = side === 'forge' ? await forgeKeeper(file) : snapshotKeeper(file)
  const needles = Math.max(1, Math.floor(runs / 20))
  const ids: string[] = []
  let wrong = 0
  const save = await timedWith(
    runs,
    (number) => runOf(number, needles),
    async (run) => void ids.push(await keeper.save(run)),
  )
  const indexStart = performance.now()
  await keeper.index()
  const indexMs = (performance.now() - indexStart) / runs
  const pick = (index: number): number => (index * 7919) % runs
  const list20 = await timed(calls, () => keeper.list(20, 0))
  const list100 = await timed(calls, () => keeper.list(100, 0))
  const get = await timed(calls, (index) => keeper.get(ids[pick(index)]!))
  const filter = await timed(Math.ceil(calls / 10), () => keeper.failed())
  const search = await timed(Math.ceil(calls / 20), async () => {
    if ((await keeper.search('needleword')) !== Math.ceil((runs - (7 % needles)) / needles)) wrong++
  })
  const far = Math.max(1, Math.min(1000, Math.floor(runs / 20) - 10))
  await keeper.page(far)
  const deep = await timed(Math.ceil(calls / 10), async () => {
    const [first] = await keeper.page(far)
    if (first !== `objective of run ${runs - 1 - far * 20}`) wrong++
  })
  const deepOffset = await timed(Math.ceil(calls / 10), () => keeper.list(20, far * 20))
  await keeper.close()
  return {
    [side]: {
      saveMs: save.p50,
      saveP99Ms: save.p99,
      list20Ms: list20.p50,
      list100Ms: list100.p50,
      getMs: get.p50,
      filterMs: filter.p50,
      searchMs: search.p50,
      deepMs: deep.p50,
      deepOffsetMs: deepOffset.p50,
      ...(side === 'forge' ? { indexMs } : {}),
      fileBytes: statSync(file).size,
      wrong,
    },
  }
})
