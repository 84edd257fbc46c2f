import { buildPdg } from '@forge/pdg'
import { createPdgStore, functionHash, pdgMigrations } from '@forge/pdg/store'
import { createSchemaManager } from '@forge/migrate'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { listOf, storeFile, tinyFile } from './store-file.ts'
import { lowerTiny } from './tiny-language.ts'

const text = 'f(b=a);g(c=b)'

describe('a damaged graph', () => {
  it('is an error that names the function, and is mended by saving its file with `rewrite`', async () => {
    const { db, store } = await storeFile()
    const file = tinyFile('a.tiny', text)
    await store.savePdg(file)
    await sql`update pdg_graphs set pdg = cast(substr(pdg, 1, 5) || x'ff' || substr(pdg, 7) as blob) where function = 2`.execute(
      db.kysely,
    )
    const error = { code: 'FORGE_PDG_DAMAGED', hint: expect.stringContaining('rewrite') }
    await expect(store.loadPdg({ path: 'a.tiny' })).rejects.toMatchObject({
      ...error,
      details: { path: 'a.tiny', index: 1 },
    })
    const ir = file.ir.functions[1]!
    const hash = functionHash('f(b=a)', ir)
    await expect(store.loadPdg({ hash })).rejects.toMatchObject({ ...error, details: { hash } })
    await expect(listOf(store.loadPdg())).rejects.toMatchObject(error)
    expect(await store.loadPdg({ path: 'a.tiny', index: 2 })).toMatchObject({ ir: { name: 'g' } })
    await store.savePdg(file)
    await expect(store.loadPdg({ path: 'a.tiny' })).rejects.toMatchObject(error)
    await store.savePdg(file, { rewrite: true })
    expect((await store.loadPdg({ path: 'a.tiny' }))?.ir).toEqual(file.ir)
  })

  it('costs no other question its answer', async () => {
    const { db, store } = await storeFile()
    await store.savePdg(tinyFile('a.tiny', text))
    await sql`update pdg_graphs set pdg = x'', ir = 'text'`.execute(db.kysely)
    expect(await store.functionAt('a.tiny', 1)).toMatchObject({ name: 'f' })
    expect(await store.stats()).toMatchObject({ functions: 3 })
  })
})

describe('a damaged list of functions', () => {
  it('is an error, and is mended by saving the file again', async () => {
    const { db, store } = await storeFile()
    await store.savePdg([tinyFile('a.tiny', text), tinyFile('b.tiny', 'x=y')])
    await sql`update pdg_files set layout = x'01020304050607' where path = 'a.tiny'`.execute(db.kysely)
    await expect(store.loadPdg({ path: 'a.tiny' })).rejects.toMatchObject({ code: 'FORGE_PDG_DAMAGED' })
    await expect(store.functionsOf('a.tiny')).rejects.toMatchObject({ code: 'FORGE_PDG_DAMAGED' })
    expect(await store.loadPdg({ path: 'b.tiny' })).toBeDefined()
    const edited = tinyFile('a.tiny', 'f(b=a)')
    await store.savePdg(edited)
    expect((await store.loadPdg({ path: 'a.tiny' }))?.ir).toEqual(edited.ir)
    expect(await store.stats()).toMatchObject({ functions: 3, differentFunctions: 3 })
  })

  it('does not keep its file from being removed', async () => {
    const { db, store } = await storeFile()
    await store.savePdg(tinyFile('a.tiny', text))
    await sql`update pdg_files set layout = x''`.execute(db.kysely)
    expect(await store.removeFile('a.tiny')).toBe(true)
    expect(await store.stats()).toMatchObject({ files: 0, differentFunctions: 0 })
  })
})

const file = tinyFile('a.tiny', text)

