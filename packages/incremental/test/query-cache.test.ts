import { createQueryCache } from '@forge/incremental'
import { describe, expect, it } from 'vitest'

function cacheOf(options: { maxEntries?: number; maxBytes?: number; ttl?: number } = {}) {
  const state = { revision: 1, now: 0, computed: [] as string[] }
  const cache = createQueryCache<string>({
    revision: () => state.revision,
    now: () => state.now,
    sizeOf: (value) => value.length,
    ...options,
  })
  const ask = (key: string, value = key) =>
    cache.get(key, () => {
      state.computed.push(key)
      return value
    })
  return { cache, state, ask }
}

describe('the query cache', () => {
  it('computes an answer once a revision', async () => {
    const { cache, state, ask } = cacheOf()
    for (const key of ['a', 'b', 'a', 'a']) expect(await ask(key)).toBe(key)
    expect(state.computed).toEqual(['a', 'b'])
    state.revision = 2
    expect(await ask('a', 'new')).toBe('new')
    expect(await ask('a')).toBe('new')
    expect(cache.stats()).toEqual({
      hits: 3,
      misses: 3,
      shared: 0,
      invalidations: 1,
      evictions: 0,
      entries: 1,
      bytes: 3,
    })
  })

  it('computes once what is asked at the same time', async () => {
    const { cache, state, ask } = cacheOf()
    expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['a', 'a', 'b'])
    expect(state.computed).toEqual(['a', 'b'])
    expect(cache.stats()).toMatchObject({ misses: 2, shared: 1, hits: 0 })
  })

  it('keeps nothing that was computed while the revision changed', async () => {
    const { cache, state, ask } = cacheOf()
    const value = await cache.get('a', () => {
      state.revision = 2
      return 'old'
    })
    expect(value).toBe('old')
    expect(await ask('a', 'new')).toBe('new')
    expect(cache.stats()).toMatchObject({ misses: 2, entries: 1 })
  })

  it('does not share what was begun for another revision', async () => {
    const { cache, state } = cacheOf()
    let finish: (value: string) => void = () => {}
    const old = cache.get('a', () => new Promise<string>((resolve) => (finish = resolve)))
    await new Promise((resolve) => setImmediate(resolve))
    state.revision = 2
    expect(await cache.get('a', () => 'new')).toBe('new')
    finish('old')
    expect(await old).toBe('old')
    expect(await cache.get('a', () => 'never')).toBe('new')
  })

  it('keeps no errors', async () => {
    const { cache, ask } = cacheOf()
    await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await ask('a')).toBe('a')
  })

  it('gives up the least recently used where there are too many, or too large', async () => {
    const { cache, state, ask } = cacheOf({ maxEntries: 2, maxBytes: 10 })
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key)
    expect(state.computed).toEqual(['a', 'b', 'c', 'b'])
    await ask('long', 'x'.repeat(9))
    expect(cache.stats()).toMatchObject({ entries: 2, bytes: 10, evictions: 3 })
    await ask('too long', 'x'.repeat(11))
    expect(cache.stats().bytes).toBeLessThanOrEqual(10)
  })

  it('gives up what is too old', async () => {
    const { state, ask } = cacheOf({ ttl: 100 })
    state.now = 1
    await ask('a')
    state.now = 90
    await ask('a')
    state.now = 150
    await ask('a')
    expect(state.computed).toEqual(['a', 'a'])
  })

  it('stops waiting for one who has gone', async () => {
    const { cache } = cacheOf()
    let finish: (value: string) => void = () => {}
    const compute = () => new Promise<string>((resolve) => (finish = resolve))
    const controller = new AbortController()
    const gone = cache.get('a', compute, controller)
    const stays = cache.get('a', compute)
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort(new Error('gone'))
    await expect(gone).rejects.toThrow('gone')
    finish('done')
    expect(await stays).toBe('done')
  })

  it('is cleared by hand', async () => {
    const { cache, state, ask } = cacheOf()
    await ask('a')
    cache.clear()
    await ask('a')
    expect(state.computed).toEqual(['a', 'a'])
  })

  it('says what a bound must be', () => {
    expect(() => cacheOf({ maxEntries: 0 })).toThrow('maxEntries cannot be 0')
    expect(() => cacheOf({ ttl: 1.5 })).toThrow('ttl cannot be 1.5')
  })
})
