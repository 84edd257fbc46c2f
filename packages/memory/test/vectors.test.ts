import path from 'node:path'
import { createMemory, exactVectorIndex, sqlVectorIndex, type VectorIndex } from '@forge/memory'
import Driver from 'better-sqlite3'
import { load } from 'sqlite-vec'
import { describe, expect, onTestFinished, test } from 'vitest'
import { day, failure, temporaryFolder, uuid } from './memories.ts'

class DriverWithVectors extends Driver {
  constructor(file: string, options: object) {
    super(file, options)
    load(this)
  }
}

const now = Date.UTC(2026, 10, 1)

function memoryWith(vectorIndex: VectorIndex, file = path.join(temporaryFolder(), 'memory.db')) {
  const memory = createMemory({ path: file, driver: DriverWithVectors, vectorIndex, clock: () => now })
  onTestFinished(() => memory.close())
  return memory
}

describe.each([
  ['the exact index', exactVectorIndex],
  ['the extension sqlite-vec', sqlVectorIndex('vec_distance_cosine')],
])('%s', (_, index) => {
  test('finds the vectors with the smallest angle', async () => {
    const memory = memoryWith(index)
    await memory.write(uuid(1), { type: 'tool', content: 'east', vector: [10, 0] })
    await memory.write(uuid(2), { type: 'tool', content: 'north-east', vector: new Float32Array([1, 1]) })
    await memory.write(uuid(3), { type: 'tool', content: 'west', vector: [-1, 0] })
    await memory.write(uuid(4), { type: 'tool', content: 'in space', vector: [1, 0, 0] })
    await memory.write(uuid(5), { type: 'tool', content: 'nowhere' })
    const hits = await memory.search({ vector: [2, 0] }, 3)
    expect(hits.map(({ content }) => content)).toEqual(['east', 'north-east', 'west'])
    expect(hits.map(({ score }) => Math.round(score * 1000))).toEqual([1000, 707, -1000])
    expect(hits[1]).toEqual({
      id: uuid(2),
      type: 'tool',
      content: 'north-east',
      metadata: {},
      vector: new Float32Array([1, 1]),
      createdAt: now,
      score: hits[1]?.score,
    })
    await memory.write(uuid(1), { type: 'tool', content: 'east', vector: [0, 1] })
    expect(await memory.search({ vector: [2, 0] }, 1)).toMatchObject([{ content: 'north-east' }])
  })

  test('compares only with what passes the filter', async () => {
    const memory = memoryWith(index)
    const vector = [1, 2, 3]
    const old = { timestamp: now - day }
    await memory.write(uuid(1), { type: 'tool', content: '1', vector, metadata: { sessionId: 's', tags: ['t'] } })
    await memory.write(uuid(2), { type: 'error', content: '2', vector, metadata: { ...old, tags: ['t'] } })
    const found = async (filter: object) => (await memory.search({ vector, ...filter })).map(({ content }) => content)
    expect(await found({ types: ['error'] })).toEqual(['2'])
    expect(await found({ sessionId: 's' })).toEqual(['1'])
    expect((await found({ tags: ['t'] })).toSorted()).toEqual(['1', '2'])
    expect(await found({ until: now })).toEqual(['2'])
    expect(await found({ types: [] })).toEqual([])
  })

  test('puts first what both the words and the vector find', async () => {
    const memory = memoryWith(index)
    await memory.write(uuid(1), { type: 'tool', content: 'lock lock lock' })
    await memory.write(uuid(2), { type: 'tool', content: 'a lock and more words', vector: [1, 0.1] })
    await memory.write(uuid(3), { type: 'tool', content: 'no such word', vector: [1, 0] })
    const hits = await memory.search({ text: 'lock', vector: [1, 0] })
    expect(hits.map(({ id, match }) => [id, match])).toEqual([
      [uuid(2), 'words'],
      [uuid(3), undefined],
      [uuid(1), 'words'],
    ])
    expect(await memory.search({ text: '***', vector: [1, 0] }, 1)).toMatchObject([{ id: uuid(3) }])
  })
})

test('the exact index agrees with the extension on many vectors', async () => {
  const file = path.join(temporaryFolder(), 'memory.db')
  const memory = memoryWith(exactVectorIndex, file)
  const other = memoryWith(sqlVectorIndex('vec_distance_cosine'), file)
  const random = (seed: number) => Array.from({ length: 96 }, (_, index) => Math.sin(seed * 97 + index * index))
  await memory.writeMany(
    Array.from({ length: 6000 }, (_, n) => ({ id: uuid(n), type: 'file', content: '', vector: random(n) }) as const),
  )
  const inJavaScript = await memory.search({ vector: random(-1) }, 20)
  const inSql = await other.search({ vector: random(-1) }, 20)
  expect(inSql.map(({ id }) => id)).toEqual(inJavaScript.map(({ id }) => id))
})

test('a name that is no name of a function is refused', async () => {
  expect(() => sqlVectorIndex('x(); --')).toThrow(expect.objectContaining({ code: 'FORGE_MEMORY_INVALID' }))
  const memory = memoryWith(sqlVectorIndex('no_such_function'))
  expect(await failure(memory.search({ vector: [1] }))).toMatchObject({
    code: 'FORGE_MEMORY_STORAGE',
    details: { code: 'FORGE_DB_QUERY' },
  })
})
