import { type MemoryEntry, type MemoryMetadata, memoryTypes, type NewMemory } from '@forge/memory'
import Driver from 'better-sqlite3'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyMemory, uuid } from './memories.ts'
import { indexedWords } from './indexed-words.ts'

const awkward = `ab "'%*()-:^~{}\0\ud83d東京都に🚀é\u0301AND NEAR or_/.`

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...Array.from(awkward)), maxLength: 40 }),
)

const anyTag = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((tag) => tag.isWellFormed())

const anyMetadata = fc
  .record(
    {
      sessionId: anyTag,
      title: anyText,
      tags: fc.array(anyTag, { maxLength: 4 }),
      timestamp: fc.integer({ min: 0, max: 2e12 }),
      pinned: fc.boolean(),
      extra: fc.jsonValue({ maxDepth: 3 }),
    },
    { requiredKeys: [] },
  )
  .map((metadata) => JSON.parse(JSON.stringify(metadata)) as MemoryMetadata)

const anyEntry: fc.Arbitrary<NewMemory> = fc.record(
  {
    type: fc.constantFrom(...memoryTypes),
    content: fc.oneof(
      anyText,
      anyText.map((text) => `${text} word `.repeat(300)),
    ),
    metadata: anyMetadata,
    vector: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 }),
    createdAt: fc.integer({ min: 0, max: 2e12 }),
  },
  { requiredKeys: ['type', 'content'] },
)

test('gives back every entry as it was written', async () => {
  const { memory, clock } = emptyMemory()
  await fc.assert(
    fc.asyncProperty(anyEntry, async (entry) => {
      const id = (await memory.add(entry))!
      const { vector, metadata = {}, createdAt = clock.now } = entry
      const expected = { ...entry, id, metadata, createdAt }
      expect(await memory.read(id)).toEqual(
        vector === undefined ? expected : { ...expected, vector: Float32Array.from(vector) },
      )
    }),
    { numRuns: 150 },
  )
})

test('searches for any text, and finds what contains it', async () => {
  const { memory } = emptyMemory()
  await fc.assert(
    fc.asyncProperty(anyText, anyText, anyText, async (before, text, after) => {
      // Cut into pieces as a person would see them, and none of the texts around runs into it.
      await memory.write(uuid(1), { type: 'context', content: `${before} ${text} ${after}` })
      const hits = await memory.search(text)
      const findable = /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text.normalize('NFKD'))
      expect(hits.map(({ id }) => id)).toEqual(findable ? [uuid(1)] : hits.map(() => uuid(1)))
      await memory.search({ text, sessionId: 'x', tags: ['y'], types: ['tool'], since: 0 })
    }),
    { numRuns: 400 },
  )
})

const anyStep = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), id: fc.nat(12), entry: anyEntry }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), id: fc.nat(12) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('writeMany' as const),
      entries: fc.array(fc.tuple(fc.nat(12), anyEntry), { maxLength: 6 }),
    }),
  },
)

test('keeps table, index and totals in step whatever is written, replaced, removed and evicted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { maxLength: 25 }),
      fc.option(fc.integer({ min: 500, max: 8000 })),
      async (steps, most) => {
        const { memory, file, reopen } = emptyMemory(most === null ? {} : { maxSize: most })
        const model = new Map<string, NewMemory>()
        const apply = async (write: Promise<unknown>, changed: () => void) => {
          const outcome = await write.then(
            () => 'done',
            (error: { readonly code: string }) => error.code,
          )
          expect(['done', 'FORGE_MEMORY_FULL']).toContain(outcome)
          if (outcome === 'done') changed()
        }
        for (const step of steps) {
          if (step.do === 'write') {
            await apply(memory.write(uuid(step.id), step.entry), () => model.set(uuid(step.id), step.entry))
          } else if (step.do === 'remove') {
            await memory.remove(uuid(step.id))
            model.delete(uuid(step.id))
          } else {
            const entries = step.entries.map(([id, entry]) => Object.assign({ id: uuid(id) }, entry))
            await apply(memory.writeMany(entries), () => {
              for (const entry of entries) model.set(entry.id, entry)
            })
          }
          for (const id of model.keys()) if ((await memory.read(id)) === undefined && most !== null) model.delete(id)
        }
        expect(await memory.check()).toEqual({ ok: true, problems: [] })
        const { entries } = await memory.list({ limit: 1000 })
        expect(entries.map(summary).toSorted()).toEqual(
          [...model].map(([id, entry]) => summary({ ...entry, id })).toSorted(),
        )
        expect(await memory.stats()).toMatchObject({ entries: model.size })
        const before = indexedWords(file)
        const again = reopen()
        await again.reindex()
        expect(indexedWords(file)).toEqual(before)
        await Promise.all([memory.close(), again.close()])
      },
    ),
    { numRuns: 40 },
  )
}, 120_000)

function summary({ id, type, content }: Pick<MemoryEntry, 'id' | 'type' | 'content'>): string {
  return `${id} ${type} ${content}`
}

test('finds nothing of an index that somebody damaged, says so, and mends it', async () => {
  const { memory, file, reopen } = emptyMemory()
  for (let number = 0; number < 300; number++)
    await memory.write(uuid(number), { type: 'tool', content: `word${number}` })
  await memory.close()
  const driver = new Driver(file)
  driver.exec('delete from memory_words where rowid % 3 = 0')
  driver.exec(`insert into memory_words (rowid, content) values (5, 'stray')`)
  driver.exec(`update memory_totals set entries = 7`)
  driver.close()
  const again = reopen()
  expect(await again.check()).toEqual({
    ok: false,
    problems: [
      'Entries that cannot be found by their words: 100',
      'Words of entries that are not there: 1',
      'Wrong totals: tool',
    ],
  })
  expect(await again.reindex()).toBe(300)
  expect(await again.check()).toEqual({ ok: true, problems: [] })
  expect(await again.stats()).toMatchObject({ entries: 300 })
  for (const number of [0, 1, 2, 299])
    expect(await again.search(`word${number}`, 1)).toMatchObject([{ id: uuid(number) }])
  await again.close()

  const damaging = new Driver(file)
  damaging.unsafeMode()
  damaging.exec(`update memory_words_data set block = zeroblob(length(block)) where id > 1000`)
  damaging.close()
  const mended = reopen()
  expect(await mended.check()).toMatchObject({ ok: false })
  expect(await mended.reindex()).toBe(300)
  expect(await mended.check()).toEqual({ ok: true, problems: [] })
  expect(await mended.search('word299')).toMatchObject([{ id: uuid(299) }])
})
