import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { failureOf, openPool } from './open-pool.ts'

it('refuses to wait for the writer that the task holds itself, and leads to both lines', async () => {
  const pool = openPool()
  async function outer(): Promise<void> {
    await pool.write(async () => {
      await setImmediate()
      await inner()
    })
  }
  async function inner(): Promise<void> {
    await pool.write(() => {})
  }
  const error = await failureOf(outer)
  expect(error).toMatchObject({ code: 'FORGE_POOL_DEADLOCK', details: { role: 'writer', held: 1 } })
  expect(error.stack?.split('\n    at ')[1]).toContain('inner')
  const { cause } = error as { readonly cause?: Error }
  expect(cause?.stack?.split('\n    at ')[1]).toContain('outer')
  expect(pool.stats()).toMatchObject({ leased: 0, waiting: 0 })
})

it('refuses an acquire inside a write as well', async () => {
  const pool = openPool()
  const error = await failureOf(() => pool.write(() => pool.acquire('writer')))
  expect(error).toMatchObject({ code: 'FORGE_POOL_DEADLOCK' })
})

it('reads inside a write, on a reader', async () => {
  const pool = openPool()
  expect(await pool.write(() => pool.read(() => 'read'))).toBe('read')
})

it('refuses a read inside a write where there is one connection only', async () => {
  const pool = openPool({ maxConnections: 1 })
  expect(await failureOf(() => pool.write(() => pool.read(() => {})))).toMatchObject({ code: 'FORGE_POOL_DEADLOCK' })
  expect(await failureOf(() => pool.read(() => pool.write(() => {})))).toMatchObject({ code: 'FORGE_POOL_DEADLOCK' })
})

it('refuses to wait for a reader when the task holds all of them', async () => {
  const pool = openPool({ maxConnections: 3 })
  async function nest(depth: number): Promise<number> {
    return pool.read(() => (depth === 0 ? 0 : nest(depth - 1)))
  }
  expect(await nest(1)).toBe(0)
  const error = await failureOf(() => nest(2))
  expect(error).toMatchObject({ code: 'FORGE_POOL_DEADLOCK', details: { role: 'reader', held: 2 } })
  expect((error.cause as Error).stack).toContain('nest')
})

it('lets a task wait for what another task holds', async () => {
  const pool = openPool()
  let finish = () => {}
  const other = pool.write(() => new Promise<void>((resolve) => (finish = resolve)))
  await setImmediate()
  const reading = pool.read(() => pool.write(() => 'written'))
  await setImmediate()
  finish()
  expect(await reading).toBe('written')
  await other
})

it('does not count a body that has ended', async () => {
  const pool = openPool()
  let later: Promise<string> | undefined
  await pool.write(() => {
    later = setImmediate().then(() => pool.write(() => 'written'))
  })
  expect(await later).toBe('written')
})

it('knows nothing of other pools', async () => {
  const pool = openPool()
  const other = openPool()
  expect(await pool.write(() => other.write(() => 'written'))).toBe('written')
})

it('refuses to be closed by a task that it would wait for, and stays open', async () => {
  const pool = openPool()
  async function closing(): Promise<void> {
    await pool.close()
  }
  const error = await failureOf(() => pool.write(closing))
  expect(error).toMatchObject({ code: 'FORGE_POOL_DEADLOCK', details: { role: 'writer', held: 1 } })
  expect(error.stack?.split('\n    at ')[1]).toContain('closing')
  expect(await failureOf(() => pool.transaction(closing))).toMatchObject({ code: 'FORGE_POOL_DEADLOCK' })
  expect(await pool.read(() => 'open')).toBe('open')
  await closing()
})
