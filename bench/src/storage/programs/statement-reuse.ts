/** Finds a statement again in every way there is, and reads one row with it. */
import { DatabaseSync } from 'node:sqlite'
import { createStatementCache, statementKey } from '@forge/stmt-cache'
import Database from 'better-sqlite3'
import { runProgram, sizeOf } from '../../suite/program.ts'
import { takeTurns } from './turns.ts'

const setUp = `
  create table person (id integer primary key, name text not null, age integer not null);
  insert into person
    with recursive ids(id) as (select 1 union all select id + 1 from ids where id < 10000)
    select id, 'person ' || id, id % 90 from ids`
const sql = 'select id, name, age from person where id = ?'
const others = Array.from({ length: 100 }, (_, index) => `${sql} and age <> ${index}`)

await runProgram(async (request) => {
  const count = sizeOf(request, 'reads')
  const database = new Database(':memory:')
  database.exec(setUp)
  const kept = database.prepare(sql)
  const prepare = (text: string) => database.prepare(text)
  const cache = createStatementCache<Database.Statement>({ prepare, admission: 'always' })
  const timed = createStatementCache<Database.Statement>({ prepare, admission: 'always', timing: true })
  const map = new Map([...others, sql].map((text) => [text, database.prepare(text)]))
  for (const text of others) for (const each of [cache, timed]) each.use(text, (statement) => statement.get(1))
  const key = statementKey(sql)

  const node = new DatabaseSync(':memory:')
  node.exec(setUp)
  const nodeKept = node.prepare(sql)
  const tags = node.createTagStore()

  const loops: Readonly<Record<string, (times: number) => void>> = {
    'kept by hand': (times) => {
      for (let i = 1; i <= times; i++) kept.get(i)
    },
    'forge, key': (times) => {
      for (let i = 1; i <= times; i++) cache.use(key, (statement) => statement.get(i))
    },
    'forge, text': (times) => {
      for (let i = 1; i <= times; i++) cache.use(sql, (statement) => statement.get(i))
    },
    'forge, lease': (times) => {
      for (let i = 1; i <= times; i++) {
        const lease = cache.acquire(key)
        lease.statement.get(i)
        lease.release()
      }
    },
    'forge, timed': (times) => {
      for (let i = 1; i <= times; i++) timed.use(key, (statement) => statement.get(i))
    },
    Map: (times) => {
      for (let i = 1; i <= times; i++) map.get(sql)?.get(i)
    },
    'prepared each time': (times) => {
      for (let i = 1; i <= times; i++) database.prepare(sql).get(i)
    },
    'node:sqlite, kept by hand': (times) => {
      for (let i = 1; i <= times; i++) nodeKept.get(i)
    },
    'node:sqlite, createTagStore': (times) => {
      for (let i = 1; i <= times; i++) void tags.get`select id, name, age from person where id = ${i}`
    },
  }
  const things = request.sides.map((side) => {
    const run = loops[side]
    if (run === undefined) throw new RangeError(`There is no side ${side}`)
    return [side, { count: side === 'prepared each time' ? Math.ceil(count / 10) : count, run }] as const
  })
  const readNs = await takeTurns(Object.fromEntries(things), sizeOf(request, 'turns'))
  return Object.fromEntries(Object.entries(readNs).map(([side, value]) => [side, { readNs: value }]))
})
