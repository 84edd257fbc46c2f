import type { PreparedQuery } from '@forge/db'
import { sql } from 'kysely'
import { expect, expectTypeOf, it } from 'vitest'
import { failure, firstFrame, people } from './people.ts'

it('runs a query that was compiled once with different values', async () => {
  const db = await people()
  const older = db.prepared((db, param: { age: number; limit: number }) =>
    db.selectFrom('person').select(['name', 'age']).where('age', '>', param.age).orderBy('age').limit(param.limit),
  )
  expectTypeOf(older).toEqualTypeOf<PreparedQuery<{ age: number; limit: number }, { name: string; age: number }>>()
  expect(older.parameters).toStrictEqual(['age', 'limit'])
  expect(await older.all({ age: 0, limit: 9 })).toStrictEqual([
    { name: 'Bob', age: 17 },
    { name: 'Ada', age: 36 },
  ])
  expect(await older.all({ age: 20, limit: 9 })).toStrictEqual([{ name: 'Ada', age: 36 }])
  expect(await older.allRaw({ age: 0, limit: 1 })).toStrictEqual([['Bob', 17]])
  expect(await older.first({ age: 0, limit: 9 })).toStrictEqual({ name: 'Bob', age: 17 })
  expect(await older.first({ age: 99, limit: 9 })).toBeUndefined()
  expect(await older.firstOrThrow({ age: 20, limit: 9 })).toStrictEqual({ name: 'Ada', age: 36 })
  expect(await failure(() => older.firstOrThrow({ age: 99, limit: 9 }))).toMatchObject({
    code: 'FORGE_DB_NO_RESULT',
    details: { sql: older.sql },
  })
})

it('takes no argument where there is no parameter', async () => {
  const db = await people()
  const everyone = db.prepared((db) => db.selectFrom('person').select('name').orderBy('name'))
  expectTypeOf(everyone.all).parameters.toEqualTypeOf<[]>()
  expect(await everyone.all()).toStrictEqual([{ name: 'Ada' }, { name: 'Bob' }])
})

it('checks names and types of the parameters when it is compiled', async () => {
  const db = await people()
  const byName = db.prepared((db, { name }: { name: string }) =>
    db.selectFrom('person').selectAll().where('name', '=', name),
  )
  expectTypeOf(byName.all).parameters.toEqualTypeOf<[params: { name: string }]>()
  expectTypeOf(byName.first).returns.resolves.toEqualTypeOf<{ id: number; name: string; age: number } | undefined>()
  expect(await byName.all({ name: 'Ada' })).toHaveLength(1)
})

it('writes, and says what was changed', async () => {
  const db = await people()
  const rename = db.prepared((db, param: { from: string; to: string }) =>
    db.updateTable('person').set({ name: param.to }).where('name', '=', param.from),
  )
  expect(rename.parameters).toStrictEqual(['to', 'from'])
  expect(await rename.run({ from: 'Ada', to: 'Eve' })).toMatchObject({ changes: 1 })
  const add = db.prepared((db, param: { name: string }) =>
    db.insertInto('person').values({ name: param.name, age: 1 }).returning('id'),
  )
  expect(await add.firstOrThrow({ name: 'Cyd' })).toStrictEqual({ id: 3 })
  expect(await add.run({ name: 'Dan' })).toStrictEqual({ changes: 1, lastInsertRowid: 4 })
})

it('binds one parameter in several places, between values that are part of the query', async () => {
  const db = await people()
  const query = db.prepared((db, param: { text: string; low: number }) =>
    db
      .selectFrom('person')
      .select('name')
      .where('age', '>', param.low)
      .where('age', '<', 100)
      .where((eb) => eb.or([eb('name', '=', param.text), eb('name', '=', param.text), eb('age', '=', param.low)])),
  )
  expect(query.parameters).toStrictEqual(['low', 'text'])
  expect(query.bind({ text: 'Ada', low: 3 })).toStrictEqual([3, 100, 'Ada', 'Ada', 3])
  expect(query.bindPositional([3, 'Ada'])).toStrictEqual([3, 100, 'Ada', 'Ada', 3])
  expect(await query.all({ text: 'Ada', low: 3 })).toStrictEqual([{ name: 'Ada' }])
})

it('takes raw SQL, and a list as one JSON text', async () => {
  const db = await people()
  const among = db.prepared(
    (_db, param: { names: string }) =>
      sql<{ name: string }>`select name from person where name in (select value from json_each(${param.names}))`,
  )
  expectTypeOf(among.first).returns.resolves.toEqualTypeOf<{ name: string } | undefined>()
  expect(await among.all({ names: JSON.stringify(['Bob', 'Zoe']) })).toStrictEqual([{ name: 'Bob' }])
})

it('sends raw SQL that writes to the writer, even where it looks like a query', async () => {
  const db = await people()
  const add = db.prepared(
    (_db, param: { name: string }) =>
      sql<{
        id: number
      }>`with new(name) as (values (${param.name})) insert into person (name, age) select name, 5 from new returning id`,
  )
  expect(await add.all({ name: 'Cyd' })).toStrictEqual([{ id: 3 }])
  expect(await add.all({ name: 'Dan' })).toStrictEqual([{ id: 4 }])
})

