import { writeSync } from 'node:fs'
import { openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import { createRunStorage, runMigrations, type RunTables } from '@forge/runs'
import Driver from 'better-sqlite3'
import { seededRandom } from './random.ts'
import { runPlan } from './run-plans.ts'

// Run as a process of its own, to be killed: writes runs in every way there is, and prints what was done once it is acknowledged.
// What is about to be deleted is printed before, since it may be gone without an acknowledgement.
const [, , path = '', prefix = '', writes = '', seed = ''] = process.argv
const random = seededRandom(Number(seed))
const say = (...words: readonly (string | number)[]): void => void writeSync(1, `${words.join(' ')}\n`)
const db = openDatabase<RunTables>({ open: () => new Driver(path, { timeout: 0 }), synchronous: 'FULL' })
await createSchemaManager({ db: db.kysely, migrations: runMigrations, busyTimeoutMs: 30_000 }).up()
const runs = createRunStorage({ db, project: 'soak' })
say('ready')
const own: string[] = []
for (let number = 0; number < Number(writes); number++) {
  const kind = random()
  const mine = own[Math.floor(random() * own.length)]
  if (kind < 0.1 && mine !== undefined) {
    const tag = `t${number}`
    await runs.addTags(mine, [tag])
    say('tagged', mine, tag)
  } else if (kind < 0.2 && mine !== undefined) {
    own.splice(own.indexOf(mine), 1)
    say('deleting', mine)
    await runs.delete(mine)
    say('deleted', mine)
  } else if (kind < 0.25) {
    await runs.search('status:running', { limit: 20 })
    await runs.listRuns(20)
  } else if (kind < 0.45) {
    const run = await runs.start({ plan: runPlan(prefix, number).text })
    say('started', run.id, number)
    for (let position = 0; position < 1 + Math.floor(random() * 3); position++) {
      await run.step({ name: `step ${position}`, output: { number, position } })
      say('step', run.id, position)
    }
    await run.heartbeat()
    await run.finish({ execution: { success: true, number } })
    say('ended', run.id)
    own.push(run.id)
  } else {
    const id = await runs.saveRun({ plan: runPlan(prefix, number).text, execution: { success: true, number } })
    say('saved', id, number)
    own.push(id)
  }
}
await db.close()
say('done')
