import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import readline from 'node:readline'
import { fileURLToPath } from 'node:url'
import Driver from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import type { RunStorage } from '@forge/runs'
import { emptyHistory } from './history.ts'

interface Recorder {
  readonly child: ChildProcess
  /** What it has told so far. */
  readonly told: string[]
  readonly ended: Promise<unknown>
}

function record(file: string, ...args: readonly string[]): Recorder {
  const program = fileURLToPath(new URL('./recording-process.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@forge/source', program, file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const told: string[] = []
  const lines = readline.createInterface({ input: child.stdout })
  lines.on('line', (line) => told.push(line))
  return { child, told, ended: Promise.all([once(child, 'exit'), once(lines, 'close')]) }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Throws where the full-text index contradicts itself. */
function checkTexts(file: string): void {
  const db = new Driver(file)
  db.exec(`insert into run_words (run_words) values ('integrity-check')`)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
}

test('a run whose process was killed is lost, with the steps it had told of', async () => {
  const { runs, file, clock } = await emptyHistory({ clock: Date.now })
  const recorder = record(file, 'steps', 'victim')
  await until(() => recorder.told.length > 20)
  const [id = ''] = recorder.told
  expect(await runs.markLost({ heartbeatTimeout: 0 })).toEqual([])
  expect((await runs.getRun(id)).status).toBe('running')

  recorder.child.kill('SIGKILL')
  await recorder.ended
  const steps = recorder.told.length - 1
  clock.now += 1
  expect(await runs.markLost()).toEqual([id])
  expect(await runs.markLost()).toEqual([])
  const run = await runs.getRun(id)
  expect(run).toMatchObject({ status: 'lost', success: null, objective: 'steps of victim', execution: null })
  expect(run.steps).toBeGreaterThanOrEqual(steps)
  expect(run.endedAt).toBe(run.heartbeatAt)
  const { steps: recorded } = await runs.stepsOf(id, { limit: 1000 })
  expect(recorded.map(({ name }) => name)).toEqual(recorded.map((_, index) => `step ${index}`))
  expect(recorded).toHaveLength(run.steps)
  await runs.indexTexts()
  checkTexts(file)
})

test('8 processes write to one history, some are killed, and no run that was told of is missing or there twice', async () => {
  const { runs, file } = await emptyHistory()
  const count = 60
  const recorders = Array.from({ length: 8 }, (_, index) => record(file, 'runs', `p${index}`, String(count)))
  const victims = recorders.slice(0, 3)
  await Promise.all(
    victims.map(async ({ child, told }, index) => {
      await until(() => told.length > 5 * (index + 1) || child.exitCode !== null)
      child.kill('SIGKILL')
    }),
  )
  // Whoever reads meanwhile sees whole runs.
  const seen = await runs.search(undefined, { limit: 1000 })
  for (const { id } of seen.runs) expect((await runs.getRun(id)).execution).not.toBeNull()
  await Promise.all(recorders.map(({ ended }) => ended))

  const told = recorders.flatMap((each) => each.told)
  for (const { told: all } of recorders.slice(3)) expect(all).toHaveLength(count)
  const all = await allRuns(runs)
  const objectives = all.map(({ id, objective }) => `${id} ${objective}`)
  expect(new Set(objectives).size).toBe(objectives.length)
  expect(new Set(all.map(({ objective }) => objective)).size).toBe(all.length)
  expect(told.filter((line) => !objectives.includes(line))).toEqual([])
  // One that was killed may have saved one more than it told of.
  expect(all.length - told.length).toBeLessThanOrEqual(victims.length)
  expect(new Set(all.map(({ change }) => change)).size).toBe(all.length)
  expect(await runs.indexTexts()).toBe(2 * all.length)
  checkTexts(file)
})

async function allRuns(runs: RunStorage): Promise<Awaited<ReturnType<RunStorage['listRuns']>>> {
  const all = []
  for (let after: string | undefined; ;) {
    const page = await runs.search(undefined, { limit: 100, ...(after === undefined ? {} : { after }) })
    all.push(...page.runs)
    if (page.next === null) return all
    after = page.next
  }
}
