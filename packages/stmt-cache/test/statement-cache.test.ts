import { createStatementCache, type StatementCacheOptions, type StatementLease, statementKey } from '@forge/stmt-cache'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'

function open(options: Partial<StatementCacheOptions<Database.Statement>> = {}) {
  const database = new Database(':memory:')
  onTestFinished(() => void database.close())
  database.exec(
    `create table person (name text, age integer); insert into person values ('Ada', 36), ('Bob', 9007199254740993)`,
  )
  const prepared: string[] = []
  const cache = createStatementCache<Database.Statement>({
    prepare: (sql) => (prepared.push(sql), database.prepare(sql)),
    ...options,
  })
  return { cache, prepared, database }
}

const names = 'select name, age from person where age < ?'

it('prepares a statement once', () => {
  const { cache, prepared } = open()
  for (let i = 0; i < 3; i++) expect(cache.use(names, (statement) => statement.all(40))).toHaveLength(1)
  expect(prepared).toStrictEqual([names])
  expect(cache.stats()).toStrictEqual({ hits: 2, misses: 1, evictions: 0, size: 1, bytes: 1024 + 4 * names.length })
})

it('keeps a statement of its own for each result mode', () => {
  const { cache, prepared } = open()
  const all = (mode?: Parameters<typeof statementKey>[1]) =>
    cache.use(statementKey(names, mode), (each) => each.all(40))
  for (let i = 0; i < 2; i++) {
    expect(all()).toStrictEqual([{ name: 'Ada', age: 36 }])
    expect(all({ result: 'raw' })).toStrictEqual([['Ada', 36]])
    expect(all({ result: 'pluck' })).toStrictEqual(['Ada'])
    expect(all({ bigint: true })).toStrictEqual([{ name: 'Ada', age: 36n }])
    expect(all({ result: 'raw', bigint: true })).toStrictEqual([['Ada', 36n]])
  }
  expect(prepared).toHaveLength(5)
  expect(cache.stats()).toMatchObject({ hits: 5, misses: 5, size: 5 })
})

it('takes a text for the key of its rows', () => {
  const { cache } = open()
  cache.use(names, () => {})
  cache.use(statementKey(names), () => {})
  expect(cache.stats()).toMatchObject({ hits: 1, misses: 1 })
})

it('runs statements that return nothing in any mode', () => {
  const { cache } = open()
  const insert = statementKey('insert into person values (?, ?)', { result: 'raw', bigint: true })
  expect(cache.use(insert, (statement) => statement.run('Cyd', 1))).toMatchObject({ changes: 1, lastInsertRowid: 3n })
})

it('gives a second user of a statement another one', () => {
  const { cache } = open()
  cache.use(names, (outer) => {
    const rows = outer.iterate(10 ** 17)
    rows.next()
    cache.use(names, (inner) => {
      expect(inner).not.toBe(outer)
      expect(inner.all(40)).toHaveLength(1)
    })
    expect([...rows]).toHaveLength(1)
  })
  expect(cache.stats()).toMatchObject({ hits: 0, misses: 2, size: 1 })
})

it('takes a statement back when its user throws', () => {
  const { cache } = open()
  const error = new Error('no')
  expect(() =>
    cache.use(names, () => {
      throw error
    }),
  ).toThrow(error)
  cache.use(names, () => {})
  expect(cache.stats()).toMatchObject({ hits: 1 })
})

it('drops the statement that was not used for the longest time', () => {
  const { cache, prepared } = open({ maxEntries: 2 })
  for (const sql of ['select 1', 'select 2', 'select 1', 'select 3', 'select 1', 'select 2']) cache.use(sql, () => {})
  expect(prepared).toStrictEqual(['select 1', 'select 2', 'select 3', 'select 2'])
  expect(cache.stats()).toMatchObject({ evictions: 2, size: 2 })
})

it('stays within its bytes, and keeps no statement larger than all of them', () => {
  const { cache } = open({ maxBytes: 5000 })
  for (let i = 0; i < 20; i++) cache.use(`select ${i}`, () => {})
  expect(cache.stats()).toMatchObject({ size: 4, evictions: 16 })
  expect(cache.stats().bytes).toBeLessThanOrEqual(5000)
  const before = cache.stats()
  cache.use(`select '${'x'.repeat(5000)}'`, (statement) => expect(statement.all()).toHaveLength(1))
  expect(cache.stats()).toMatchObject({ size: before.size, bytes: before.bytes, misses: before.misses + 1 })
})

it('leaves a statement that is lent to its user when it is dropped', () => {
  const { cache } = open({ maxEntries: 1 })
  using lease = cache.acquire(names)
  cache.use('select 1', () => {})
  cache.clear()
  expect(lease.statement.all(40)).toHaveLength(1)
  expect(cache.stats()).toMatchObject({ size: 0, bytes: 0 })
})

it('sees a change of the schema', () => {
  const { cache, database } = open()
  const all = () => cache.use('select * from person', (statement) => statement.all()[0])
  all()
  database.exec(`alter table person add column town text default 'Ulm'`)
  expect(all()).toStrictEqual({ name: 'Ada', age: 36, town: 'Ulm' })
})

it('throws what preparing throws, and keeps nothing of it', () => {
  const { cache } = open()
  for (let i = 0; i < 2; i++) expect(() => cache.use('selec', () => {})).toThrow('syntax error')
  expect(cache.stats()).toMatchObject({ size: 0, misses: 2 })
})

it('refuses bounds and keys that make no sense', () => {
  const options = expect.objectContaining({ code: 'FORGE_STATEMENT_CACHE_OPTIONS' })
  for (const bound of [0, -1, 1.5, Number.NaN]) {
    expect(() => open({ maxEntries: bound })).toThrow(options)
    expect(() => open({ maxBytes: bound })).toThrow(options)
  }
  const key = expect.objectContaining({ code: 'FORGE_STATEMENT_KEY' })
  expect(() => statementKey(undefined as never)).toThrow(key)
  expect(() => statementKey('select 1', { result: 'column' as never })).toThrow(key)
})

it('never lends one statement to two users, whatever they do', () => {
  const step = fc.record({ take: fc.boolean(), pick: fc.nat(7), mode: fc.constantFrom('rows', 'raw', 'pluck') })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), fc.integer({ min: 1, max: 4 }), (steps, maxEntries) => {
      const database = new Database(':memory:')
      const cache = createStatementCache<Database.Statement>({ prepare: (sql) => database.prepare(sql), maxEntries })
      const lent: StatementLease<Database.Statement>[] = []
      for (const { take, pick, mode } of steps) {
        if (take) lent.push(cache.acquire(statementKey(`select ${pick % 3} as n`, { result: mode as 'rows' })))
        else lent.splice(pick % Math.max(1, lent.length), 1)[0]?.release()
        expect(new Set(lent.map((lease) => lease.statement)).size).toBe(lent.length)
        expect(cache.stats().size).toBeLessThanOrEqual(maxEntries)
      }
      database.close()
    }),
  )
})

it('takes a lease back once, however often it is released', () => {
  const { cache } = open()
  const first = cache.acquire(names)
  first.release()
  const second = cache.acquire(names)
  first.release()
  const third = cache.acquire(names)
  expect(third.statement).not.toBe(second.statement)
})
