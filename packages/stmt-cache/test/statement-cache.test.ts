import { statementKey } from '@forge/stmt-cache'
import { expect, it } from 'vitest'
import { open, youngerThan } from './open.ts'

const nothing = () => {}

it('prepares a statement once', () => {
  const { cache, prepared } = open()
  for (let i = 0; i < 3; i++) expect(cache.use(youngerThan, (statement) => statement.all(40))).toHaveLength(1)
  expect(prepared).toStrictEqual([youngerThan])
  expect(cache.stats()).toMatchObject({ hits: 2, misses: 1, evictions: 0, size: 1 })
})

it('keeps a statement of its own for each result mode', () => {
  const { cache, prepared } = open()
  const all = (mode?: Parameters<typeof statementKey>[1]) =>
    cache.use(statementKey(youngerThan, mode), (each) => each.all(40))
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

it('takes no text for a statement of another mode', () => {
  const { cache } = open()
  for (const mode of [{ result: 'raw' }, { result: 'pluck' }, { bigint: true }] as const) {
    cache.use(statementKey('select 1', mode), nothing)
  }
  for (const text of ['raw select 1', 'pluck select 1', 'bigint select 1']) {
    expect(() => cache.use(text, nothing)).toThrow('syntax error')
  }
  expect(cache.stats()).toMatchObject({ hits: 0, size: 3 })
})

it('takes a text for the key of its rows', () => {
  const { cache } = open()
  cache.use(youngerThan, nothing)
  cache.use(statementKey(youngerThan), nothing)
  expect(cache.stats()).toMatchObject({ hits: 1, misses: 1 })
})

it('runs statements that return nothing in any mode', () => {
  const { cache } = open()
  const insert = statementKey('insert into person values (?, ?)', { result: 'raw', bigint: true })
  expect(cache.use(insert, (statement) => statement.run('Cyd', 1))).toMatchObject({ changes: 1, lastInsertRowid: 3n })
})

it('throws what preparing throws, and keeps nothing of it', () => {
  const { cache } = open()
  for (let i = 0; i < 2; i++) expect(() => cache.use('selec', nothing)).toThrow('syntax error')
  expect(cache.stats()).toMatchObject({ size: 0, lent: 0, misses: 2 })
})

it('sees a change of the schema even where nobody tells', () => {
  const { cache, database } = open()
  const all = () => cache.use('select * from person', (statement) => statement.all()[0])
  all()
  database.exec(`alter table person add column town text default 'Ulm'`)
  expect(all()).toStrictEqual({ name: 'Ada', age: 36, town: 'Ulm' })
})

it('drops its statements when the version of the schema is another one', () => {
  const { cache, database, prepared } = open()
  const version = () => database.pragma('schema_version', { simple: true }) as number
  cache.useSchemaVersion(version())
  cache.use(youngerThan, nothing)
  cache.useSchemaVersion(version())
  expect(cache.stats()).toMatchObject({ size: 1, dropped: 0 })
  database.exec('create table town (name text)')
  cache.useSchemaVersion(version())
  expect(cache.stats()).toMatchObject({ size: 0, bytes: 0, dropped: 1 })
  cache.use(youngerThan, nothing)
  expect(prepared).toHaveLength(2)
})

it('is closed for good', () => {
  const { cache } = open()
  cache.use(youngerThan, nothing)
  cache.close()
  cache.close()
  const closed = expect.objectContaining({ code: 'FORGE_STATEMENT_CACHE_CLOSED' })
  expect(() => cache.use(youngerThan, nothing)).toThrow(closed)
  expect(() => cache.acquire('select 1')).toThrow(closed)
  expect(cache.stats()).toMatchObject({ size: 0, bytes: 0, dropped: 1 })
})

it('refuses options and keys that make no sense', () => {
  const options = expect.objectContaining({ code: 'FORGE_STATEMENT_CACHE_OPTIONS' })
  for (const bound of [0, -1, 1.5, Number.NaN, '8' as never]) {
    expect(() => open({ maxEntries: bound })).toThrow(options)
    expect(() => open({ maxBytes: bound })).toThrow(options)
    expect(() => open({ maxSeen: bound })).toThrow(options)
  }
  expect(() => open({ prepare: undefined as never })).toThrow(options)
  expect(() => open({ admission: 'third-use' as never })).toThrow(options)
  expect(() => open({ now: 1 as never })).toThrow(options)
  expect(() => open().cache.stats({ top: -1 })).toThrow(options)
  const key = expect.objectContaining({ code: 'FORGE_STATEMENT_KEY' })
  expect(() => statementKey(undefined as never)).toThrow(key)
  expect(() => statementKey('select 1', { result: 'column' as never })).toThrow(key)
  expect(() => statementKey('select 1', { admission: 'never' as never })).toThrow(key)
  for (const wrong of [1, null, undefined, { sql: 'select 1' }])
    expect(() => open().cache.use(wrong as never, nothing)).toThrow(key)
})
