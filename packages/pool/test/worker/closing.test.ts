import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { databaseFile } from '../database-file.ts'
import { failure } from '../notes.ts'
import { driver, heldStatement, patiently, poolWithThreads, troubledDriver } from './threads.ts'

it('lets reads finish before it closes, refuses those who come later, and ends every thread', async () => {
  const { pool, file } = await poolWithThreads({ driver: troubledDriver, maxThreads: 2 })
  await pool.readInWorker('select 0')
  const held = heldStatement()
  const reads = [pool.readInWorker(held.sql, held.parameters), pool.readInWorker('select 1 as a')]
  await held.begun()
  const closed = pool.close()
  expect(await failure(() => pool.readInWorker('select 2'))).toMatchObject({ code: 'FORGE_POOL_CLOSED' })
  await held.letGo()
  expect(await Promise.all(reads)).toStrictEqual([[{ held: 'let go' }], [{ a: 1 }]])
  await closed
  expect(pool.stats().worker).toMatchObject({ threads: 0, lost: 0 })
  expect(existsSync(`${file}-wal`)).toBe(false)
})

it('closes under those who still read when the deadline has passed, and says so', async () => {
  const { pool } = await poolWithThreads({ driver: troubledDriver })
  const held = heldStatement()
  const running = failure(() => pool.readInWorker(held.sql, held.parameters))
  const waiting = failure(() => pool.readInWorker('select 1'))
  await held.begun()
  expect(await failure(() => pool.close({ deadline: 20 }))).toMatchObject({
    code: 'FORGE_POOL_DRAIN',
    details: { inThreads: 2 },
  })
  expect(await running).toMatchObject({ code: 'FORGE_POOL_CLOSED' })
  expect(await waiting).toMatchObject({ code: 'FORGE_POOL_CLOSED' })
  await held.letGo()
  await expect.poll(() => pool.stats().worker, patiently).toMatchObject({ threads: 0 })
})

it('waits for a statement nobody wants any more before it closes the file under it', async () => {
  const { pool, file } = await poolWithThreads({ driver: troubledDriver })
  const held = heldStatement()
  const controller = new AbortController()
  const aborted = failure(() => pool.readInWorker(held.sql, held.parameters, { signal: controller.signal }))
  await held.begun()
  controller.abort('enough')
  expect(await aborted).toBe('enough')
  const closed = pool.close()
  await held.letGo()
  await closed
  expect(pool.stats().worker).toMatchObject({ threads: 0 })
  expect(existsSync(`${file}-wal`)).toBe(false)
})

it('says that a thread did not end in which a statement goes on that nobody wants any more', async () => {
  const { pool } = await poolWithThreads({ driver: troubledDriver })
  const held = heldStatement()
  await held.letGo()
  // What SQLite does by itself cannot be interrupted from outside.
  const sql = `with recursive n(a) as (select 1 union all select a + 1 from n where a < 10000000)
    select hold(?), (select count(*) from n)`
  const controller = new AbortController()
  const aborted = failure(() => pool.readInWorker(sql, held.parameters, { signal: controller.signal }))
  await held.begun()
  controller.abort('enough')
  expect(await aborted).toBe('enough')
  expect(await failure(() => pool.close({ deadline: 20 }))).toMatchObject({
    code: 'FORGE_POOL_DRAIN',
    message:
      'The pool was closed with 0 connections in use, 0 calls waiting and 0 in threads; ' +
      '0 connections did not close, 1 threads did not end',
    details: { inThreads: 0, stuckThreads: 1 },
  })
  await expect.poll(() => pool.stats().worker, patiently).toMatchObject({ threads: 0 })
})

/** Runs a process that reads in a thread, and answers what it printed. */
async function run(
  mode: 'idle' | 'closed' | 'pending' | 'dropped' | 'queued',
): Promise<{ readonly code: unknown; readonly printed: string }> {
  const script = fileURLToPath(new URL('./read-and-leave.ts', import.meta.url))
  const child = spawn(process.execPath, [...process.execArgv, script, databaseFile(), driver.href, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { code, printed }
}

it('keeps a process alive while it reads, and not a moment longer', async () => {
  expect(await run('idle')).toStrictEqual({ code: 0, printed: 'read 1\n' })
  expect(await run('closed')).toStrictEqual({ code: 0, printed: 'read 1\nread 1\nclosed\n' })
  expect(await run('pending')).toStrictEqual({ code: 0, printed: 'read 3000000\n' })
  expect(await run('queued')).toStrictEqual({ code: 0, printed: 'read 3000000\nread 1\n' })
  expect(await run('dropped')).toStrictEqual({ code: 0, printed: 'aborted\n' })
})
