import process from 'node:process'
import { openDatabase } from '@forge/db'
import { createRunStorage, type RunTables } from '@forge/runs'
import Driver from 'better-sqlite3'

/**
 * Records runs in the file it is given until it is told to stop or is killed, and tells of each that is saved.
 *
 * `steps`: one run, with a step after the other; `runs`: as many whole runs as it is told.
 */
const [file = '', mode = '', name = '', count = '0'] = process.argv.slice(2)

const db = openDatabase<RunTables>({ open: () => new Driver(file, { timeout: 0 }), synchronous: 'FULL' })
const runs = createRunStorage({ db, project: 'shop' })
const tell = (text: string): void => void process.stdout.write(`${text}\n`)

if (mode === 'steps') {
  const run = await runs.start({ objective: `steps of ${name}`, plan: { by: name } })
  tell(run.id)
  for (let index = 0; ; index++) {
    await run.step({ name: `step ${index}`, output: `said by ${name}` })
    tell(String(index))
  }
} else {
  for (let index = 0; index < Number(count); index++) {
    const id = await runs.saveRun({ plan: { objective: `${name} ${index}` }, execution: { output: 'x'.repeat(index) } })
    tell(`${id} ${name} ${index}`)
  }
  await db.close()
}
