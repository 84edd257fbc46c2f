import { defineInput, defineQuery, type TraceStore } from '@forge/incremental'
import type { IncrementalStore } from '@forge/incremental/store'
import { describe, expect, it } from 'vitest'
import { loggedEngine, type LoggedEngine } from './logged-engine.ts'
import { storeFile } from './store-file.ts'

const source = defineInput<string, string>('source')
const mode = defineInput<string, string>('mode', { durability: 'high' })

function wordsQuery(version = 1) {
  return defineQuery<string, readonly string[]>('words', {
    compute: async (context, path) => ((await context.get(source, path)) ?? '').split(' '),
    equals: (before, after) => before.join(' ') === after.join(' '),
    persist: {
      version,
      encode: (words) => new TextEncoder().encode(words.join(' ')),
      decode: (bytes) => new TextDecoder().decode(bytes).split(' '),
    },
  })
}

const words = wordsQuery()
const report = defineQuery<null, string>('report', {
  compute: async (context) => {
    const separator = (await context.get(mode, 'separator')) ?? ','
    return [...(await context.get(words, 'a')), ...(await context.get(words, 'b'))].join(separator)
  },
  persist: {
    version: 1,
    encode: (text) => new TextEncoder().encode(text),
    decode: (bytes) => new TextDecoder().decode(bytes),
  },
})

/** An engine as a process of its own would have it. */
function start(
  { traces }: Pick<IncrementalStore, 'traces'>,
  definitions = [source, mode, words, report],
): LoggedEngine {
  return loggedEngine({ traces, definitions })
}

function fill({ engine }: LoggedEngine, a = 'x y'): void {
  engine.set(source, 'a', a)
  engine.set(source, 'b', 'z')
}