describe('what is refused', () => {
  it.each([
    ['a project without a name', (db) => createPdgStore(db, { project: '' })],
    ['a project that is no text', (db) => createPdgStore(db, { project: 3 as never })],
  ] as readonly (readonly [string, (db: Awaited<ReturnType<typeof storeFile>>['db']) => unknown])[])(
    '%s',
    async (_, create) => {
      const { db } = await storeFile()
      expect(() => create(db)).toThrow(expect.objectContaining({ code: 'FORGE_PDG_INPUT' }))
    },
  )

  const hash = '0'.repeat(64)
  it.each([
    ['a file without a path', (store) => store.savePdg({ ...file, path: '' }), { path: '' }],
    ['a path with half of a pair', (store) => store.savePdg({ ...file, path: 'a\ud800' }), { path: 'a\ud800' }],
    ['a path with a zero', (store) => store.savePdg({ ...file, path: 'a\0' }), { path: 'a\0' }],
    ['functions of another text', (store) => store.savePdg({ ...file, text: 'f(b=a)' }), { index: 0, length: 6 }],
    ['nothing at all', (store) => store.savePdg(undefined as never), { text: 'undefined', ir: 'undefined' }],
    ['a list with nothing in it', (store) => store.savePdg([null as never]), { path: 'undefined' }],
    ['a file without its text', (store) => store.savePdg({ ...file, text: undefined as never }), { text: 'undefined' }],
    ['a file without functions', (store) => store.savePdg({ ...file, ir: {} as never }), { functions: 'undefined' }],
    [
      'a content hash that is no text',
      (store) => store.savePdg({ ...file, contentHash: 3 as never }),
      { contentHash: 'number' },
    ],
    ['a path in place of paths', (store) => store.removeFiles('a.tiny'), { path: 'undefined' }],
    ['too few hashes', (store) => store.savePdg({ ...file, hashes: [] }), { functions: 3, hashes: 0 }],
    ['a hash that is none', (store) => store.savePdg({ ...file, hashes: ['x', hash, hash] }), { hash: 'x' }],
    ['a function with another text', (store) => store.savePdg({ text, ir: file.ir.functions[1]! }), { length: 13 }],
    ['a hash in capitals', (store) => store.has('A'.repeat(64)), { hash: 'A'.repeat(64) }],
    ['a hash that is no text', (store) => store.missing([3 as never]), { hash: 'number' }],
    ['a function by a hash that is none', (store) => store.loadPdg({ hash: 'abc' }), { hash: 'abc' }],
    ['an offset below 0', (store) => store.functionAt('a.tiny', -1), { offset: -1 }],
    ['an offset that is no whole number', (store) => store.functionAt('a.tiny', 0.5), { offset: 0.5 }],
    ['an embedding without numbers', (store) => store.setEmbedding(hash, new Float32Array(0)), { type: 'object' }],
    ['an embedding of other numbers', (store) => store.setEmbedding(hash, [1] as never), { type: 'object' }],
  ] as readonly (readonly [
    string,
    (store: Awaited<ReturnType<typeof storeFile>>['store']) => Promise<unknown>,
    object,
  ])[])('%s, and nothing is written', async (_, refused, details) => {
    const { store } = await storeFile()
    await expect(refused(store)).rejects.toMatchObject({
      code: 'FORGE_PDG_INPUT',
      hint: expect.any(String),
      details: expect.objectContaining(details),
    })
    expect(await store.files()).toEqual([])
  })

  it('a function with columns of different lengths, whoever makes its graph', async () => {
    const { store } = await storeFile()
    const [ir] = lowerTiny('a=b').functions
    const broken = { ...ir!, instructions: { ...ir!.instructions, op: new Uint8Array(1) } }
    const saved = store.savePdg({ path: 'a', text: 'a=b', ir: { functions: [broken] }, pdg: () => buildPdg(ir!) })
    await expect(saved).rejects.toMatchObject({ code: 'FORGE_PDG_IR', hint: expect.any(String) })
    expect(await store.files()).toEqual([])
  })

  it('a graph that cannot be made, and the file stays as it was', async () => {
    const { store } = await storeFile()
    await store.savePdg(file)
    const broken = new Error('no graph')
    const edited = tinyFile('a.tiny', 'f(b=a);g(c=bb)')
    const pdg = (): never => {
      throw broken
    }
    await expect(store.savePdg({ ...edited, pdg })).rejects.toBe(broken)
    expect((await store.loadPdg({ path: 'a.tiny' }))?.ir).toEqual(file.ir)
  })
})

describe('a database that cannot be used', () => {
  it('is an error with a remedy before it is migrated, and after it is closed', async () => {
    const { db, store } = await storeFile()
    await createSchemaManager({ db: db.kysely, migrations: pdgMigrations }).down()
    const error = { code: expect.stringMatching(/^FORGE_/), hint: expect.any(String) }
    await expect(store.files()).rejects.toMatchObject(error)
    await expect(store.savePdg(file)).rejects.toMatchObject(error)
    await db.close()
    await expect(store.files()).rejects.toMatchObject(error)
    await expect(listOf(store.loadPdg())).rejects.toMatchObject(error)
  })
})
