import { rmSync } from 'node:fs'
import { openDatabase } from '@forge/db'
import { isForgeError } from '@forge/errors'
import Driver from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { createRunStorage, type RunStorage, type RunTables, StorageError } from '@forge/runs'
import { emptyHistory, failure } from './history.ts'

function codeOf(error: unknown): string | undefined {
  return isForgeError(error) ? error.code : undefined
}

/** A history in which every statement that is run is noted. */
async function notedHistory(): Promise<Awaited<ReturnType<typeof emptyHistory>> & { readonly statements: string[] }> {
  const made = await emptyHistory()
  const statements: string[] = []
  const db = openDatabase<RunTables>({
    open: () => new Driver(made.file, { timeout: 0, verbose: (sql) => statements.push(String(sql)) }),
    maxConnections: 1,
    busyDeadline: 50,
  })
  onTestFinished(() => db.close())
  return { ...made, db, runs: made.reopen({ db }), statements }
}

const big = { text: Array.from({ length: 20_000 }, (_, index) => index * 7919).join(' ') }

test('a full disk surfaces as it is, once, and leaves nothing behind', async () => {
  const { runs, db, statements } = await notedHistory()
  const id = await runs.savePlanResult({ objective: 'before' })
  await db.pool.write((connection) => connection.exec('pragma max_page_count = 1'))
  const attempts: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['runs', () => runs.saveRun({ plan: big, execution: big })],
    ['run_snapshots', () => runs.saveExecutionResult(id, big)],
  ]
  for (const [table, attempt] of attempts) {
    statements.length = 0
    const error = await failure(attempt())
    expect(error).toBeInstanceOf(StorageError)
    expect(error).toMatchObject({ code: 'FORGE_RUNS_STORAGE', details: { code: 'FORGE_DB_FULL' } })
    expect(codeOf(error.cause)).toBe('FORGE_DB_FULL')
    expect(statements.filter((sql) => sql.startsWith(`insert into "${table}"`))).toHaveLength(1)
  }
  await db.pool.write((connection) => connection.exec('pragma max_page_count = 100000'))
  expect(await runs.listRuns()).toHaveLength(1)
  expect(await runs.getRun(id)).toMatchObject({ status: 'running', execution: null })
  await runs.saveExecutionResult(id, big)
})

test('a database is made ready once, before it is first used, and again where that failed', async () => {
  const { reopen } = await emptyHistory()
  const outcomes = [new Error('no room'), undefined]
  let calls = 0
  const ready = async (): Promise<void> => {
    calls++
    const outcome = outcomes.shift()
    if (outcome !== undefined) throw outcome
  }
  const runs = reopen({ ready })
  expect(calls).toBe(0)
  const error = await failure(runs.listRuns())
  expect(error).toMatchObject({ code: 'FORGE_RUNS_STORAGE', cause: { message: 'no room' } })
  await Promise.all([runs.listRuns(), runs.saveRun({ plan: {}, execution: {} }), runs.count()])
  expect(await runs.count()).toBe(1)
  expect(calls).toBe(2)
})

test('a database that another process holds surfaces as busy', async () => {
  const { runs, file } = await notedHistory()
  const other = new Driver(file)
  onTestFinished(() => void other.close())
  other.exec('begin immediate')
  const error = await failure(runs.savePlanResult({}))
  expect(error).toMatchObject({ code: 'FORGE_RUNS_STORAGE', details: { code: 'FORGE_DB_BUSY' } })
  other.exec('rollback')
  await runs.savePlanResult({})
})

test('a database without the tables surfaces', async () => {
  const db = openDatabase<RunTables>({ open: () => new Driver(':memory:'), maxConnections: 1 })
  onTestFinished(() => db.close())
  const runs = createRunStorage({ db, project: 'shop' })
  for (const attempt of [runs.savePlanResult({}), runs.listRuns(), runs.getRun('x'), runs.changes(), runs.count()]) {
    expect(await failure(attempt)).toMatchObject({
      code: 'FORGE_RUNS_STORAGE',
      details: { code: 'FORGE_DB_QUERY' },
    })
  }
})

test('a database that is closed surfaces', async () => {
  const { runs, db } = await emptyHistory()
  const run = await runs.start()
  await db.close()
  for (const attempt of [runs.savePlanResult({}), runs.listRuns(), run.step({ name: 'a' }), run.finish()]) {
    expect(await failure(attempt)).toMatchObject({
      code: 'FORGE_RUNS_STORAGE',
      details: { code: 'FORGE_POOL_CLOSED' },
    })
  }
})

test('a database file that is deleted surfaces, and nothing is written to where nobody finds it', async () => {
  const { runs, file } = await emptyHistory()
  await runs.savePlanResult({})
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
  const outcome = await runs.savePlanResult({}).catch((error: unknown) => error)
  expect(outcome).toMatchObject({ code: 'FORGE_RUNS_STORAGE', details: { code: 'FORGE_DB_MOVED' } })
})

/** The same runs, through connections that cannot write. */
function readOnly(file: string, options: { readonly pool: boolean }): RunStorage {
  const db = openDatabase<RunTables>({
    open: () => new Driver(file, { readonly: true, timeout: 0 }),
    readOnly: options.pool,
  })
  onTestFinished(() => db.close())
  return createRunStorage({ db, project: 'shop' })
}

test('a history that can only be read is read, and refuses to be written', async () => {
  const { runs, file } = await emptyHistory()
  const id = await runs.saveRun({ plan: { objective: 'x' }, execution: {} })
  const reader = readOnly(file, { pool: true })
  expect((await reader.getRun(id)).objective).toBe('x')
  expect(await reader.search()).toMatchObject({ runs: [{ id }], next: null, unindexed: 0 })
  expect(await failure(reader.savePlanResult({}))).toMatchObject({
    code: 'FORGE_RUNS_STORAGE',
    details: { code: 'FORGE_POOL_READ_ONLY' },
  })
})