describe('traces', () => {
  it('save another process every computation', async () => {
    const file = await storeFile()
    {
      await using store = await file.open()
      const first = start(store)
      fill(first)
      expect(await first.engine.get(report, null)).toBe('x,y,z')
    }
    const second = start(await file.open())
    fill(second)
    expect(await second.engine.get(report, null)).toBe('x,y,z')
    expect(second.happened()).toEqual(['restore words(a)', 'restore words(b)', 'restore report(null)'])
    expect(second.engine.explain(report, null)).toEqual([{ question: 'report(null)', revision: 2, reason: 'restored' }])
  })

  it('hold in another process only for what has not changed', async () => {
    const file = await storeFile()
    await using store = await file.open()
    const first = start(store)
    fill(first)
    await first.engine.get(report, null)
    const second = start(store)
    fill(second, 'other')
    expect(await second.engine.get(report, null)).toBe('other,z')
    expect(second.happened()).toEqual(['execute words(a)', 'execute report(null)', 'restore words(b)'])
  })

  it('make it cost nothing to take a change back', async () => {
    const file = await storeFile()
    await using store = await file.open()
    const one = start(store)
    fill(one)
    await one.engine.get(report, null)
    one.engine.set(source, 'a', 'other')
    expect(await one.engine.get(report, null)).toBe('other,z')
    one.engine.set(source, 'a', 'x y')
    one.happened()
    expect(await one.engine.get(report, null)).toBe('x,y,z')
    expect(one.happened()).toEqual(['restore words(a)', 'validate words(b)', 'restore report(null)'])
  })

  it('are not used by another version of a query', async () => {
    const file = await storeFile()
    await using store = await file.open()
    const first = start(store)
    fill(first)
    await first.engine.get(words, 'a')
    const newer = wordsQuery(2)
    const second = start(store, [source, newer])
    fill(second)
    expect(await second.engine.get(newer, 'a')).toEqual(['x', 'y'])
    expect(second.happened()).toEqual(['execute words(a)'])
  })

  it('are kept up to a number for each question', async () => {
    const file = await storeFile()
    await using store = await file.open({ maxTraces: 2 })
    const one = start(store)
    for (const text of ['1', '2', '3']) {
      one.engine.set(source, 'a', text)
      await one.engine.get(words, 'a')
    }
    await store.traces.flush()
    one.happened()
    for (const text of ['1', '2', '3']) {
      one.engine.set(source, 'a', text)
      await one.engine.get(words, 'a')
      await store.traces.flush()
    }
    expect(one.happened()).toEqual(['execute words(a)', 'execute words(a)', 'execute words(a)'])
    one.engine.set(source, 'a', '2')
    await one.engine.get(words, 'a')
    expect(one.happened()).toEqual(['restore words(a)'])
  })

  it('are pruned from the oldest on', async () => {
    const file = await storeFile()
    await using store = await file.open()
    const one = start(store)
    for (const key of ['a', 'b', 'c']) await one.engine.get(words, key)
    const sizeOfAll = 3 * 200
    expect(await store.traces.prune(sizeOfAll)).toBe(0)
    expect(await store.traces.prune(0)).toBe(3)
    const second = start(store)
    await second.engine.get(words, 'a')
    expect(second.happened()).toEqual(['execute words(a)'])
  })

  it('keep projects apart', async () => {
    const file = await storeFile()
    await using mine = await file.open({ project: 'mine' })
    await using theirs = await file.open({ project: 'theirs' })
    await start(mine).engine.get(words, 'a')
    await mine.traces.flush()
    const other = start(theirs)
    await other.engine.get(words, 'a')
    expect(other.happened()).toEqual(['execute words(a)'])
  })

  it('are not saved of what went on without an answer', async () => {
    const failing = defineQuery<string, string>('failing', {
      compute: async (context, key) => {
        if ((await context.get(source, key)) === 'bad') throw new Error('bad')
        return 'good'
      },
    })
    const tolerant = defineQuery<string, string>('tolerant', {
      compute: (context, key) => context.get(failing, key).catch(() => 'none'),
      persist: {
        version: 1,
        encode: (text) => new TextEncoder().encode(text),
        decode: (bytes) => new TextDecoder().decode(bytes),
      },
    })
    const saved: string[] = []
    const traces: TraceStore = { load: () => [], save: (query) => void saved.push(query) }
    const { engine } = loggedEngine({ traces })
    engine.set(source, 'a', 'bad')
    expect(await engine.get(tolerant, 'a')).toBe('none')
    expect(saved).toEqual([])
    engine.set(source, 'a', 'fine')
    expect(await engine.get(tolerant, 'a')).toBe('good')
    expect(saved).toEqual(['tolerant@1'])
  })

  it('that cannot be read or written cost their time, not the answer', async () => {
    const traces: TraceStore = {
      load: () => Promise.reject(new Error('unreadable')),
      save: () => Promise.reject(new Error('full')),
    }
    const { engine, happened } = loggedEngine({ traces })
    engine.set(source, 'a', 'x')
    expect(await engine.get(words, 'a')).toEqual(['x'])
    expect(happened()).toEqual(['trace-failed words(a)', 'execute words(a)', 'trace-failed words(a)'])
  })

  it('name values that were given up', async () => {
    const file = await storeFile()
    await using store = await file.open()
    const part = defineQuery<string, string>('part', {
      compute: async (context, key) => (await context.get(source, key)) ?? '',
      capacity: 1,
    })
    const both = defineQuery<null, string>('both', {
      compute: async (context) => (await context.get(part, 'a')) + (await context.get(part, 'b')),
      persist: {
        version: 1,
        encode: (text) => new TextEncoder().encode(text),
        decode: (bytes) => new TextDecoder().decode(bytes),
      },
    })
    const first = loggedEngine({ traces: store.traces, definitions: [source, part, both] })
    fill(first)
    expect(await first.engine.get(both, null)).toBe('x yz')
    const second = loggedEngine({ traces: store.traces, definitions: [source, part, both] })
    fill(second)
    expect(await second.engine.get(both, null)).toBe('x yz')
    expect(second.happened()).toEqual(['execute part(a)', 'execute part(b)', 'evict part(a)', 'restore both(null)'])
  })

  it('say at the next flush that they could not be written', async () => {
    const file = await storeFile()
    const store = await file.open()
    await file.database.kysely.schema.dropTable('incremental_traces').execute()
    const one = start(store)
    await one.engine.get(words, 'a')
    await expect(store.traces.flush()).rejects.toMatchObject({ code: 'FORGE_DB_QUERY' })
    await store.traces.flush()
  })

  it('cannot be kept in no number', async () => {
    const file = await storeFile()
    await expect(file.open({ maxTraces: 0 })).rejects.toThrow('maxTraces cannot be 0')
  })
})
