import { expect, it } from 'vitest'
import { failure } from '../notes.ts'
import { heldStatement, patiently, poolWithThreads, troubledDriver } from './threads.ts'

/** A statement without an end that gives a row now and then. */
const endlessRows = 'with recursive n(a) as (select 1 union all select a + 1 from n) select a from n'

/** A statement that takes seconds to its only row. */
const longCount = `with recursive n(a) as (select 1 union all select a + 1 from n where a < 5000000) select count(*) from n`

it('asks nothing of a thread when the signal was aborted before', async () => {
  const { pool } = await poolWithThreads()
  const reason = new Error('no more')
  expect(await failure(() => pool.readInWorker('select 1', [], { signal: AbortSignal.abort(reason) }))).toBe(reason)
  expect(pool.stats().worker).toMatchObject({ threads: 0, queued: 0 })
})

it('lets a read out of the line when it is aborted there', async () => {
  const { pool } = await poolWithThreads({ driver: troubledDriver })
  const held = heldStatement()
  const running = pool.readInWorker(held.sql, held.parameters)
  const controller = new AbortController()
  const aborted = failure(() => pool.readInWorker('select 1', [], { signal: controller.signal }))
  const next = pool.readInWorker('select 2 as a')
  await held.begun()
  expect(pool.stats().worker).toMatchObject({ queued: 2 })
  const reason = new Error('no more')
  controller.abort(reason)
  expect(await aborted).toBe(reason)
  expect(pool.stats().worker).toMatchObject({ queued: 1, aborted: 1, stuck: 0 })
  await held.letGo()
  expect(await running).toStrictEqual([{ held: 'let go' }])
  expect(await next).toStrictEqual([{ a: 2 }])
  expect(pool.stats().worker).toMatchObject({ threads: 1, lost: 0 })
})

it('stops a read between two rows, and goes on with the same thread', async () => {
  const { pool } = await poolWithThreads({ maxMemoryMb: 64 })
  expect(await pool.readInWorker('select 0 as a')).toStrictEqual([{ a: 0 }])
  for (let round = 1; round <= 5; round++) {
    const controller = new AbortController()
    const aborted = failure(() => pool.readInWorker(endlessRows, [], { signal: controller.signal }))
    await expect.poll(() => pool.stats().worker?.busy, patiently).toBe(1)
    const next = pool.readInWorker('select ? as a', [round])
    controller.abort('enough')
    expect(await aborted).toBe('enough')
    expect(await next).toStrictEqual([{ a: round }])
  }
  expect(pool.stats().worker).toMatchObject({ aborted: 5, finished: 6, queued: 0 })
  await expect.poll(() => pool.stats().worker, patiently).toMatchObject({ threads: 1, busy: 0, stuck: 0 })
})

it('frees the caller at once from a statement that gives no row, and reads on in another thread', async () => {
  const { pool } = await poolWithThreads({ driver: troubledDriver })
  const held = heldStatement()
  const controller = new AbortController()
  const aborted = failure(() => pool.readInWorker(held.sql, held.parameters, { signal: controller.signal }))
  await held.begun()
  controller.abort('enough')
  expect(await aborted).toBe('enough')
  expect(await pool.readInWorker('select 1 as a')).toStrictEqual([{ a: 1 }])
  expect(pool.stats().worker).toMatchObject({ threads: 2, busy: 0, stuck: 1, lost: 1 })
  await held.letGo()
  await expect.poll(() => pool.stats().worker, patiently).toMatchObject({ threads: 1, stuck: 0, lost: 1 })
})

it('has no more threads stuck than it may have at work', async () => {
  const { pool } = await poolWithThreads({ driver: troubledDriver })
  const held = [heldStatement(), heldStatement()]
  for (const { sql, parameters, begun } of held) {
    const controller = new AbortController()
    const aborted = failure(() => pool.readInWorker(sql, parameters, { signal: controller.signal }))
    await begun()
    controller.abort('enough')
    expect(await aborted).toBe('enough')
  }
  const waiting = pool.readInWorker('select 1 as a')
  await expect.poll(() => pool.stats().worker, patiently).toMatchObject({ threads: 2, stuck: 2, queued: 1 })
  await held[1]!.letGo()
  expect(await waiting).toStrictEqual([{ a: 1 }])
  await held[0]!.letGo()
  await expect.poll(() => pool.stats().worker, patiently).toMatchObject({ threads: 1, stuck: 0 })
})

it('ends a thread that was stuck in a statement of SQLite itself', async () => {
  const { pool } = await poolWithThreads()
  const controller = new AbortController()
  const aborted = failure(() => pool.readInWorker(longCount, [], { signal: controller.signal }))
  await expect.poll(() => pool.stats().worker?.busy, patiently).toBe(1)
  controller.abort('enough')
  expect(await aborted).toBe('enough')
  expect(await pool.readInWorker('select 1 as a')).toStrictEqual([{ a: 1 }])
  await expect.poll(() => pool.stats().worker, patiently).toMatchObject({ threads: 1, stuck: 0 })
})

it('gives nothing of a read that was aborted while its rows were unpacked', async () => {
  const { pool } = await poolWithThreads()
  const sql = 'with recursive n(a) as (select 1 union all select a + 1 from n where a < 300000) select a from n'
  for (let round = 0; round < 5; round++) {
    const controller = new AbortController()
    const read = pool.readInWorker(sql, [], { signal: controller.signal }).catch((error: unknown) => error)
    const timer = setTimeout(() => controller.abort('enough'), round * 20)
    const result = await read
    clearTimeout(timer)
    expect(result === 'enough' || (Array.isArray(result) && result.length === 300_000)).toBe(true)
  }
  expect(await pool.readInWorker('select 1 as a')).toStrictEqual([{ a: 1 }])
})

it('hears nothing of a signal that is aborted afterwards', async () => {
  const { pool } = await poolWithThreads()
  const controller = new AbortController()
  await pool.readInWorker('select 1', [], { signal: controller.signal })
  controller.abort()
  expect(pool.stats().worker).toMatchObject({ finished: 1, aborted: 0 })
})
