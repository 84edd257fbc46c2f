import { describe, expect, test } from 'vitest'
import { day, emptyMemory, failure, uuid } from './memories.ts'

const kilobyte = 'x'.repeat(1000)

/** A memory with room for five entries of 1 KB, that holds four: 0, 1, 2, 3. */
async function nearlyFull() {
  const test = emptyMemory({ maxSize: 5100, compression: false })
  for (let number = 0; number < 4; number++) await put(test, number)
  return test
}

async function put({ memory, clock }: ReturnType<typeof emptyMemory>, number: number, pinned = false) {
  clock.now += 1000
  const metadata = pinned ? { pinned } : {}
  return await memory.write(uuid(number), { type: 'context', content: `${kilobyte} n${number}`, metadata })
}

async function numbersOf({ memory }: ReturnType<typeof emptyMemory>) {
  const { entries } = await memory.list({ order: 'oldest' })
  return entries.map(({ id }) => Number(id.slice(-3)))
}

describe('a memory with a largest size', () => {
  test('forgets what was not used for the longest time', async () => {
    const full = await nearlyFull()
    await put(full, 4)
    expect(await numbersOf(full)).toEqual([0, 1, 2, 3, 4])
    await put(full, 5)
    await put(full, 6)
    expect(await numbersOf(full)).toEqual([2, 3, 4, 5, 6])
    const stats = await full.memory.stats()
    expect(stats).toMatchObject({ entries: 5, evicted: 2, maxSize: 5100 })
    expect(stats.bytes).toBeLessThanOrEqual(5100)
    expect(await full.memory.search('n0')).toEqual([])
    expect(await full.memory.check()).toEqual({ ok: true, problems: [] })
  })

  test('keeps what was read, found or written again', async () => {
    const full = await nearlyFull()
    await put(full, 4)
    full.clock.now += day
    await full.memory.read(uuid(0))
    await full.memory.search('n1')
    await put(full, 2)
    await put(full, 5)
    await put(full, 6)
    expect(new Set(await numbersOf(full))).toEqual(new Set([0, 1, 2, 5, 6]))
  })

  test('does not take what was only listed for used', async () => {
    const full = await nearlyFull()
    await full.memory.list()
    await put(full, 4)
    await put(full, 5)
    expect(await numbersOf(full)).toEqual([1, 2, 3, 4, 5])
  })

  test('keeps what is pinned, and says when that leaves no room', async () => {
    const full = await nearlyFull()
    for (let number = 10; number < 15; number++) await put(full, number, true)
    expect(await numbersOf(full)).toEqual([10, 11, 12, 13, 14])
    const error = await failure(put(full, 20))
    expect(error).toMatchObject({ code: 'FORGE_MEMORY_FULL', details: { maxSize: 5100 } })
    expect(await numbersOf(full)).toEqual([10, 11, 12, 13, 14])
    await full.memory.write(uuid(10), { type: 'context', content: 'short' })
    await put(full, 20)
    expect(await numbersOf(full)).toContain(20)
  })

  test('refuses an entry that is larger than all of it', async () => {
    const full = await nearlyFull()
    const error = await failure(full.memory.add({ type: 'tool', content: kilobyte.repeat(6) }))
    expect(error.code).toBe('FORGE_MEMORY_FULL')
    expect(await numbersOf(full)).toEqual([0, 1, 2, 3])
  })

  test('lets a write that fits pass beside one that does not', async () => {
    const full = await nearlyFull()
    const outcomes = await Promise.allSettled([
      put(full, 4),
      full.memory.add({ type: 'tool', content: kilobyte.repeat(6) }),
      put(full, 5),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await numbersOf(full)).toEqual([1, 2, 3, 4, 5])
  })

  test('counts vectors, and what is compressed as it is stored', async () => {
    const { memory } = emptyMemory()
    await memory.write(uuid(1), { type: 'tool', content: 'ab', vector: [1, 2, 3] })
    expect((await memory.stats()).bytes).toBe('ab'.length + '{}'.length + 12)
    await memory.write(uuid(1), { type: 'error', content: 'ab' })
    expect(await memory.stats()).toMatchObject({ bytes: 4, byType: { tool: { bytes: 0 }, error: { bytes: 4 } } })
  })

  test('remembers by the next opening what was used in this one', async () => {
    const full = await nearlyFull()
    await put(full, 4)
    full.clock.now += day
    await full.memory.read(uuid(0))
    await full.memory.close()
    await put({ ...full, memory: full.reopen() }, 5)
    const again = { ...full, memory: full.reopen() }
    expect(new Set(await numbersOf(again))).toEqual(new Set([0, 2, 3, 4, 5]))
  })
})
