import { statementKey } from '@forge/stmt-cache'
import { expect, it } from 'vitest'
import { open } from './open.ts'

function withClock(options: Parameters<typeof open>[0] = {}) {
  let now = 1000
  const { cache } = open({ timing: true, now: () => now, ...options })
  return { cache, pass: (ms: number) => void (now += ms) }
}

it('lists the statements that took the most time, most first', () => {
  const { cache, pass } = withClock()
  for (const ms of [2, 4]) cache.use('select 1', () => pass(ms))
  cache.use('select 2', () => pass(9))
  cache.use(statementKey('select 1', { result: 'raw', bigint: true }), () => pass(1))
  expect(cache.stats({ top: 2 }).top).toStrictEqual([
    { sql: 'select 2', result: 'rows', bigint: false, uses: 1, totalMs: 9, maxMs: 9 },
    { sql: 'select 1', result: 'rows', bigint: false, uses: 2, totalMs: 6, maxMs: 4 },
  ])
  expect(cache.stats({ top: 9 }).top[2]).toMatchObject({ result: 'raw', bigint: true, totalMs: 1 })
})

it('times a statement that was acquired until it is released, and one whose user throws', () => {
  const { cache, pass } = withClock()
  const lease = cache.acquire('select 1')
  pass(5)
  lease.release()
  expect(() =>
    cache.use('select 1', () => {
      pass(7)
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(cache.stats({ top: 1 }).top).toMatchObject([{ uses: 2, totalMs: 12, maxMs: 7 }])
})

it('times statements it does not keep, as many as it remembers', () => {
  const { cache, pass } = withClock({ admission: 'second-use', maxEntries: 1, maxSeen: 2 })
  for (const n of [1, 2, 3, 4]) cache.use(`select ${n}`, () => pass(n))
  expect(cache.stats({ top: 9 }).top.map((each) => each.sql)).toStrictEqual(['select 4', 'select 3', 'select 2'])
})

it('lists nothing unless it is asked, or where it does not measure', () => {
  const { cache, pass } = withClock()
  cache.use('select 1', () => pass(1))
  expect(cache.stats().top).toStrictEqual([])
  const untimed = open().cache
  untimed.use('select 1', () => {})
  expect(untimed.stats({ top: 1 }).top).toStrictEqual([])
})
