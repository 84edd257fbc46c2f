import { describe, expect, test } from 'vitest'
import { day, emptyMemory, uuid } from './memories.ts'

/** Writes the contents, and answers with those that a search finds, the best one first. */
async function finder(contents: readonly string[]) {
  const { memory } = emptyMemory()
  await memory.writeMany(contents.map((content, index) => ({ id: uuid(index), type: 'context', content })))
  return async (query: string) => (await memory.search(query)).map(({ content }) => content)
}

describe('searching', () => {
  test('finds entries that have all words, in any order and case', async () => {
    const find = await finder(['The pool waits for a lock', 'A lock on the door', 'nothing of the kind'])
    expect(await find('LOCK pool')).toEqual(['The pool waits for a lock'])
    expect((await find('lock')).toSorted()).toEqual(['A lock on the door', 'The pool waits for a lock'])
    expect(await find('unknown')).toEqual([])
  })

  test('takes words for beginnings where whole words are too few', async () => {
    const { memory } = emptyMemory()
    await memory.write(uuid(1), { type: 'tool', content: 'connecting to it' })
    await memory.write(uuid(2), { type: 'tool', content: 'they connect' })
    const hits = await memory.search('connect')
    expect(hits.map(({ content, match }) => [content, match])).toEqual([
      ['they connect', 'words'],
      ['connecting to it', 'prefixes'],
    ])
  })

  test('takes some of the words where no entry has all of them', async () => {
    const { memory } = emptyMemory()
    await memory.write(uuid(1), { type: 'tool', content: 'the database listens on port 5432' })
    await memory.write(uuid(2), { type: 'tool', content: 'the cat sat' })
    const hits = await memory.search('which port does the database use')
    expect(hits[0]).toMatchObject({ content: 'the database listens on port 5432', match: 'some' })
  })

  test('counts a title and tags more than the content', async () => {
    const { memory } = emptyMemory()
    await memory.write(uuid(1), { type: 'file', content: 'a lock, and so on' })
    await memory.write(uuid(2), { type: 'file', content: 'and so on', metadata: { title: 'The lock' } })
    await memory.write(uuid(3), { type: 'file', content: 'something else entirely' })
    const hits = await memory.search('lock')
    expect(hits.map(({ id }) => id)).toEqual([uuid(2), uuid(1)])
  })

  test('puts the newer of two equals first', async () => {
    const { memory, clock } = emptyMemory()
    const content = 'the build was broken'
    await memory.write(uuid(1), { type: 'error', content })
    await memory.write(uuid(2), { type: 'error', content, metadata: { timestamp: clock.now - 90 * day } })
    expect((await memory.search('build')).map(({ id }) => id)).toEqual([uuid(1), uuid(2)])
  })

  test('finds the parts of a name in camel case, and the name', async () => {
    const find = await finder(['throws PoolTimeoutError at once', 'calls parseHTMLDocument'])
    expect(await find('timeout')).toEqual(['throws PoolTimeoutError at once'])
    expect(await find('pooltimeouterror')).toEqual(['throws PoolTimeoutError at once'])
    expect(await find('html document')).toEqual(['calls parseHTMLDocument'])
  })

  test('finds paths and names with underscores as they are written', async () => {
    const find = await finder(['see src/pool.ts and read_file', 'a file to read, a pool'])
    expect(await find('src/pool.ts')).toEqual(['see src/pool.ts and read_file'])
    expect(await find('read_file')).toEqual(['see src/pool.ts and read_file'])
  })

  test('finds words in scripts without spaces, also of one and two characters', async () => {
    const find = await finder(['東京都に住む', '京都の寺', 'กรุงเทพมหานคร', 'ソート済みabc都市'])
    expect((await find('京都')).toSorted()).toEqual(['京都の寺', '東京都に住む'])
    expect((await find('都')).toSorted()).toEqual(['ソート済みabc都市', '京都の寺', '東京都に住む'].toSorted())
    expect(await find('東京都')).toEqual(['東京都に住む'])
    expect(await find('มหานคร')).toEqual(['กรุงเทพมหานคร'])
    expect(await find('みabc都')).toEqual(['ソート済みabc都市'])
  })

  test('finds emoji, and words whatever their accents and forms', async () => {
    const find = await finder(['ship it 🚀', 'Ünïcödé café', 'ﬁne ＦＵＬＬ', 'ΟΔΟΣ'])
    expect(await find('🚀')).toEqual(['ship it 🚀'])
    expect(await find('unicode cafe\u0301')).toEqual(['Ünïcödé café'])
    expect(await find('fine full')).toEqual(['ﬁne ＦＵＬＬ'])
    expect(await find('οδός')).toEqual(['ΟΔΟΣ'])
  })

  test.each([
    ['"lock'],
    ['lock*'],
    ['(lock'],
    ['lock)'],
    ['%lock%'],
    ["lock'"],
    ['content:lock'],
    ['^lock'],
    ['-lock'],
    ['+lock'],
    ['{lock}'],
    ['lock AND'],
    ['NOT lock'],
    ['lock OR'],
    ['NEAR(lock'],
    ['lock\0'],
    ['\ud83dlock'],
    ['; drop table memories; lock'],
  ])('takes %j for words, not for syntax', async (query) => {
    const find = await finder(['a lock and not an or near it, the content of drop table memories'])
    expect(await find(query)).toHaveLength(1)
  })

  test('looks for the first words of a query that is far too long', async () => {
    const find = await finder(['a needle in it', 'hay'])
    expect(await find(`needle ${'hay '.repeat(300_000)}`)).toHaveLength(2)
    const words = Array.from({ length: 20_000 }, (_, index) => `w${index}`)
    expect(await find(`needle ${words.join(' ')}`)).toEqual(['a needle in it'])
    expect(await find(words.join('.'))).toEqual([])
    expect(await find('東'.repeat(100_000))).toEqual([])
    expect(await find('x'.repeat(1_000_000))).toEqual([])
    expect(await find('*'.repeat(1_000_000))).toEqual([])
  })

  test('finds nothing for a text without words', async () => {
    const find = await finder(['***', 'something'])
    for (const query of ['', '   ', '***', '"', '\0', '%', '()']) expect(await find(query)).toEqual([])
  })

  test('finds among what passes a filter', async () => {
    const { memory, clock } = emptyMemory()
    const content = 'the lock'
    await memory.write(uuid(1), { type: 'tool', content, metadata: { sessionId: 'S 1', tags: ['a b', 'C'] } })
    await memory.write(uuid(2), { type: 'error', content, metadata: { sessionId: 's 1', tags: ['a', 'b', 'c'] } })
    await memory.write(uuid(3), { type: 'error', content, metadata: { timestamp: clock.now - day } })
    const ids = async (query: object) => (await memory.search({ text: 'lock', ...query })).map(({ id }) => id)
    expect(await ids({ types: ['tool'] })).toEqual([uuid(1)])
    expect(await ids({ types: ['tool', 'error'], sessionId: 's 1' })).toEqual([uuid(2)])
    expect(await ids({ sessionId: 'S 1' })).toEqual([uuid(1)])
    expect(await ids({ tags: ['a b'] })).toEqual([uuid(1)])
    expect(await ids({ tags: ['a', 'c'] })).toEqual([uuid(2)])
    expect(await ids({ tags: ['c', 'x'] })).toEqual([])
    expect(await ids({ since: clock.now - day, until: clock.now })).toEqual([uuid(3)])
    expect(await ids({ sessionId: '"' })).toEqual([])
    expect(await ids({ types: [] })).toEqual([])
    // What a filter looks for is no word of the text.
    expect(await memory.search('tool')).toEqual([])
  })
})
