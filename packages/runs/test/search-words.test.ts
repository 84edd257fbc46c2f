import { array, assert, asyncProperty, constantFrom, oneof, string } from 'fast-check'
import Driver from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { searchDocument, searchWords, textsMatch } from '../src/search-words.ts'

describe('the words of a text', () => {
  test.each([
    ['Read file `src/a.ts`!', ['read', 'file', 'src', 'a', 'ts']],
    ['', []],
    ['"*" NEAR(a, b) -x', ['near', 'a', 'b', 'x']],
    ['Straße ÉCOLE İ', ['straße', 'école', 'i̇']],
    ['ﬁle Ｆｕｌｌ', ['file', 'full']],
    ['日本語を読む', ['日', '本', '語', 'を', '読', 'む']],
    ['한국어 텍스트', ['한국어', '텍스트']],
    ['a😀b', ['a', 'b']],
    ['a\0b\uE000c\ud800d', ['a', 'b', 'c', 'd']],
    ['x'.repeat(150), ['x'.repeat(100)]],
  ])('%j', (text, words) => {
    expect(searchWords(text)).toEqual(words)
  })

  test('are found by FTS5 exactly where they are', async () => {
    const db = new Driver(':memory:')
    db.exec(`create virtual table t using fts5(words, content='', contentless_delete=1, tokenize='ascii')`)
    const insert = db.prepare('insert into t (rowid, words) values (1, ?)')
    const remove = db.prepare('delete from t')
    const match = db.prepare('select rowid from t where t match ?')
    const piece = oneof(
      constantFrom(
        'read',
        'reading',
        'file',
        'a',
        'NEAR',
        'AND',
        '"',
        '*',
        '^',
        '日本',
        '語',
        'é',
        'e\u0301',
        '\0',
        ' ',
      ),
      string({ unit: 'binary', maxLength: 8 }),
    )
    const text = array(piece, { maxLength: 12 }).map((pieces) => pieces.join(' '))
    await assert(
      asyncProperty(
        array(text, { maxLength: 3 }),
        array(piece, { minLength: 1, maxLength: 2 }),
        async (texts, looked) => {
          remove.run()
          insert.run(searchDocument(texts))
          const words = searchWords(looked.join(' '))
          for (const prefix of [false, true]) {
            if (words.length === 0) continue
            const found = match.get(`"${words.join(' ')}"${prefix ? ' *' : ''}`) !== undefined
            expect(found).toBe(textsMatch(texts, { words, prefix }))
          }
        },
      ),
      { numRuns: 400 },
    )
    db.close()
  })
})
