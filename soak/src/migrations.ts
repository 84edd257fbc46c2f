// Six processes migrate one fresh file, round after round; then processes are
// killed while they migrate, and what they leave is looked at.
//
//     node --conditions=@forge/source soak/src/migrations.ts [ROUNDS] [KILLS]
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
// @boundaries-ignore what migrates here is what the tests of the package start
import type { Answer, Order } from '../../packages/migrate/test/fixtures/migrator.ts'

const [rounds = 100, kills = 100] = process.argv.slice(2).map(Number)
const journalModes = ['wal', 'delete'] as const
const fixture = new URL('../../packages/migrate/test/fixtures/migrator.ts', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'forge-soak-migrations-'))

async function start(): Promise<ChildProcess> {
  const child = fork(fixture, { execArgv: ['--conditions=@forge/source'] })
  await once(child, 'message')
  return child
}

function ask(child: ChildProcess, order: Order): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`a migrating process ended with ${code}`))
    child.once('exit', failed)
    child.once('message', (answer: Answer) => {
      child.off('exit', failed)
      resolve(answer)
    })
    child.send(order)
  })
}

/** What is wrong with the answers of processes that migrated one fresh file, if anything. */
function problemOf(answers: readonly Answer[]): string | undefined {
  const error = answers.find((answer) => answer.error !== undefined)?.error
  if (error !== undefined) return error
  const applied = answers.flatMap((answer) => answer.applied)
  if (applied.length !== 3 || new Set(applied).size !== 3) return `applied: ${applied.join(', ')}`
  return answers.some(({ version }) => version !== 3) ? 'a version is not 3' : undefined
}

async function roundsOf(children: readonly ChildProcess[], journalMode: Order['journalMode']): Promise<number> {
  let failures = 0
  for (let round = 0; round < rounds; round++) {
    const path = join(folder, `${journalMode}-${round}.db`)
    const answers = await Promise.all(children.map((child) => ask(child, { path, journalMode })))
    const problem = problemOf(answers)
    if (problem === undefined) continue
    failures += 1
    console.error(`round ${round}, ${journalMode}: ${problem}`)
  }
  return failures
}

/** What each migration leaves in the schema. */
const traces: Readonly<Record<string, string>> = {
  'graph/0001-nodes': 'nodes',
  'edges/0001-edges': 'edges',
  'graph/0002-names': 'nodes_name',
}

/** Kills two processes that go up and down in one file, and says what is wrong with it then, if anything. */
async function killed(checker: ChildProcess, order: Order): Promise<string | undefined> {
  const victims = await Promise.all([start(), start()])
  for (const victim of victims) victim.send({ ...order, task: 'loop' } satisfies Order)
  await sleep(5 + Math.random() * 60)
  await Promise.all(
    victims.map(async (victim) => {
      const gone = once(victim, 'exit')
      victim.kill('SIGKILL')
      await gone
    }),
  )
  const { error, integrity, applied, schema = [], version } = await ask(checker, { ...order, task: 'check' })
  if (error !== undefined || integrity !== 'ok') return `${integrity}; ${error}`
  const expected = applied.map((id) => traces[id] ?? id).toSorted()
  if (expected.join() !== schema.join()) return `the ledger says ${expected.join()}, the schema is ${schema.join()}`
  return version === 3 ? undefined : `version ${version}`
}

async function killRounds(checker: ChildProcess): Promise<number> {
  let failures = 0
  for (let round = 0; round < kills; round++) {
    const journalMode = journalModes[round % 2]!
    // A file lives on for some rounds, so that kills meet every version of it.
    const path = join(folder, `killed-${journalMode}-${Math.floor(round / 20)}.db`)
    const problem = await killed(checker, { path, journalMode })
    if (problem === undefined) continue
    failures += 1
    console.error(`kill ${round}, ${journalMode}: ${problem}`)
  }
  return failures
}

const children = await Promise.all(Array.from({ length: 6 }, start))
try {
  for (const journalMode of journalModes) {
    const failures = await roundsOf(children, journalMode)
    console.log(`${rounds} rounds of 6 processes on one fresh file, journal mode ${journalMode}: ${failures} failures`)
    if (failures > 0) process.exitCode = 1
  }
  const failures = await killRounds(children[0]!)
  console.log(`${kills} kills of 2 processes that migrate: ${failures} failures`)
  if (failures > 0) process.exitCode = 1
} finally {
  for (const child of children) child.kill()
  rmSync(folder, { recursive: true, force: true })
}
