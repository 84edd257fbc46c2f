import { describe, expect, test } from 'vitest'
import { day, emptyMemory, uuid } from './memories.ts'

describe('writing and reading', () => {
  test('gives back what was written', async () => {
    const { memory, clock } = emptyMemory()
    const entry = {
      type: 'decision',
      content: 'Errors carry a code\0 and a 🪝',
      metadata: {
        sessionId: 's-1',
        projectPath: '/shop',
        timestamp: 5,
        tags: ['errors', 'errors'],
        more: { deep: [1, null] },
      },
      vector: [0.5, -2, 3],
    } as const
    expect(await memory.write(uuid(1), entry)).toBe(true)
    const read = await memory.read(uuid(1))
    expect(read).toEqual({ id: uuid(1), ...entry, vector: new Float32Array([0.5, -2, 3]), createdAt: clock.now })
    expect(await memory.read(uuid(2))).toBeUndefined()
  })

  test('replaces the entry that has the id, and keeps when it was created', async () => {
    const { memory, clock } = emptyMemory()
    const created = clock.now
    await memory.write(uuid(1), { type: 'tool', content: 'first words', vector: [1], metadata: { tags: ['old'] } })
    clock.now += day
    await memory.write(uuid(1).toUpperCase(), { type: 'error', content: 'second try', metadata: { tags: ['new'] } })
    expect(await memory.read(uuid(1))).toEqual({
      id: uuid(1),
      type: 'error',
      content: 'second try',
      metadata: { tags: ['new'] },
      createdAt: created,
    })
    expect(await memory.search('first')).toEqual([])
    expect(await memory.search('old')).toEqual([])
    expect(await memory.search('second new')).toHaveLength(1)
    expect(await memory.stats()).toMatchObject({
      entries: 1,
      byType: { tool: { entries: 0, bytes: 0 }, error: { entries: 1 } },
    })
  })

  test('keeps what another one wrote to the same file', async () => {
    const { memory, reopen } = emptyMemory()
    const other = reopen()
    await Promise.all(
      Array.from({ length: 40 }, (_, number) =>
        (number % 2 === 0 ? memory : other).write(uuid(number), { type: 'context', content: `entry ${number}` }),
      ),
    )
    expect(await memory.stats()).toMatchObject({ entries: 40 })
    await memory.close()
    const again = reopen()
    expect(await again.read(uuid(39))).toMatchObject({ content: 'entry 39' })
  })

  test('keeps projects apart', async () => {
    const { memory, reopen } = emptyMemory()
    const other = reopen({ project: 'other' })
    await memory.write(uuid(1), { type: 'file', content: 'a page of mine' })
    expect(await other.read(uuid(1))).toBeUndefined()
    expect(await other.search('page')).toEqual([])
    await other.write(uuid(1), { type: 'file', content: 'a page of yours' })
    expect((await memory.search('page')).map(({ content }) => content)).toEqual(['a page of mine'])
  })

  test('writes many entries in one transaction, or none', async () => {
    const { memory } = emptyMemory()
    const entries = [1, 2, 3].map((number) => ({ id: uuid(number), type: 'tool', content: `call ${number}` }) as const)
    expect(await memory.writeMany(entries)).toBe(3)
    const wrong = [{ ...entries[0]!, content: 'changed' }, { id: 'x', type: 'tool', content: '' } as const]
    await expect(memory.writeMany(wrong)).rejects.toMatchObject({
      code: 'FORGE_MEMORY_INVALID',
      details: { path: 'entries[1].id' },
    })
    expect(await memory.read(uuid(1))).toMatchObject({ content: 'call 1' })
    expect(await memory.writeMany([])).toBe(0)
  })

  test('removes an entry and everything that finds it', async () => {
    const { memory } = emptyMemory()
    const id = await memory.add({ type: 'tool', content: 'to be forgotten', metadata: { tags: ['gone'] } })
    expect(await memory.remove(id!)).toBe(true)
    expect(await memory.remove(id!)).toBe(false)
    expect(await memory.search('forgotten')).toEqual([])
    expect(await memory.list({ tags: ['gone'] })).toEqual({ entries: [] })
    expect(await memory.stats()).toMatchObject({ entries: 0, bytes: 0, oldest: null, newest: null })
  })

  test('compresses long contents', async () => {
    const { memory } = emptyMemory()
    const content = 'the same words again and again '.repeat(1000)
    await memory.write(uuid(1), { type: 'file', content })
    expect(await memory.read(uuid(1))).toMatchObject({ content })
    expect((await memory.stats()).bytes).toBeLessThan(1000)
  })

  test('gives back a text that was cut inside a character', async () => {
    const { memory } = emptyMemory()
    const content = 'cut in half: 🪝'.slice(0, -1)
    await memory.write(uuid(1), { type: 'tool', content })
    await memory.write(uuid(2), { type: 'tool', content: content.repeat(1000) })
    expect((await memory.read(uuid(1)))?.content).toBe(content)
    expect((await memory.read(uuid(2)))?.content).toBe(content.repeat(1000))
    expect(await memory.search('half')).toHaveLength(2)
  })
})

describe('listing', () => {
  test('lists by time, page by page, while entries arrive', async () => {
    const { memory, clock } = emptyMemory()
    for (let number = 0; number < 5; number++) {
      await memory.write(uuid(number), { type: 'context', content: String(number) })
      clock.now += 1000
    }
    const first = await memory.list({ limit: 2 })
    expect(first.entries.map(({ content }) => content)).toEqual(['4', '3'])
    await memory.write(uuid(5), { type: 'context', content: '5' })
    const second = await memory.list({ limit: 2, after: first.next! })
    expect(second.entries.map(({ content }) => content)).toEqual(['2', '1'])
    const last = await memory.list({ limit: 2, after: second.next! })
    expect(last).toMatchObject({ entries: [{ content: '0' }] })
    expect(last.next).toBeUndefined()
    const oldest = await memory.list({ order: 'oldest', limit: 3 })
    expect(oldest.entries.map(({ content }) => content)).toEqual(['0', '1', '2'])
  })

  test('lists what passes a filter', async () => {
    const { memory, clock } = emptyMemory()
    await memory.write(uuid(1), { type: 'tool', content: 'a', metadata: { sessionId: 's1', tags: ['x', 'y'] } })
    await memory.write(uuid(2), { type: 'error', content: 'b', metadata: { sessionId: 's1', tags: ['x'] } })
    await memory.write(uuid(3), { type: 'error', content: 'c', metadata: { timestamp: clock.now - day } })
    const contents = async (listing: Parameters<typeof memory.list>[0]) =>
      (await memory.list(listing)).entries.map(({ content }) => content)
    expect(await contents({ types: ['error'] })).toEqual(['b', 'c'])
    expect(await contents({ sessionId: 's1' })).toEqual(['b', 'a'])
    expect(await contents({ tags: ['x', 'y'] })).toEqual(['a'])
    expect(await contents({ since: clock.now })).toEqual(['b', 'a'])
    expect(await contents({ until: clock.now })).toEqual(['c'])
    expect(await contents({ types: [] })).toEqual([])
    expect(await memory.search({ types: ['error'] }, 1)).toMatchObject([{ content: 'b', score: 0 }])
  })
})
