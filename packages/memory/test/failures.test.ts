import { chmodSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createMemory, type Memory, type MemoryFailure } from '@forge/memory'
import Driver from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { emptyMemory, failure, temporaryFolder, uuid } from './memories.ts'

const entry = { type: 'tool', content: 'something' } as const

function at(file: string, options: object = {}): Memory {
  const memory = createMemory({ path: file, driver: Driver, ...options })
  onTestFinished(() => memory.close().catch(() => undefined))
  return memory
}

const cycle: Record<string, unknown> = {}
cycle['self'] = { cycle }

const badEntries: readonly (readonly [string, unknown, string])[] = [
  ['no object', null, 'entry'],
  ['a text', 'text', 'entry'],
  ['another type', { ...entry, type: 'note' }, 'entry.type'],
  ['a content that is no text', { ...entry, content: 5 }, 'entry.content'],
  ['metadata that is a list', { ...entry, metadata: [] }, 'entry.metadata'],
  ['a bigint', { ...entry, metadata: { a: { b: [1n] } } }, 'entry.metadata.a.b[0]'],
  ['a long name', { ...entry, metadata: { ['x'.repeat(1e6)]: 1n } }, `entry.metadata.${'x'.repeat(185)}…`],
  ['a function', { ...entry, metadata: { a: () => 1 } }, 'entry.metadata.a'],
  ['a hole in a list', { ...entry, metadata: { a: [undefined] } }, 'entry.metadata.a[0]'],
  ['what is not finite', { ...entry, metadata: { a: Number.NaN } }, 'entry.metadata.a'],
  ['a cycle', { ...entry, metadata: cycle }, 'entry.metadata.self.cycle'],
  ['a session that is no text', { ...entry, metadata: { sessionId: 5 } }, 'entry.metadata.sessionId'],
  ['half a character in a tag', { ...entry, metadata: { tags: ['\ud83d'] } }, 'entry.metadata.tags[0]'],
  ['tags that are no list', { ...entry, metadata: { tags: 'a,b' } }, 'entry.metadata.tags'],
  ['a title that is no text', { ...entry, metadata: { title: {} } }, 'entry.metadata.title'],
  ['a pin that is no yes or no', { ...entry, metadata: { pinned: 'yes' } }, 'entry.metadata.pinned'],
  ['a path that is no text', { ...entry, metadata: { projectPath: 1 } }, 'entry.metadata.projectPath'],
  ['a time that is none', { ...entry, metadata: { timestamp: 'soon' } }, 'entry.metadata.timestamp'],
  ['a creation that is no time', { ...entry, createdAt: Number.POSITIVE_INFINITY }, 'entry.createdAt'],
  ['a vector without numbers', { ...entry, vector: [] }, 'entry.vector.length'],
  ['a vector of texts', { ...entry, vector: ['1'] }, 'entry.vector[0]'],
  ['a vector beyond 32 bits', { ...entry, vector: [1, 1e300] }, 'entry.vector[1]'],
  ['too much', { ...entry, content: 'x'.repeat(2000) }, 'entry'],
]

