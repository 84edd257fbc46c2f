import { existsSync } from 'node:fs'
import path from 'node:path'
import { createMemory } from '@forge/memory'
import { memvid, type Memvid, type MemvidOpenOptions } from '@forge/memory/memvid'
import Driver from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failure, temporaryFolder } from './memories.ts'

const now = Date.UTC(2026, 10, 1)

function files() {
  const file = path.join(temporaryFolder(), 'notes.db')
  const functions = memvid({ driver: Driver, synchronous: 'NORMAL', clock: () => now })
  const closing = async (opening: Promise<Memvid>) => {
    const opened = await opening
    onTestFinished(() => opened.seal())
    return opened
  }
  return {
    file,
    create: (options?: MemvidOpenOptions) => closing(functions.create(file, 'basic', options)),
    open: (options?: MemvidOpenOptions) => closing(functions.open(file, 'basic', options)),
    functions,
  }
}

describe('a file', () => {
  test('keeps documents that are found, viewed, listed and removed', async () => {
    const { file, create, open } = files()
    const notes = await create()
    const first = await notes.put({
      title: 'Roadmap',
      label: 'meeting',
      labels: ['q4'],
      text: 'Alice moves the parser into a worker.',
      tags: ['parser'],
      uri: 'mem://roadmap',
      track: 'work',
      metadata: { attendees: ['Alice'] },
      timestamp: 1_700_000_000,
    })
    const second = await notes.put({ text: 'The database is PostgreSQL, the parser caches its results.' })
    const { hits, ...result } = await notes.find('alice worker')
    expect(hits).toEqual([
      {
        frame_id: Number(first),
        uri: 'mem://roadmap',
        title: 'Roadmap',
        snippet: 'Alice moves the parser into a worker.',
        score: hits[0]?.score,
        rank: 1,
        tags: ['parser'],
        labels: ['meeting', 'q4'],
        track: 'work',
        created_at: '2023-11-14T22:13:20.000Z',
      },
    ])
    expect(result).toEqual({
      query: 'alice worker',
      engine: 'fts5',
      total_hits: 1,
      context: 'Roadmap\nAlice moves the parser into a worker.',
      next_cursor: null,
      took_ms: result.took_ms,
    })
    expect(await notes.path()).toBe(file)
    expect(await notes.view(first)).toBe('Alice moves the parser into a worker.')
    expect(await notes.timeline()).toEqual([
      {
        frame_id: Number(first),
        uri: 'mem://roadmap',
        timestamp: 1_700_000_000,
        preview: 'Alice moves the parser into a worker.',
        child_frames: [],
      },
      expect.objectContaining({ frame_id: Number(second), timestamp: now / 1000 }),
    ])
    expect(await notes.remove(first)).toBe(1)
    expect((await notes.find('alice')).hits).toEqual([])
    expect(await notes.stats()).toMatchObject({
      frame_count: 2,
      active_frame_count: 1,
      capacity_bytes: null,
      remaining_capacity_bytes: null,
      has_lex_index: true,
      has_vec_index: false,
    })
    await notes.seal()
    await notes.seal()
    expect(await failure(notes.find('x'))).toMatchObject({ code: 'FORGE_MEMORY_CLOSED' })
    expect(await failure(notes.stats())).toMatchObject({ code: 'FORGE_MEMORY_CLOSED' })
    expect((await (await open()).find('parser')).hits).toMatchObject([{ frame_id: Number(second), title: 'Untitled' }])
  })

  test('takes many documents in one transaction, or none', async () => {
    const notes = await files().create()
    const documents = Array.from({ length: 300 }, (_, index) => ({
      title: `Doc ${index}`,
      text: `text number${index}`,
    }))
    const ids = await notes.putMany(documents)
    expect(new Set(ids).size).toBe(300)
    expect(await notes.view(ids[299]!)).toBe('text number299')
    const wrong = [{ title: 'a', text: 'b' }, { title: 'c' }] as never
    expect(await failure(notes.putMany(wrong))).toMatchObject({ details: { path: 'documents[1].text' } })
    expect((await notes.stats()).active_frame_count).toBe(300)
  })

  test('is found page by page, within a scope, and as it was', async () => {
    const notes = await files().create()
    const ids = await notes.putMany(
      Array.from({ length: 25 }, (_, index) => ({
        title: '',
        text: 'the same words',
        uri: `mem://${index % 2 === 0 ? 'even' : 'odd'}/${index}`,
        timestamp: 1000 + index,
      })),
    )
    const seen: number[] = []
    let cursor: string | undefined
    do {
      const page = await notes.find('same', { k: 10, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.hits.map((hit) => hit.frame_id))
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(new Set(seen)).toEqual(new Set(ids.map(Number)))
    expect(seen).toHaveLength(25)
    expect((await notes.find('same', { scope: 'mem://odd/', k: 100 })).hits).toHaveLength(12)
    expect((await notes.find('same', { asOfFrame: Number(ids[4]), k: 100 })).hits).toHaveLength(5)
    expect((await notes.find('same', { asOfTs: 1009, k: 100 })).hits).toHaveLength(10)
    const times = async (options: object) => (await notes.timeline(options)).map(({ timestamp }) => timestamp)
    expect(await times({ limit: 2, reverse: true })).toEqual([1024, 1023])
    expect(await times({ since: 1003, until: 1005 })).toEqual([1003, 1004, 1005])
    expect(await times({ asOfTs: 1001 })).toEqual([1000, 1001])
    expect(await times({ asOfFrame: Number(ids[0]) })).toEqual([1000])
  })

  test('is found by embeddings', async () => {
    const notes = await files().create()
    await notes.put({ title: 'up', text: 'a word', embedding: [0, 1] })
    await notes.put({ title: 'right', text: 'another', embedding: [1, 0] })
    const titles = async (query: string, options: object) =>
      (await notes.find(query, options)).hits.map(({ title }) => title)
    expect(await titles('another', { mode: 'sem', queryEmbedding: [0, 2] })).toEqual(['up', 'right'])
    expect(await titles('another', { queryEmbedding: [1, 1], k: 1 })).toEqual(['right'])
    expect(await titles('another', { mode: 'lex', queryEmbedding: [0, 1] })).toEqual(['right'])
    expect((await notes.stats()).has_vec_index).toBe(true)
  })

  test('shows the part of a long text where the word is', async () => {
    const notes = await files().create()
    await notes.put({ text: `${'before 🪝 '.repeat(200)}needle${' after 🪝'.repeat(200)}` })
    const { hits } = await notes.find('needle', { snippetChars: 40 })
    expect(hits[0]?.snippet).toMatch(/^….*needle.*…$/)
    expect(hits[0]?.snippet.length).toBeLessThanOrEqual(42)
    expect(hits[0]?.snippet.isWellFormed()).toBe(true)
  })

  test('is not made anew over frames, unless that is asked for', async () => {
    const { create, open, file } = files()
    const notes = await create()
    await notes.put({ text: 'precious' })
    await notes.seal()
    expect(await failure(create())).toMatchObject({ code: 'FORGE_MEMORY_EXISTS', details: { file, frames: 1 } })
    expect((await (await open()).stats()).active_frame_count).toBe(1)
    expect((await (await create({ overwrite: true })).stats()).active_frame_count).toBe(0)
  })

  test('is opened only where it is, unless that does not matter', async () => {
    const { open, file, functions } = files()
    expect(await failure(open())).toMatchObject({ code: 'FORGE_MEMORY_NOT_FOUND', details: { file } })
    expect(existsSync(file)).toBe(false)
    const notes = await functions.use('basic', file, { mode: 'auto' })
    await notes.put({ text: 'here' })
    await notes.seal()
    const reading = await open({ readOnly: true })
    expect((await reading.find('here')).hits).toHaveLength(1)
    const refused = { code: 'FORGE_MEMORY_READ_ONLY' }
    expect(await failure(reading.put({ text: 'x' }))).toMatchObject(refused)
    expect(await failure(reading.putMany([]))).toMatchObject(refused)
    expect(await failure(reading.remove(1))).toMatchObject(refused)
  })

  test('is a memory, whose project others can open', async () => {
    const { create, file } = files()
    const notes = await create()
    await notes.put({ title: 'T', text: 'by the adapter' })
    const memory = createMemory({ path: file, driver: Driver, project: 'memvid' })
    onTestFinished(() => memory.close())
    await memory.add({ type: 'decision', content: 'by the memory' })
    expect((await notes.find('memory')).hits).toMatchObject([{ title: 'Untitled', snippet: 'by the memory' }])
    expect(await memory.search('adapter')).toMatchObject([{ metadata: { title: 'T' } }])
  })
})

describe('what is not supported or wrong', () => {
  test.each([
    [{ text: 'x', file: 'a.pdf' }, 'FORGE_MEMORY_UNSUPPORTED'],
    [{ text: 'x', enableEmbedding: true }, 'FORGE_MEMORY_UNSUPPORTED'],
    [{ text: 'x', autoTag: true }, 'FORGE_MEMORY_UNSUPPORTED'],
    [{ title: 'x' }, 'FORGE_MEMORY_INVALID'],
    [{ text: 'x', title: 5 }, 'FORGE_MEMORY_INVALID'],
    [{ text: 'x', labels: 'a' }, 'FORGE_MEMORY_INVALID'],
    [{ text: 'x', timestamp: 'soon' }, 'FORGE_MEMORY_INVALID'],
    [null, 'FORGE_MEMORY_INVALID'],
  ])('the document %j', async (document, code) => {
    const notes = await files().create()
    expect(await failure(notes.put(document as never))).toMatchObject({ code })
    expect((await notes.stats()).active_frame_count).toBe(0)
  })

  test.each([
    [{ adaptive: true }, 'FORGE_MEMORY_UNSUPPORTED'],
    [{ embedder: {} }, 'FORGE_MEMORY_UNSUPPORTED'],
    [{ mode: 'sem' }, 'FORGE_MEMORY_INVALID'],
    [{ mode: 'all' }, 'FORGE_MEMORY_INVALID'],
    [{ k: 0 }, 'FORGE_MEMORY_INVALID'],
    [{ cursor: 'x' }, 'FORGE_MEMORY_INVALID'],
    [{ snippetChars: -1 }, 'FORGE_MEMORY_INVALID'],
  ])('the search %j', async (options, code) => {
    const notes = await files().create()
    expect(await failure(notes.find('x', options as never))).toMatchObject({ code })
  })

  test('frames that are not there', async () => {
    const notes = await files().create()
    expect(await failure(notes.remove('1'))).toMatchObject({ code: 'FORGE_MEMORY_NOT_FOUND' })
    expect(await failure(notes.view(7))).toMatchObject({ code: 'FORGE_MEMORY_NOT_FOUND', details: { frameId: '7' } })
    expect(await failure(notes.view('x'))).toMatchObject({ code: 'FORGE_MEMORY_INVALID' })
    expect(await failure(notes.remove(-1))).toMatchObject({ code: 'FORGE_MEMORY_INVALID' })
  })

  test('kinds, keys and modes', async () => {
    const { functions, file } = files()
    const unsupported = { code: 'FORGE_MEMORY_UNSUPPORTED' }
    expect(await failure(functions.create(file, 'langchain'))).toMatchObject(unsupported)
    expect(await failure(functions.create(file, 'basic', { memoryId: 'x' } as never))).toMatchObject(unsupported)
    const invalid = { code: 'FORGE_MEMORY_INVALID' }
    expect(await failure(functions.create(file, 'basic', 'mv2_key' as never))).toMatchObject(invalid)
    expect(await failure(functions.open(file, 'basic', { mode: 'both' as never }))).toMatchObject(invalid)
    expect(await failure(functions.open('', 'basic'))).toMatchObject(invalid)
  })
})
