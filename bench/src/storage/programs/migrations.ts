/** Lets several processes migrate one fresh file at once, again and again, and looks at what they left. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { MigrateAnswer, MigrateOrder } from './migrating-process.ts'
import { openTuned } from './people.ts'
import { startProcess } from './processes.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'

const ledgers: Readonly<Record<string, string>> = { kysely: 'kysely_migration', forge: 'forge_migrations' }

function read(file: string, sql: string): unknown[] {
  const database = new Database(file, { readonly: true })
  try {
    return database.prepare(sql).pluck().all()
  } finally {
    database.close()
  }
}

/** Whether all of the schema is there, once. */
function isComplete(file: string, side: string): boolean {
  try {
    const objects = read(
      file,
      `select name from sqlite_schema where sql is not null and tbl_name in ('nodes', 'edges') order by name`,
    )
    return (
      objects.join() === 'edges,edges_target,nodes,nodes_name' &&
      read(file, 'select kind from nodes').join() === 'module' &&
      read(file, `select count(*) from ${ledgers[side]}`)[0] === 3
    )
  } catch {
    return false
  }
}

await runProgram(async (request) => {
  const side = onlySide(request)
  const starting = Array.from({ length: sizeOf(request, 'processes') }, () =>
    startProcess<MigrateOrder, MigrateAnswer>(new URL('./migrating-process.ts', import.meta.url)),
  )
  const processes = await Promise.all(starting)
  const fresh = (name: string): string => {
    const file = join(request.folder, name)
    // A switch to WAL that meets another one fails at once, whatever the timeout: spare those who cannot wait for it.
    if (side === 'kysely') openTuned(file).close()
    return file
  }

  let failures = 0
  let wrong = 0
  let totalMs = 0
  const files = sizeOf(request, 'files')
  for (let index = 0; index < files; index++) {
    const file = fresh(`fresh-${index}.db`)
    const start = performance.now()
    const answers = await Promise.all(processes.map((each) => each.ask({ side, file, failing: false })))
    totalMs += performance.now() - start
    failures += answers.filter(({ error }) => error !== null).length
    if (!isComplete(file, side)) wrong++
  }

  let half = 0
  for (let index = 0; index < sizeOf(request, 'failing'); index++) {
    const file = fresh(`failing-${index}.db`)
    const answer = await processes[0]?.ask({ side, file, failing: true })
    if (answer?.error === null) throw new Error('A migration that must fail did not')
    half += read(file, `select name from sqlite_schema where name = 'half'`).length
  }
  await Promise.all(processes.map((each) => each.stop()))
  return { [side]: { fileMs: totalMs / files, failures, wrong, half } }
})