describe('bad input', () => {
  test.each(badEntries)('refuses an entry with %s', async (_, value, wrong) => {
    const { memory } = emptyMemory({ maxEntryBytes: 1000 })
    const error = await failure(memory.write(uuid(1), value as never))
    expect(error).toMatchObject({ code: 'FORGE_MEMORY_INVALID', details: { path: wrong } })
    expect(error.hint).toBeTruthy()
    expect(error.stack?.split('\n')[1]).toContain('failures.test.ts')
    expect(await memory.stats()).toMatchObject({ entries: 0, failures: 1 })
  })

  test.each(['', 'x', uuid(1).slice(1), `${uuid(1)}\0`, "' or 1=1 --", 5, null, 'x'.repeat(2 ** 20)])(
    'refuses the id %.20j',
    async (id) => {
      const { memory } = emptyMemory()
      const refused = { code: 'FORGE_MEMORY_INVALID', details: { path: 'id' } }
      expect(await failure(memory.write(id as string, entry))).toMatchObject(refused)
      const error = await failure(memory.read(id as string))
      expect(error).toMatchObject(refused)
      expect(error.message.length).toBeLessThan(200)
      expect(await failure(memory.remove(id as string))).toMatchObject(refused)
    },
  )

  test.each([
    [5, 10, 'query'],
    [null, 10, 'query'],
    [{ text: 5 }, 10, 'query.text'],
    [{ vector: 'x' }, 10, 'query.vector'],
    [{ types: ['x'] }, 10, 'query.types'],
    [{ tags: 'x' }, 10, 'query.tags'],
    [{ tags: [''] }, 10, 'query.tags[0]'],
    [{ sessionId: '' }, 10, 'query.sessionId'],
    [{ since: 'x' }, 10, 'query.since'],
    [{ until: Number.NaN }, 10, 'query.until'],
    ['x', 0, 'limit'],
    ['x', 1001, 'limit'],
    ['x', 1.5, 'limit'],
    ['x', '5', 'limit'],
  ])('refuses to search for %j with the limit %j', async (query, limit, wrong) => {
    const { memory } = emptyMemory()
    const error = await failure(memory.search(query as never, limit as never))
    expect(error).toMatchObject({ code: 'FORGE_MEMORY_INVALID', details: { path: wrong } })
  })

  test.each([
    [null, 'listing'],
    [{ limit: 0 }, 'listing.limit'],
    [{ order: 'up' }, 'listing.order'],
    [{ after: 'x' }, 'listing.after'],
    [{ after: 5 }, 'listing.after'],
  ])('refuses to list %j', async (listing, wrong) => {
    const { memory } = emptyMemory()
    expect(await failure(memory.list(listing as never))).toMatchObject({ details: { path: wrong } })
  })

  test.each([
    [{ path: '' }, 'path'],
    [{ path: 5 }, 'path'],
    [{ driver: {} }, 'driver'],
    [{ db: {} }, 'path'],
    [{ synchronous: 'OFF' }, 'synchronous'],
    [{ project: '' }, 'project'],
    [{ maxSize: 0 }, 'maxSize'],
    [{ maxSize: Number.NaN }, 'maxSize'],
    [{ maxEntryBytes: -1 }, 'maxEntryBytes'],
    [{ compression: 'zip' }, 'compression'],
    [{ compression: { from: -1 } }, 'compression.from'],
    [{ recencyHalfLife: 0 }, 'recencyHalfLife'],
    [{ failure: 'loud' }, 'failure'],
    [{ vectorIndex: {} }, 'vectorIndex'],
  ])('refuses the options %j', (options, wrong) => {
    const make = () => createMemory({ path: 'x', driver: Driver, ...options } as never)
    expect(make).toThrow(expect.objectContaining({ code: 'FORGE_MEMORY_INVALID', details: { path: wrong } }))
  })

  test('takes null for nothing in the metadata that it knows', async () => {
    const { memory } = emptyMemory()
    const metadata = { sessionId: null, projectPath: null, timestamp: null, title: null, tags: null, pinned: null }
    await memory.write(uuid(1), { ...entry, metadata: metadata as never })
    expect((await memory.read(uuid(1)))?.metadata).toEqual(metadata)
  })

  test('does not change what it is given', async () => {
    const { memory } = emptyMemory()
    const given = Object.freeze({
      ...entry,
      metadata: Object.freeze({ tags: Object.freeze(['a']), nested: Object.freeze({ undefined }) }),
      vector: Object.freeze<readonly number[]>([1, 2]),
    })
    await memory.write(uuid(1), given)
    expect((await memory.read(uuid(1)))?.metadata).toEqual({ tags: ['a'], nested: {} })
  })
})