it('hands over exact integers as bigint where asked to', async () => {
  const db = await people()
  const big = 2n ** 60n + 1n
  const query = db.prepared((_db, param: { n: bigint }) => sql<{ n: bigint }>`select ${param.n} as n`, { bigint: true })
  expect(await query.all({ n: big })).toStrictEqual([{ n: big }])
  expect(await query.allRaw({ n: big })).toStrictEqual([[big]])
})

it('refuses values that are missing, too many or of a type SQLite lacks', async () => {
  const db = await people()
  const byName = db.prepared((db, param: { name: string }) =>
    db.selectFrom('person').selectAll().where('name', '=', param.name),
  )
  for (const params of [{}, { nam: 'Ada' }, { name: undefined }, undefined] as unknown as { name: string }[]) {
    expect(await failure(() => byName.all(params))).toMatchObject({
      code: 'FORGE_DB_PARAMETER',
      details: { parameter: 'name' },
    })
  }
  expect(await failure(() => byName.all({ name: true as never }))).toMatchObject({
    code: 'FORGE_DB_QUERY',
    details: { sql: byName.sql },
  })
  expect(() => byName.bindPositional(['Ada', 1])).toThrow(expect.objectContaining({ code: 'FORGE_DB_PARAMETER' }))
})

it('refuses to compute with a parameter while the query is built', async () => {
  const db = await people()
  const build = () =>
    db.prepared((db, param: { name: string }) =>
      db.selectFrom('person').selectAll().where('name', 'like', `${param.name}%`),
    )
  expect(build).toThrow(expect.objectContaining({ code: 'FORGE_DB_PARAMETER' }))
})

it('rejects with a typed error whose stack starts at the line that ran the query', async () => {
  const db = await people()
  const broken = db.prepared((_db) => sql`select * from nobody`)
  async function asking(): Promise<void> {
    await broken.all()
  }
  const error = await failure(asking)
  expect(error).toMatchObject({ code: 'FORGE_DB_QUERY', message: expect.stringContaining('nobody') })
  expect(firstFrame(error)).toContain('asking')
})

it('serves any number of reads at the same time', async () => {
  const db = await people({ maxConnections: 2 })
  const byId = db.prepared((db, param: { id: number }) =>
    db.selectFrom('person').select('name').where('id', '=', param.id),
  )
  const rows = await Promise.all(Array.from({ length: 500 }, (_, i) => byId.first({ id: (i % 2) + 1 })))
  expect(rows.filter((row) => row?.name === 'Ada')).toHaveLength(250)
})

it('waits in line for the writer', async () => {
  const db = await people()
  const add = db.prepared((db, param: { name: string }) => db.insertInto('person').values({ name: param.name, age: 1 }))
  const results = await Promise.all(Array.from({ length: 50 }, (_, i) => add.run({ name: `n${i}` })))
  expect(results.map((result) => result.lastInsertRowid)).toStrictEqual(Array.from({ length: 50 }, (_, i) => i + 3))
})

it('prepares each statement once a connection', async () => {
  const db = await people({ maxConnections: 1 })
  const everyone = db.prepared((db) => db.selectFrom('person').selectAll())
  const before = await db.pool.read((connection) => connection.statementStats().misses)
  for (let i = 0; i < 5; i++) {
    await everyone.all()
    await db.kysely.selectFrom('person').selectAll().execute()
  }
  expect(await db.pool.read((connection) => connection.statementStats())).toMatchObject({ misses: before + 1, hits: 9 })
})

it('stops waiting when the signal is aborted', async () => {
  const db = await people()
  const add = db.prepared((db) => db.insertInto('person').values({ name: 'Cyd', age: 1 }))
  const controller = new AbortController()
  const stoppable = add.withSignal(controller.signal)
  const reason = new Error('enough')
  {
    using _writer = await db.pool.acquire('writer')
    const waiting = stoppable.run()
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  }
  await expect(stoppable.run()).rejects.toBe(reason)
  expect(await add.run()).toMatchObject({ changes: 1 })
})

it.each<[string, unknown, string]>([
  ['no function', 'select 1', 'build is a string and no function'],
  ['a function that returns a number', () => 5, 'build returned no query'],
  ['a function that returns nothing', () => {}, 'build returned no query'],
  ['an asynchronous function', async () => sql`select 1`, 'build returned no query'],
])('refuses %s for a query', async (_, build, problem) => {
  const db = await people()
  const error = await failure(() => db.prepared(build as () => ReturnType<typeof sql>))
  expect(error).toMatchObject({
    code: 'FORGE_DB_QUERY',
    message: `There is no query to prepare: ${problem}`,
    hint: expect.stringContaining('Give a function that returns a query builder'),
  })
  expect(firstFrame(error)).toContain('prepared.test.ts')
})
