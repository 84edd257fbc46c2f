import Driver from 'better-sqlite3'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { databaseFile, people } from './people.ts'

it('drops the statements it keeps when it changes the schema', async () => {
  const db = await people()
  const everyone = db.prepared((db) => db.selectFrom('person').selectAll().orderBy('id'))
  const changes = [
    () => db.kysely.schema.alterTable('person').addColumn('born', 'integer').execute(),
    () => sql`/* later */ alter table person drop column born`.execute(db.kysely),
    () => db.pool.run('create index person_age on person (age)'),
    () => db.pool.write((connection) => connection.exec('drop index person_age; delete from pet')),
    () => db.transaction((tx) => tx.kysely.schema.dropTable('pet').execute()),
  ]
  for (const change of changes) {
    await everyone.all()
    const { dropped } = db.statementStats()
    await change()
    await everyone.all()
    expect(db.statementStats().dropped).toBeGreaterThan(dropped)
  }
  const { dropped } = db.statementStats()
  await db.kysely.updateTable('person').set({ age: 1 }).execute()
  await db.kysely.deleteFrom('person').where('name', '=', 'Ada').execute()
  await everyone.all()
  expect(db.statementStats()).toMatchObject({ dropped })
})

it('hands over the columns that are there now, whoever changed them', async () => {
  const file = databaseFile()
  const db = await people({ file })
  const everyone = db.prepared(() => sql<object>`select * from person where name = 'Ada'`)
  const add = db.prepared(
    (_db, param: { name: string }) => sql<object>`insert into person (name, age) values (${param.name}, 5) returning *`,
  )
  const other = new Driver(file)
  const changes: readonly (readonly [string, readonly string[]])[] = [
    ['select 1', ['id', 'name', 'age']],
    ['alter table person add column born', ['id', 'name', 'age', 'born']],
    ['alter table person rename column age to years', ['id', 'name', 'years', 'born']],
    ['alter table person drop column born', ['id', 'name', 'years']],
    ['alter table person rename column years to age', ['id', 'name', 'age']],
  ]
  for (const [change, columns] of changes) {
    other.exec(change)
    for (let i = 0; i < 3; i++) {
      expect(Object.keys((await everyone.first()) ?? {})).toStrictEqual(columns)
      expect((await everyone.allRaw())[0]).toHaveLength(columns.length)
    }
  }
  expect(await add.first({ name: 'Cyd' })).toStrictEqual({ id: 3, name: 'Cyd', age: 5 })
  other.exec('alter table person add column born default 7')
  other.close()
  expect(await add.first({ name: 'Dan' })).toStrictEqual({ id: 4, name: 'Dan', age: 5, born: 7 })
})

it('goes on with a statement that is lent while the schema changes', async () => {
  const db = await people()
  const rows = db.kysely.selectFrom('person').select('name').orderBy('name').stream(1)
  expect(await rows.next()).toMatchObject({ value: { name: 'Ada' } })
  await db.kysely.schema.createTable('other').addColumn('id', 'integer').execute()
  expect(await rows.next()).toMatchObject({ value: { name: 'Bob' } })
  expect(await rows.next()).toMatchObject({ done: true })
  await db.kysely.schema.dropTable('other').execute()
})

it('adds up the statements of its connections, and tells which took the most time', async () => {
  let now = 0
  const db = await people({ maxConnections: 2, statementCache: { timing: true, now: () => (now += 1) } })
  const one = db.prepared((db) => db.selectFrom('person').selectAll())
  const add = db.prepared((db, param: { name: string }) => db.insertInto('person').values({ name: param.name, age: 1 }))
  for (let i = 0; i < 5; i++) await one.all()
  for (let i = 0; i < 2; i++) await add.run({ name: `n${i}` })
  await db.transaction((tx) => tx.all(one))
  const stats = db.statementStats({ top: 1 })
  expect(stats.top).toMatchObject([{ sql: one.sql, uses: 6, totalMs: 6, maxMs: 1 }])
  expect(stats.misses).toBeGreaterThanOrEqual(3)
  expect(stats.size).toBeGreaterThanOrEqual(2)
  expect(db.statementStats().top).toStrictEqual([])
  await db.close()
  expect(db.statementStats()).toMatchObject({ size: 0, misses: 0 })
})