describe('a store that cannot be used', () => {
  test.runIf(process.getuid?.() !== 0)('says that its folder cannot be written', async () => {
    const folder = path.join(temporaryFolder(), 'sealed')
    mkdirSync(folder)
    chmodSync(folder, 0o500)
    onTestFinished(() => chmodSync(folder, 0o700))
    expect(await failure(at(path.join(folder, 'memory.db')).create())).toMatchObject({ code: 'FORGE_MEMORY_STORAGE' })
  })

  test('says that its file is no database, and leaves that as it is', async () => {
    const file = path.join(temporaryFolder(), 'memory.db')
    writeFileSync(file, 'no database at all, but long enough to be taken for one '.repeat(100))
    const error = await failure(at(file).write(uuid(1), entry))
    expect(error).toMatchObject({ code: 'FORGE_MEMORY_STORAGE', details: { code: 'FORGE_DB_CORRUPT' } })
    expect(error.hint).toBeTruthy()
  })

  test('says that a part of its path is a file', async () => {
    const file = path.join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    expect(await failure(at(path.join(file, 'memory.db')).create())).toMatchObject({ code: 'FORGE_MEMORY_STORAGE' })
  })

  test('refuses a database that is newer than the code', async () => {
    const { memory, file, reopen } = emptyMemory()
    await memory.create()
    await memory.close()
    const driver = new Driver(file)
    driver.exec(`update forge_migrations set id = 'memory/0009-future' where id = 'memory/0002-words'`)
    driver.close()
    const error = await failure(reopen().create())
    expect(error).toMatchObject({ code: 'FORGE_MEMORY_STORAGE', details: { code: 'FORGE_MIGRATE_NEWER' } })
  })

  test('says that there is no room, keeps what it has, and goes on when there is', async () => {
    let pages = 60
    class SmallDisk extends Driver {
      constructor(file: string, options: object) {
        super(file, options)
        this.pragma(`max_page_count = ${pages}`)
      }
    }
    const { memory, reopen } = emptyMemory({ compression: false }, SmallDisk)
    let stored = 0
    const filling = async () => {
      for (;;) {
        await memory.write(uuid(stored), { ...entry, content: `number${stored} ${'x'.repeat(5000)}` })
        stored++
      }
    }
    expect(await failure(filling())).toMatchObject({
      code: 'FORGE_MEMORY_STORAGE',
      details: { code: 'FORGE_DB_FULL' },
    })
    const both = await Promise.allSettled([
      memory.write(uuid(999), { ...entry, content: 'x'.repeat(9000) }),
      memory.stats(),
    ])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(await memory.stats()).toMatchObject({ entries: stored })
    expect(await memory.check()).toEqual({ ok: true, problems: [] })
    expect(await memory.search(`number${stored - 1}`)).toHaveLength(1)
    await memory.close()
    pages = 10_000
    expect(await reopen().write(uuid(999), entry)).toBe(true)
  })

  test('says that its file was deleted, and writes to no file that is gone', async () => {
    const { memory, file } = emptyMemory()
    await memory.write(uuid(1), entry)
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
    expect(await failure(memory.write(uuid(2), entry))).toMatchObject({
      code: 'FORGE_MEMORY_STORAGE',
      details: { code: 'FORGE_DB_MOVED' },
    })
  })

  test('copies the file before a newer version changes its tables', async () => {
    const { memory, file, reopen } = emptyMemory()
    await memory.write(uuid(1), entry)
    await memory.close()
    // As a version did that did not know the last migration yet.
    const driver = new Driver(file)
    for (const kind of ['trigger', 'view', 'table']) {
      const names = driver
        .prepare(`select name from sqlite_schema where type = ? and name glob ?`)
        .pluck()
        .all(kind, kind === 'table' ? 'memory_words' : 'memor*')
      for (const name of names) driver.exec(`drop ${kind} ${String(name)}`)
    }
    driver.exec(
      `delete from forge_migrations where id = 'memory/0002-words'; update forge_schema_version set version = 1`,
    )
    driver.close()
    const again = reopen()
    expect(await again.read(uuid(1))).toMatchObject(entry)
    expect(readdirSync(path.dirname(file)).filter((name) => /^memory-v1-.*\.db$/.test(name))).toHaveLength(1)
    expect(await again.check()).toMatchObject({ ok: false })
    await again.reindex()
    expect(await again.search('something')).toHaveLength(1)
  })

  test('says that it is closed, and closes twice', async () => {
    const { memory } = emptyMemory()
    const writing = memory.write(uuid(1), entry)
    await Promise.all([memory.close(), memory.close()])
    expect(await writing).toBe(true)
    expect(await failure(memory.read(uuid(1)))).toMatchObject({ code: 'FORGE_MEMORY_CLOSED' })
    await emptyMemory().memory.close()
  })

  test('stops waiting when the signal is aborted', async () => {
    const { memory } = emptyMemory()
    const signal = AbortSignal.abort(new Error('enough'))
    for (const call of [
      memory.write(uuid(1), entry, { signal }),
      memory.read(uuid(1), { signal }),
      memory.search('x', 10, { signal }),
      memory.list({}, { signal }),
    ])
      expect((await failure(call)).message).toBe('enough')
    expect(await memory.stats()).toMatchObject({ entries: 0, failures: 4 })
  })
})

