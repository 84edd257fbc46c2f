import { createStatementCache } from '@forge/stmt-cache'
import { expect, it } from 'vitest'
import { open, youngerThan } from './open.ts'

const nothing = () => {}

it('gives a second user of a statement another one', () => {
  const { cache } = open()
  cache.use(youngerThan, (outer) => {
    const rows = outer.iterate(10 ** 17)
    rows.next()
    cache.use(youngerThan, (inner) => {
      expect(inner).not.toBe(outer)
      expect(inner.all(40)).toHaveLength(1)
    })
    expect([...rows]).toHaveLength(1)
  })
  expect(cache.stats()).toMatchObject({ hits: 0, misses: 2, size: 1, lent: 0 })
})

it('takes a statement back when its user throws', () => {
  const { cache } = open()
  const error = new Error('no')
  expect(() =>
    cache.use(youngerThan, () => {
      throw error
    }),
  ).toThrow(error)
  cache.use(youngerThan, nothing)
  expect(cache.stats()).toMatchObject({ hits: 1, lent: 0 })
})

it('takes a lease back once, however often it is released', () => {
  const { cache } = open()
  const first = cache.acquire(youngerThan)
  first.release()
  const second = cache.acquire(youngerThan)
  first.release()
  const third = cache.acquire(youngerThan)
  expect(third.statement).not.toBe(second.statement)
  expect(cache.stats()).toMatchObject({ lent: 2 })
})

it('never drops a statement that is lent, but one that is not', () => {
  const { cache } = open({ maxEntries: 2 })
  using lease = cache.acquire(youngerThan)
  cache.use('select 1', nothing)
  cache.use('select 2', nothing)
  expect(cache.stats()).toMatchObject({ evictions: 1, size: 2 })
  const { statement } = lease
  lease.release()
  cache.use(youngerThan, (again) => expect(again).toBe(statement))
})

it('keeps nothing more while everything it has room for is lent', () => {
  const { cache, prepared } = open({ maxEntries: 1 })
  const lease = cache.acquire(youngerThan)
  for (let i = 0; i < 2; i++) cache.use('select 1', (statement) => expect(statement.all()).toHaveLength(1))
  expect(prepared).toHaveLength(3)
  expect(cache.stats()).toMatchObject({ size: 1, evictions: 0, hits: 0 })
  lease.release()
  cache.use('select 1', nothing)
  cache.use('select 1', nothing)
  expect(cache.stats()).toMatchObject({ size: 1, evictions: 1, hits: 1 })
})

it('leaves a statement to its user when the cache is cleared or closed', () => {
  const { cache } = open()
  using lease = cache.acquire(youngerThan)
  const rows = lease.statement.iterate(10 ** 17)
  rows.next()
  cache.clear()
  cache.close()
  expect([...rows]).toHaveLength(1)
  expect(cache.stats()).toMatchObject({ size: 0, bytes: 0, lent: 1 })
})

it('finalises a statement once, when it is dropped and nobody uses it', () => {
  const finalised: string[] = []
  const cache = createStatementCache({
    admission: 'always',
    maxEntries: 2,
    prepare: (sql) => ({
      reader: true,
      raw: nothing,
      pluck: nothing,
      safeIntegers: nothing,
      finalize: () => finalised.push(sql),
    }),
  })
  cache.use('kept', nothing)
  cache.use('evicted', nothing)
  cache.use('kept', nothing)
  const lease = cache.acquire('lent')
  expect(finalised).toStrictEqual(['evicted'])
  cache.use('lent', nothing)
  expect(finalised).toStrictEqual(['evicted', 'lent'])
  cache.close()
  expect(finalised).toStrictEqual(['evicted', 'lent', 'kept'])
  lease.release()
  lease.release()
  expect(finalised).toStrictEqual(['evicted', 'lent', 'kept', 'lent'])
})
