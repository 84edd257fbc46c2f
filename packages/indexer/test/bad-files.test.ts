import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFolder, write } from './project-folder.ts'
import { openIndexer } from './project-graph.ts'

const runsAsRoot = process.getuid?.() === 0

async function problemsOf(root: string): Promise<readonly string[]> {
  const { indexer } = await openIndexer(root, { maxFileSize: 200_000 })
  const { diagnostics } = await indexer.run()
  return diagnostics.map(({ path, code }) => `${path} ${code}`)
}

describe('a file that cannot be indexed', () => {
  it.each([
    ['too-large', 'const a = 1\n'.repeat(20_000)],
    ['binary', Buffer.from([0x61, 0, 0x62])],
    ['binary', Buffer.from('\uFEFFconst a = 1', 'utf16le')],
    ['invalid-utf8', Buffer.from([0x22, 0xe9, 0x22])],
    ['minified', `${'a();'.repeat(20_000)}\n`],
    ['minified', `${'a();'.repeat(500)}\n`.repeat(50)],
  ])('is left out with a diagnostic: %s', async (code, data) => {
    const root = projectFolder('//- /good.ts\nexport const good = 1\n')
    write(root, 'bad.js', data)
    expect(await problemsOf(root)).toEqual([`bad.js ${code}`])
  })

  it('keeps a file whose one long line is a string literal', async () => {
    const root = projectFolder(`//- /page.ts\nexport const page = '${'<p>'.repeat(50_000)}'\n`)
    expect(await problemsOf(root)).toEqual([])
  })

  it.skipIf(runsAsRoot)('is left out with a diagnostic: unreadable, until it can be read', async () => {
    const root = projectFolder('//- /good.ts\nexport const good = 1\n//- /bad.ts\nexport const bad = 1\n')
    chmodSync(join(root, 'bad.ts'), 0)
    const { indexer } = await openIndexer(root)
    expect((await indexer.run()).diagnostics).toMatchObject([{ path: 'bad.ts', code: 'unreadable' }])
    chmodSync(join(root, 'bad.ts'), 0o644)
    expect(await indexer.run()).toMatchObject({ added: 1, diagnostics: [] })
  })

  it('is known to be left out the next time, and is read again when it was mended', async () => {
    const root = projectFolder('//- /bad.ts\na\0b\n')
    const { indexer } = await openIndexer(root)
    await indexer.run()
    expect(await indexer.run()).toMatchObject({ revision: 1, files: 0, diagnostics: [{ code: 'binary' }] })
    write(root, 'bad.ts', 'export const mended = 1\n')
    expect(await indexer.run()).toMatchObject({ revision: 2, added: 1, files: 1, diagnostics: [] })
  })

  it('leaves the graph when it becomes one', async () => {
    const root = projectFolder('//- /a.ts\nexport const a = 1\n')
    const { graph, indexer } = await openIndexer(root)
    await indexer.run()
    write(root, 'a.ts', 'a\0b')
    expect(await indexer.run()).toMatchObject({ removed: 1, files: 0, diagnostics: [{ code: 'binary' }] })
    expect([...(await graph.files()).keys()]).toEqual([])
  })
})

describe('a file with a syntax error', () => {
  it('keeps its good parts and says where the bad one is', async () => {
    const root = projectFolder('//- /a.ts\nexport function good() {}\nfunction bad( {\nexport const alsoGood = 1\n')
    const { graph, indexer } = await openIndexer(root)
    const { diagnostics } = await indexer.run()
    expect(diagnostics[0]).toMatchObject({ path: 'a.ts', code: 'syntax-error' })
    expect(diagnostics[0]?.start).toBeGreaterThan(0)
    expect((await graph.search('good', { exact: true })).total).toBe(1)
  })
})

describe('a folder with nothing to index', () => {
  it('gives an empty graph and says so', async () => {
    const { indexer } = await openIndexer(projectFolder('//- /README.md\nhello\n'))
    expect(await indexer.run()).toMatchObject({
      files: 0,
      symbols: 0,
      diagnostics: [{ path: '.', code: 'no-source-files' }],
    })
  })
})
