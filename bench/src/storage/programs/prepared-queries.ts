/** Runs typed prepared queries and hand-kept statements in turns, and tells how long each takes. */
import { join } from 'node:path'
import { openDatabase } from '@forge/db'
import Database from 'better-sqlite3'
import { createPeople, openTuned, peopleCount, type Schema } from './people.ts'
import { runProgram, sizeOf } from '../../suite/program.ts'
import { takeTurns } from './turns.ts'

await runProgram(async (request) => {
  const file = join(request.folder, 'people.db')
  createPeople(file)
  const turns = sizeOf(request, 'turns')
  const points = sizeOf(request, 'points')
  const ranges = sizeOf(request, 'ranges')
  const inserts = sizeOf(request, 'inserts')
  const idOf = (index: number) => 1 + ((index * 7919) % (peopleCount - 20))

  const raw = openTuned(file)
  raw.exec('create table added (id integer primary key, name text not null, age integer not null)')
  const point = raw.prepare('select * from person where id = ?')
  const range = raw.prepare('select * from person where id >= ? and id < ?')
  const insert = raw.prepare('insert into added (name, age) values (?, ?)')
  const pointLater = async (id: number) => point.get(id)
  const rangeLater = async (from: number, to: number) => range.all(from, to)

  const db = openDatabase<Schema & { added: { name: string; age: number } }>({ open: () => new Database(file) })
  const first = db.prepared((kysely, param: { id: number }) =>
    kysely.selectFrom('person').selectAll().where('id', '=', param.id),
  )
  const some = db.prepared((kysely, param: { from: number; to: number }) =>
    kysely.selectFrom('person').selectAll().where('id', '>=', param.from).where('id', '<', param.to),
  )
  const add = db.prepared((kysely, param: { name: string; age: number }) =>
    kysely.insertInto('added').values({ name: param.name, age: param.age }),
  )
  const rows = Array.from({ length: inserts }, (_, index): [string, number] => [`new ${index}`, index % 90])

  const pointNs = await takeTurns(
    {
      'better-sqlite3': {
        count: points,
        run: (count) => {
          for (let i = 0; i < count; i++) point.get(idOf(i))
        },
      },
      'better-sqlite3, awaited': {
        count: points,
        run: async (count) => {
          for (let i = 0; i < count; i++) await pointLater(idOf(i))
        },
      },
      forge: {
        count: points,
        run: async (count) => {
          for (let i = 0; i < count; i++) await first.first({ id: idOf(i) })
        },
      },
      'forge transaction': {
        count: points,
        run: (count) =>
          db.transaction((tx) => {
            for (let i = 0; i < count; i++) tx.first(first, { id: idOf(i) })
          }),
      },
    },
    turns,
  )
  const rangeNs = await takeTurns(
    {
      'better-sqlite3': {
        count: ranges,
        run: (count) => {
          for (let i = 0; i < count; i++) range.all(idOf(i), idOf(i) + 20)
        },
      },
      'better-sqlite3, awaited': {
        count: ranges,
        run: async (count) => {
          for (let i = 0; i < count; i++) await rangeLater(idOf(i), idOf(i) + 20)
        },
      },
      forge: {
        count: ranges,
        run: async (count) => {
          for (let i = 0; i < count; i++) await some.all({ from: idOf(i), to: idOf(i) + 20 })
        },
      },
      'forge transaction': {
        count: ranges,
        run: (count) =>
          db.transaction((tx) => {
            for (let i = 0; i < count; i++) tx.all(some, { from: idOf(i), to: idOf(i) + 20 })
          }),
      },
    },
    turns,
  )

  // Each side fills an empty table, and empties it in the same transaction, which costs both the same.
  const insertNs = await takeTurns(
    {
      'better-sqlite3': {
        count: inserts,
        run: () => {
          raw.exec('begin immediate')
          for (const [name, age] of rows) insert.run(name, age)
          raw.exec('delete from added; commit')
        },
      },
      forge: {
        count: inserts,
        run: () =>
          db.transaction(async (tx) => {
            tx.runMany(add, rows)
            await tx.kysely.deleteFrom('added').execute()
          }),
      },
    },
    turns,
  )
  await db.close()
  raw.close()
  return Object.fromEntries(
    request.sides.map((side) => [
      side,
      Object.fromEntries(
        Object.entries({ pointNs, rangeNs, insertNs }).flatMap(([metric, values]) => {
          const value = values[side]
          return value === undefined ? [] : [[metric, value]]
        }),
      ),
    ]),
  )
})
