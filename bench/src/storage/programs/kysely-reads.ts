/** Reads many rows at once by their primary key, and tells how long that took. */
import { join } from 'node:path'
import { openDatabase } from '@forge/db'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { createPeople, openTuned, peopleCount, type Schema } from './people.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'

type Row = Schema['person'] | undefined

/** Starts a read for each id and gives the rows, in order. */
type ReadAll = (ids: readonly number[]) => readonly Row[] | Promise<readonly Row[]>

function throughKysely(db: Kysely<Schema>): ReadAll {
  return (ids) =>
    Promise.all(ids.map((id) => db.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst()))
}

function open(side: string, file: string): ReadAll {
  if (side === 'kysely') {
    return throughKysely(new Kysely<Schema>({ dialect: new SqliteDialect({ database: openTuned(file) }) }))
  }
  if (side === 'better-sqlite3') {
    const statement = openTuned(file).prepare<[number], Schema['person']>('select * from person where id = ?')
    return (ids) => ids.map((id) => statement.get(id))
  }
  const db = openDatabase<Schema>({ open: () => new Database(file) })
  if (side === 'forge') return throughKysely(db.kysely)
  const query = db.prepared((kysely, param: { id: number }) =>
    kysely.selectFrom('person').selectAll().where('id', '=', param.id),
  )
  return (ids) => Promise.all(ids.map((id) => query.first({ id })))
}

await runProgram(async (request) => {
  const side = onlySide(request)
  const file = join(request.folder, 'people.db')
  createPeople(file)
  const ids = Array.from({ length: sizeOf(request, 'reads') }, (_, index) => 1 + (index % peopleCount))
  const readAll = open(side, file)
  await readAll([1])
  const start = performance.now()
  const rows = await readAll(ids)
  const allMs = performance.now() - start
  const wrong = rows.findIndex((row, index) => row?.id !== ids[index])
  if (wrong !== -1) throw new Error(`Read ${wrong} gave the wrong row`)
  return { [side]: { allMs } }
})
