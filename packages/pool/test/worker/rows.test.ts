import { deepStrictEqual } from 'node:assert/strict'
import type { ResultMode } from '@forge/pool'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { poolWithThreads } from './threads.ts'

const modes: readonly ResultMode[] = ['rows', 'raw', 'pluck']

/** What the driver itself answers. */
function inline(file: string, sql: string, result: ResultMode, bigint: boolean): unknown[] {
  const database = new Database(file, { readonly: true })
  try {
    const statement = database.prepare(sql).safeIntegers(bigint)
    if (result === 'raw') statement.raw()
    if (result === 'pluck') statement.pluck()
    return statement.all()
  } finally {
    database.close()
  }
}

const value = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noNaN: true }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '\0', 'a\0b', '😀', '\u{10FFFF}é', 'x'.repeat(20_000), '漢字🏳️‍🌈'.repeat(5_000)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(Buffer.alloc(0), Buffer.alloc(50_000, 7)),
)

/** What a column holds: anything, or values of one kind only, as most do. */
const column = fc.constantFrom<fc.Arbitrary<unknown>>(
  value,
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.string(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
  fc.option(fc.string({ unit: 'grapheme' })),
)

const name = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('id', 'id', '', '0', '1', 'constructor', 'naïve 😀'))

const table = fc.array(fc.record({ name, column }), { minLength: 1, maxLength: 6 }).chain((columns) =>
  fc.record({
    names: fc.constant(columns.map((each) => each.name)),
    rows: fc.array(fc.tuple(...columns.map((each) => each.column)), { maxLength: 60 }),
  }),
)

it('gives any table back exactly as the driver does, in every shape', async () => {
  const { pool, file } = await poolWithThreads()
  await fc.assert(
    fc.asyncProperty(table, async ({ names, rows }) => {
      const columns = names.map((_, index) => `c${index}`)
      await pool.write((connection) => {
        connection.exec(`drop table if exists any_table; create table any_table (${columns.join(', ')})`)
        const insert = connection.prepare(`insert into any_table values (${columns.map(() => '?').join(', ')})`)
        for (const row of rows) insert.run(...row)
      })
      const aliases = names.map((each, index) => `c${index} as "${each.replaceAll('"', '""')}"`)
      const sql = `select ${aliases.join(', ')} from any_table`
      for (const result of modes) {
        for (const bigint of [false, true]) {
          deepStrictEqual(await pool.readInWorker(sql, [], { result, bigint }), inline(file, sql, result, bigint))
        }
      }
    }),
    { numRuns: 60 },
  )
})

it('keeps the order of a million rows', async () => {
  const { pool } = await poolWithThreads()
  const sql = 'with recursive n(a) as (select 1 union all select a + 1 from n where a < 1000000) select a from n'
  const numbers = await pool.readInWorker(sql, [], { result: 'pluck' })
  expect(numbers).toHaveLength(1_000_000)
  expect(numbers.every((each, index) => each === index + 1)).toBe(true)
})

it('gives rows that are larger than what is sent at a time', async () => {
  const { pool, file } = await poolWithThreads()
  const sql = `select a, replace(hex(zeroblob(100000 + a)), '0', '😀') as long, zeroblob(2000000) as blob from t`
  expect(await pool.readInWorker(sql)).toStrictEqual(inline(file, sql, 'rows', false))
})

it('gives a row of two thousand columns', async () => {
  const { pool, file } = await poolWithThreads()
  const sql = `select ${Array.from({ length: 2_000 }, (_, index) => `a + ${index} as c${index}`).join(', ')} from t`
  expect(await pool.readInWorker(sql)).toStrictEqual(inline(file, sql, 'rows', false))
})

it('names columns as it likes, even as what objects inherit', async () => {
  const { pool, file } = await poolWithThreads()
  for (const value of ['1', 'null', `'text'`]) {
    const sql = `select ${value} as "__proto__", 2 as b, 3 as "toString" from t`
    for (const result of modes)
      expect(await pool.readInWorker(sql, [], { result })).toStrictEqual(inline(file, sql, result, false))
  }
})

it('gives no rows where there are none', async () => {
  const { pool } = await poolWithThreads()
  for (const result of modes) {
    expect(await pool.readInWorker('select * from t where a > 9', [], { result })).toStrictEqual([])
  }
})

it('gives numbers that are not exact beyond 2^53, and exact ones as bigint', async () => {
  const { pool } = await poolWithThreads()
  const sql = 'select 9007199254740993 as a, 1.5 as b'
  expect(await pool.readInWorker(sql)).toStrictEqual([{ a: 9_007_199_254_740_992, b: 1.5 }])
  expect(await pool.readInWorker(sql, [], { bigint: true })).toStrictEqual([{ a: 9_007_199_254_740_993n, b: 1.5 }])
})

it('binds what the driver binds: values, buffers cut out of others, and names', async () => {
  const { pool } = await poolWithThreads()
  const cut = Buffer.from('-- the middle --').subarray(3, 13)
  const values = [null, undefined, 1.5, 2n ** 62n, 'té\0xt', cut, new Float32Array([1])]
  const sql = `select ${values.map((_, index) => `? as v${index}`).join(', ')}`
  const [row] = await pool.readInWorker(sql, values, { result: 'raw', bigint: true })
  expect(row).toStrictEqual([
    null,
    null,
    1.5,
    2n ** 62n,
    'té\0xt',
    Buffer.from('the middle'),
    Buffer.from([0, 0, 128, 63]),
  ])
  expect(await pool.readInWorker('select :a as a, @b as b', [{ a: 1, b: 'two' }])).toStrictEqual([{ a: 1, b: 'two' }])
  expect(await pool.readInWorker('select ? as a, ? as b', [['x', 'y']])).toStrictEqual([{ a: 'x', b: 'y' }])
})

it('sees what was committed before the call', async () => {
  const { pool } = await poolWithThreads()
  for (let a = 4; a < 20; a++) {
    await pool.write((connection) => connection.prepare('insert into t values (?)').run(a))
    expect(await pool.readInWorker('select max(a) from t', [], { result: 'pluck' })).toStrictEqual([a])
  }
})

it('sees the columns a table has now', async () => {
  const { pool } = await poolWithThreads()
  expect(await pool.readInWorker('select * from t limit 1')).toStrictEqual([{ a: 1 }])
  await pool.write((connection) => connection.exec(`alter table t add column b default 'new'`))
  expect(await pool.readInWorker('select * from t limit 1')).toStrictEqual([{ a: 1, b: 'new' }])
})
