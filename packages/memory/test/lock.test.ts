import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { acquireLock, FileLock, type FileLockOptions, releaseLock } from '@forge/memory'
import Driver from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failure, temporaryFolder } from './memories.ts'
import { startFixture } from './processes.ts'

const elsewhere = { host: 'another-machine', pid: 1, start: null }

function locks() {
  const file = path.join(temporaryFolder(), 'locks.db')
  return (options: Partial<FileLockOptions> = {}) => {
    const lock = new FileLock({ path: file, driver: Driver, ...options })
    onTestFinished(() => lock[Symbol.asyncDispose]().catch(() => undefined))
    return lock
  }
}

describe('a lock', () => {
  test('is held by one at a time, each with a higher token', async () => {
    const make = locks()
    const [first, second] = [make(), make()]
    const token = await first.acquire(1000)
    expect(first.token).toBe(token)
    expect(await second.holder()).toMatchObject({ pid: process.pid, token })
    expect(await failure(second.acquire(20))).toMatchObject({
      code: 'FORGE_MEMORY_LOCK_TIMEOUT',
      details: { timeout: 20, holder: { pid: process.pid, token } },
    })
    const waiting = second.acquire()
    await first.release()
    expect(await waiting).toBeGreaterThan(token)
    expect(first.token).toBeUndefined()
    await second.release()
    expect(await second.holder()).toBeUndefined()
  })

  test('has a name, and nothing to do with those of other names', async () => {
    const make = locks()
    await make({ name: 'a' }).acquire(0)
    await make({ name: 'b' }).acquire(0)
    expect(await failure(make({ name: 'a' }).acquire(0))).toMatchObject({ code: 'FORGE_MEMORY_LOCK_TIMEOUT' })
  })

  test('is taken and given back around a body, whatever becomes of it', async () => {
    const make = locks()
    const lock = make()
    const running: number[] = []
    const bodies = Array.from({ length: 5 }, () =>
      lock.withLock(async (token) => {
        expect(running).toEqual([])
        running.push(token)
        await new Promise((resolve) => setTimeout(resolve, 2))
        return running.pop()!
      }),
    )
    const tokens = await Promise.all(bodies)
    expect(new Set(tokens).size).toBe(5)
    await expect(lock.withLock(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    expect(await lock.holder()).toBeUndefined()
  })

  test('refuses whoever has it already', async () => {
    const make = locks()
    const lock = make()
    const reentry = { code: 'FORGE_MEMORY_LOCK_REENTRY' }
    await lock.withLock(async () => {
      expect(await failure(lock.withLock(() => 1))).toMatchObject(reentry)
      expect(await failure(make().acquire())).toMatchObject(reentry)
      expect(await make({ name: 'other' }).withLock(() => 1)).toBe(1)
    })
    await lock.acquire()
    expect(await failure(lock.acquire())).toMatchObject(reentry)
    await lock.release()
    expect(await failure(lock.release())).toMatchObject({ code: 'FORGE_MEMORY_LOCK_LOST' })
  })

  test('stops waiting when its signal is aborted', async () => {
    const make = locks()
    await make().acquire()
    const controller = new AbortController()
    const waiting = failure(make().acquire({ signal: controller.signal }))
    controller.abort(new Error('enough'))
    expect((await waiting).message).toBe('enough')
    expect((await failure(make().acquire({ signal: controller.signal }))).message).toBe('enough')
  })

  test('stays with a holder on another machine until it is broken', async () => {
    const make = locks()
    const far = make({ process: elsewhere })
    const token = await far.acquire()
    const near = make()
    expect(await failure(near.acquire(30))).toMatchObject({ details: { holder: { host: 'another-machine' } } })
    expect(await near.breakLock(token + 1)).toBe(false)
    expect(await near.breakLock(token)).toBe(true)
    expect(await near.acquire(0)).toBe(token + 1)
    expect(await failure(far.release())).toMatchObject({ code: 'FORGE_MEMORY_LOCK_LOST' })
    expect(near.token).toBe(token + 1)
  })

  // Where there is no /proc, nothing tells them apart.
  test.runIf(process.platform === 'linux')('is free when its process id belongs to a later process', async () => {
    const make = locks()
    const holder = make()
    await holder.acquire()
    const { start, host, pid } = (await holder.holder())!
    await holder.release()
    const earlier = make({ process: { host, pid, start: `${start}0` } })
    const token = await earlier.acquire()
    expect(await make().acquire(0)).toBe(token + 1)
  })

  test('is given back by functions too', async () => {
    const file = path.join(temporaryFolder(), 'deep', 'locks.db')
    const lock = await acquireLock({ path: file, driver: Driver })
    expect(await failure(acquireLock({ path: file, driver: Driver, timeout: 5 }))).toMatchObject({
      code: 'FORGE_MEMORY_LOCK_TIMEOUT',
    })
    await releaseLock(lock)
    await releaseLock(await acquireLock({ path: file, driver: Driver, timeout: 0 }))
  })

  test.each([
    [{ path: '' }, 'path'],
    [{ path: 'a\0' }, 'path'],
    [{ name: '' }, 'name'],
    [{ timeout: -1 }, 'timeout'],
    [{ timeout: Number.NaN }, 'timeout'],
    [{ driver: undefined as never }, 'driver'],
  ])('refuses the options %j', (options, wrong) => {
    expect(() => new FileLock({ path: 'x', driver: Driver, ...options })).toThrow(
      expect.objectContaining({ code: 'FORGE_MEMORY_INVALID', details: { path: wrong } }),
    )
  })

  test('says that its file is no database', async () => {
    const file = path.join(temporaryFolder(), 'locks.db')
    writeFileSync(file, 'no database at all, but long enough to be taken for one '.repeat(100))
    expect(await failure(new FileLock({ path: file, driver: Driver }).acquire())).toMatchObject({
      code: 'FORGE_MEMORY_STORAGE',
      details: { code: 'FORGE_DB_CORRUPT' },
    })
  })
})

describe('processes with a lock', () => {
  test('take over from one that was killed', async () => {
    const file = path.join(temporaryFolder(), 'locks.db')
    const holder = startFixture('lock-process.ts', [file, 'hold'])
    const token = Number(await holder.line())
    const lock = new FileLock({ path: file, driver: Driver })
    onTestFinished(() => lock[Symbol.asyncDispose]())
    expect(await failure(lock.acquire(100))).toMatchObject({ code: 'FORGE_MEMORY_LOCK_TIMEOUT' })
    const waiting = lock.acquire(20_000)
    await holder.kill()
    expect(await waiting).toBe(token + 1)
  })

  test('exclude each other, also when some are killed', async () => {
    const folder = temporaryFolder()
    const [file, counter] = [path.join(folder, 'locks.db'), path.join(folder, 'counter')]
    writeFileSync(counter, '0')
    const holders = Array.from({ length: 2 }, () => startFixture('lock-process.ts', [file, 'hold']))
    const counting = Array.from({ length: 3 }, () => startFixture('lock-process.ts', [file, 'count', counter, '15']))
    // Each of them takes it at some time, and would never give it back.
    await Promise.all(holders.map(async (holder) => (await holder.line(), await holder.kill())))
    const ends = await Promise.all(counting.map((each) => each.end()))
    expect(ends.map(({ code, errors }) => [code, errors])).toEqual(ends.map(() => [0, '']))
    expect(readFileSync(counter, 'utf8')).toBe('45')
    const tokens = ends.flatMap(({ lines }) => lines)
    expect(new Set(tokens).size).toBe(45)
  })
})
