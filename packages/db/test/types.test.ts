import type { Database, PreparedQuery, Transaction, TransactionOptions } from '@forge/db'
import type { SqliteRunResult } from '@forge/pool'
import { type Generated, type Kysely, sql } from 'kysely'
import { expect, expectTypeOf, it } from 'vitest'
import { people, type People } from './people.ts'

interface Wide extends People {
  visit: { id: Generated<number>; person: number; place: string | null; size: bigint; seal: Uint8Array | null }
}

async function wide(): Promise<Database<Wide>> {
  const db = (await people()) as Database<object> as Database<Wide>
  await sql`create table visit (id integer primary key, person integer, place text, size integer, seal blob)`.execute(
    db.kysely,
  )
  return db
}

it('infers the rows of a prepared query from the query', async () => {
  const db = await wide()
  const joined = db.prepared((db) =>
    db
      .selectFrom('person')
      .leftJoin('visit', 'visit.person', 'person.id')
      .select(['person.name', 'visit.place', 'visit.seal'])
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .groupBy('person.id'),
  )
  expectTypeOf(joined.all).returns.resolves.toEqualTypeOf<
    { name: string; place: string | null; seal: Uint8Array | null; n: number }[]
  >()
  const inserted = db.prepared((db, param: { name: string }) =>
    db.insertInto('person').values({ name: param.name, age: 1 }).returningAll(),
  )
  expectTypeOf(inserted.firstOrThrow).returns.resolves.toEqualTypeOf<{ id: number; name: string; age: number }>()
  const raw = db.prepared(() => sql<{ n: 1 }>`select 1 as n`)
  expectTypeOf(raw).toEqualTypeOf<PreparedQuery<object, { n: 1 }>>()
  expectTypeOf(raw.allRaw).returns.resolves.toEqualTypeOf<unknown[][]>()
  expectTypeOf(raw.run).returns.resolves.toEqualTypeOf<SqliteRunResult>()
  expect(await raw.all()).toStrictEqual([{ n: 1 }])
})

it('takes exactly the parameters the query names', async () => {
  const db = await wide()
  const none = db.prepared((db) => db.selectFrom('person').selectAll())
  expectTypeOf(none.all).parameters.toEqualTypeOf<[]>()
  expectTypeOf(none.first).parameters.toEqualTypeOf<[]>()
  expectTypeOf(none.bind).parameters.toEqualTypeOf<[]>()
  const some = db.prepared((db, param: { place: string | null; size: bigint }) =>
    db.selectFrom('visit').select('id').where('place', 'is', param.place).where('size', '>', param.size),
  )
  expectTypeOf(some.all).parameters.toEqualTypeOf<[params: { place: string | null; size: bigint }]>()
  expectTypeOf(some.run).parameters.toEqualTypeOf<[params: { place: string | null; size: bigint }]>()
  expectTypeOf(some.withSignal).returns.toEqualTypeOf<typeof some>()
  expectTypeOf<{ place: string }>().not.toExtend<Parameters<typeof some.all>[0]>()
  expectTypeOf<{ place: number; size: bigint }>().not.toExtend<Parameters<typeof some.all>[0]>()
  expect(await some.all({ place: null, size: 0n })).toStrictEqual([])
})

it('refuses tables, columns and types the database does not have', async () => {
  const db = await wide()
  type Build = Parameters<typeof db.prepared>[0]
  expectTypeOf((kysely: Kysely<Wide>) => kysely.selectFrom('visit').select('place')).toExtend<Build>()
  expectTypeOf<Parameters<Kysely<Wide>['deleteFrom']>[0]>().not.toExtend<'nobody'>()
  expectTypeOf((kysely: Kysely<{ other: { id: number } }>) =>
    kysely.selectFrom('other').select('id'),
  ).not.toExtend<Build>()
  expectTypeOf(() => 'select 1').not.toExtend<Build>()
  expect(db.prepared((kysely) => kysely.selectFrom('visit').select('place')).parameters).toStrictEqual([])
})

it('runs a prepared query in a transaction with the same types, at once', async () => {
  const db = await wide()
  const byAge = db.prepared((db, param: { age: number }) =>
    db.selectFrom('person').select(['name', 'age']).where('age', '=', param.age),
  )
  const result = await db.transaction((tx) => {
    expectTypeOf(tx).toEqualTypeOf<Transaction<Wide>>()
    expectTypeOf(tx.all(byAge, { age: 36 })).toEqualTypeOf<{ name: string; age: number }[]>()
    expectTypeOf(tx.first(byAge, { age: 36 })).toEqualTypeOf<{ name: string; age: number } | undefined>()
    expectTypeOf(tx.kysely).toEqualTypeOf<Kysely<Wide>>()
    expectTypeOf(tx.savepoint(() => 'kept')).resolves.toEqualTypeOf<string>()
    return tx.firstOrThrow(byAge, { age: 36 })
  })
  expectTypeOf(result).toEqualTypeOf<{ name: string; age: number }>()
  expectTypeOf<TransactionOptions['mode']>().toEqualTypeOf<'immediate' | 'deferred' | 'read' | undefined>()
  expect(result).toStrictEqual({ name: 'Ada', age: 36 })
})