describe('a silent memory', () => {
  /** What every method answers. */
  async function answers(memory: Memory) {
    await memory.create()
    return {
      write: await memory.write(uuid(1), entry),
      add: await memory.add(entry),
      writeMany: await memory.writeMany([{ id: uuid(2), ...entry }]),
      read: await memory.read(uuid(1)),
      search: await memory.search('something'),
      list: await memory.list(),
      remove: await memory.remove(uuid(1)),
      reindex: await memory.reindex(),
    }
  }

  const nothing = {
    write: false,
    add: undefined,
    writeMany: 0,
    read: undefined,
    search: [],
    list: { entries: [] },
    remove: false,
    reindex: 0,
  }

  test('answers as if there were nothing, and tells of every failure', async () => {
    const file = path.join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const failures: MemoryFailure[] = []
    const memory = at(path.join(file, 'memory.db'), {
      failure: 'silent',
      clock: () => 5,
      onError: (_: unknown, each: MemoryFailure) => failures.push(each),
    })
    expect(await answers(memory)).toEqual(nothing)
    const operations = ['create', 'write', 'add', 'writeMany', 'read', 'search', 'list', 'remove', 'reindex']
    expect(failures.map(({ operation }) => operation)).toEqual(operations)
    expect(failures[0]).toMatchObject({ code: 'FORGE_MEMORY_STORAGE', at: 5 })
    expect(await memory.stats()).toMatchObject({
      entries: 0,
      failures: operations.length + 1,
      lastFailure: { operation: 'stats' },
    })
    expect(await memory.check()).toMatchObject({ ok: false })
    await memory.close()
  })

  test('survives bad input, being closed, and those who are told of it', async () => {
    const { memory } = emptyMemory({
      failure: 'silent',
      onError: () => {
        throw new Error('and another one')
      },
    })
    expect(await memory.write('x', entry)).toBe(false)
    expect(await memory.write(uuid(1), null as never)).toBe(false)
    expect(await memory.writeMany(null as never)).toBe(0)
    expect(await memory.search(null as never)).toEqual([])
    expect(await memory.write(uuid(1), entry)).toBe(true)
    expect(await memory.stats()).toMatchObject({
      entries: 1,
      failures: 4,
      lastFailure: { code: 'FORGE_MEMORY_INVALID' },
    })
    await memory.close()
    expect(await answers(memory)).toEqual(nothing)
  })

  test.each([
    [{ path: '' }, uuid(1)],
    [{ maxSize: -1 }, uuid(1)],
    [{ clock: 'now' }, uuid(1)],
    [{ onError: 'me' }, 'x'],
  ])('is made of bad options too: %j', async (options, id) => {
    const file = path.join(temporaryFolder(), 'memory.db')
    const memory = at(file, { failure: 'silent', ...options })
    expect(await memory.write(id, entry)).toBe(false)
    expect((await memory.stats()).failures).toBeGreaterThan(0)
  })

  test('works again once what was wrong is put right', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'memory.db')
    mkdirSync(file)
    const memory = at(path.join(file), { failure: 'silent' })
    expect(await memory.write(uuid(1), entry)).toBe(false)
    rmdirSync(file)
    expect(await memory.write(uuid(1), entry)).toBe(true)
    expect(await memory.read(uuid(1))).toMatchObject(entry)
  })
})
