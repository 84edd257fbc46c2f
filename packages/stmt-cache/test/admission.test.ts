import { statementKey } from '@forge/stmt-cache'
import { expect, it } from 'vitest'
import { open, youngerThan } from './open.ts'

const nothing = () => {}
const secondUse = { admission: 'second-use' } as const

it('keeps a statement from its second use on', () => {
  const { cache, prepared } = open({ admission: undefined as never })
  cache.use(youngerThan, nothing)
  expect(cache.stats()).toMatchObject({ size: 0, seen: 1 })
  cache.use(youngerThan, nothing)
  cache.use(youngerThan, nothing)
  expect(prepared).toHaveLength(2)
  expect(cache.stats()).toMatchObject({ hits: 1, misses: 2, admitted: 1, size: 1, seen: 0 })
})

it('lets no text that never comes again push out one that does', () => {
  const { cache } = open({ ...secondUse, maxEntries: 2 })
  for (let i = 0; i < 2; i++) cache.use(youngerThan, nothing)
  for (let i = 0; i < 100; i++) cache.use(`select ${i}`, nothing)
  expect(cache.stats()).toMatchObject({ size: 1, evictions: 0 })
  cache.use(youngerThan, nothing)
  expect(cache.stats()).toMatchObject({ hits: 1 })
})

it('keeps a statement at once whose key says so', () => {
  const { cache, prepared } = open(secondUse)
  const key = statementKey(youngerThan, { admission: 'always' })
  cache.use(key, nothing)
  cache.use(key, nothing)
  cache.use(youngerThan, nothing)
  expect(prepared).toHaveLength(1)
})

it('lets a key ask for a second use where the cache does not', () => {
  const { cache } = open()
  cache.use(statementKey(youngerThan, secondUse), nothing)
  expect(cache.stats()).toMatchObject({ size: 0, seen: 1 })
})

it('remembers no more keys than it was told', () => {
  const { cache } = open({ ...secondUse, maxSeen: 3 })
  for (const n of [1, 2, 3, 4]) cache.use(`select ${n}`, nothing)
  expect(cache.stats()).toMatchObject({ seen: 3 })
  cache.use('select 1', nothing)
  expect(cache.stats()).toMatchObject({ size: 0 })
  cache.use('select 4', nothing)
  expect(cache.stats()).toMatchObject({ size: 1 })
})

it('keeps a statement at once that it had kept before', () => {
  const { cache } = open({ ...secondUse, maxEntries: 1 })
  for (const n of [1, 1, 2, 2, 1]) cache.use(`select ${n}`, nothing)
  cache.use('select 1', nothing)
  expect(cache.stats()).toMatchObject({ hits: 1, admitted: 3, evictions: 2 })
  cache.clear()
  cache.use('select 1', nothing)
  expect(cache.stats()).toMatchObject({ size: 1 })
})

it('drops the statement that was not used for the longest time', () => {
  const { cache, prepared } = open({ maxEntries: 2 })
  for (const n of [1, 2, 1, 3, 1, 2]) cache.use(`select ${n}`, nothing)
  expect(prepared).toStrictEqual(['select 1', 'select 2', 'select 3', 'select 2'])
  expect(cache.stats()).toMatchObject({ evictions: 2, size: 2 })
})

it('stays within its bytes, and keeps no statement larger than all of them', () => {
  const { cache } = open()
  cache.use('select 1', nothing)
  const each = cache.stats().bytes
  const bounded = open({ maxBytes: 4 * each }).cache
  for (let i = 0; i < 10; i++) bounded.use(`select ${i}`, nothing)
  expect(bounded.stats()).toMatchObject({ size: 4, bytes: 4 * each, evictions: 6 })
  const long = `select '${'x'.repeat(5 * each)}'`
  for (let i = 0; i < 2; i++) bounded.use(long, (statement) => expect(statement.all()).toHaveLength(1))
  expect(bounded.stats()).toMatchObject({ size: 4, bytes: 4 * each, evictions: 6, misses: 12 })
})
