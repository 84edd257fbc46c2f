import { buildPdg, type FunctionIr } from '@forge/pdg'
import { analysisVersion, createPdgStore, type FileToSave, functionHash } from '@forge/pdg/store'
import { describe, expect, it } from 'vitest'
import { hashIn, listOf, loadedOf, storeFile, tinyFile } from './store-file.ts'
import { lowerTiny } from './tiny-language.ts'

const text = 'a=x;f(b=a;?b;g(c=b);^c);d=f'

describe('a file', () => {
  it('comes back as it was saved', async () => {
    const { store } = await storeFile()
    const file = { ...tinyFile('a.tiny', text), contentHash: 'abc' }
    expect(await store.savePdg(file)).toMatchObject({ files: 1, functions: 3, added: 3, removed: 0 })
    expect(await store.loadPdg({ path: 'a.tiny' })).toEqual(loadedOf(file))
  })

  it('writes nothing when it is saved again', async () => {
    const { store } = await storeFile()
    await store.savePdg(tinyFile('a.tiny', text))
    const again = { ...tinyFile('a.tiny', text), pdg: noPdg }
    expect(await store.savePdg(again)).toEqual({ files: 1, functions: 3, added: 0, removed: 0, rows: 0 })
  })

  it('writes of an edit the functions around it and the row of the file, however many functions there are', async () => {
    const rows: number[] = []
    for (const many of [1, 50]) {
      const others = Array.from({ length: many }, (_, at) => `n${at}(p=q${at})`).join(';')
      const { store } = await storeFile()
      await store.savePdg(tinyFile('a.tiny', `${others};f(b=a;g(c=b))`))
      const built: string[] = []
      const edited = tinyFile('a.tiny', `${others};f(b=aa;g(c=b))`)
      const pdg = (ir: FunctionIr) => (built.push(ir.name), buildPdg(ir))
      const outcome = await store.savePdg({ ...edited, pdg })
      expect(outcome).toMatchObject({ functions: many + 3, added: 2, removed: 2 })
      expect(built).toEqual(['', 'f'])
      expect(await store.loadPdg({ path: 'a.tiny' })).toEqual(loadedOf(edited))
      rows.push(outcome.rows)
    }
    expect(rows[1]).toBe(rows[0])
  })

  it('writes its row and its module when code moves inside it, and no other function', async () => {
    const { store } = await storeFile()
    await store.savePdg(tinyFile('a.tiny', 'f(b=a);g(c=b;h(d=c))'))
    const moved = tinyFile('a.tiny', 'zzz=y;g(c=b;h(d=c));f(b=a)')
    const outcome = await store.savePdg({ ...moved, pdg: onlyModule })
    expect(outcome).toEqual({ files: 1, functions: 4, added: 1, removed: 1, rows: 6 })
    expect(await store.loadPdg({ path: 'a.tiny' })).toEqual(loadedOf(moved))
  })

  it('may have the same function twice', async () => {
    const { store } = await storeFile()
    const file = tinyFile('a.tiny', 'f(b=a);f(b=a)')
    expect(await store.savePdg(file)).toMatchObject({ functions: 3, added: 2 })
    const back = await store.loadPdg({ path: 'a.tiny' })
    expect(back).toEqual(loadedOf(file))
    expect(back?.hashes[1]).toBe(back?.hashes[2])
    expect(back?.ir.functions[1]?.instructions).toBe(back?.ir.functions[2]?.instructions)
  })

  it('may have no functions at all', async () => {
    const { store } = await storeFile()
    const file: FileToSave = { path: 'empty', text: '', ir: { functions: [] } }
    await store.savePdg(file)
    expect(await store.loadPdg({ path: 'empty' })).toEqual(loadedOf(file))
  })

  it('takes its functions with it, but not those that another file has', async () => {
    const { store } = await storeFile()
    await store.savePdg(tinyFile('a.tiny', 'f(b=a);g(c=b)'))
    expect(await store.savePdg({ ...tinyFile('b.tiny', 'zz=y;f(b=a)'), pdg: onlyModule })).toMatchObject({ added: 1 })
    expect(await store.stats()).toMatchObject({ files: 2, functions: 5, differentFunctions: 4 })
    expect(await store.removeFile('a.tiny')).toBe(true)
    expect(await store.stats()).toMatchObject({ files: 1, functions: 2, differentFunctions: 2 })
    expect(await store.loadPdg({ path: 'a.tiny' })).toBeUndefined()
    expect(await store.loadPdg({ path: 'b.tiny' })).toEqual(loadedOf(tinyFile('b.tiny', 'zz=y;f(b=a)')))
    expect(await store.removeFile('a.tiny')).toBe(false)
    await store.removeFile('b.tiny')
    expect(await store.stats()).toMatchObject({ files: 0, functions: 0, differentFunctions: 0, bytes: 0 })
  })

  it('is not there before it is saved', async () => {
    const { store } = await storeFile()
    expect(await store.loadPdg({ path: 'a.tiny' })).toBeUndefined()
    expect(await store.functionsOf('a.tiny')).toBeUndefined()
    expect(await store.functionAt('a.tiny', 0)).toBeUndefined()
    expect(await store.files()).toEqual([])
    expect(await store.removeFile('a.tiny')).toBe(false)
    expect(await store.stats()).toMatchObject({ files: 0, functions: 0 })
  })

  it('tells what its caller knows its content by', async () => {
    const { store } = await storeFile()
    await store.savePdg([{ ...tinyFile('b.tiny', 'a=b'), contentHash: 'one' }, tinyFile('a.tiny', text)])
    expect(await store.files()).toEqual([
      { path: 'a.tiny', contentHash: undefined, functions: 3 },
      { path: 'b.tiny', contentHash: 'one', functions: 1 },
    ])
    await store.savePdg({ ...tinyFile('b.tiny', 'a=b'), contentHash: 'two' })
    expect((await store.files())[1]?.contentHash).toBe('two')
  })

  it('has no content hash that counts where another version made its graphs, and is written anew', async () => {
    const { store, db } = await storeFile()
    const file = { ...tinyFile('a.tiny', text), contentHash: 'one' }
    await store.savePdg(file)
    const column = `${analysisVersion - 1} one`
    await db.kysely.updateTable('pdg_files').set({ content_hash: column }).execute()
    expect(await store.files()).toEqual([{ path: 'a.tiny', contentHash: undefined, functions: 3 }])
    expect(await store.loadPdg({ path: 'a.tiny' })).toEqual({ ...loadedOf(file), contentHash: undefined })
    expect(await store.savePdg(file)).toMatchObject({ rows: 1 })
    expect((await store.files())[0]?.contentHash).toBe('one')
  })

  it('goes with others, and what they had goes in the end', async () => {
    const { store } = await storeFile()
    const paths = Array.from({ length: 100 }, (_, at) => `${at}.tiny`)
    await store.savePdg(paths.map((path) => tinyFile(path, 'f(b=a)')))
    const kept = tinyFile('kept.tiny', 'zz=y;f(b=a)')
    await store.savePdg(kept)
    const outcome = await store.removeFiles([...paths, 'nothing.tiny'])
    expect(outcome).toEqual({ files: 100, functions: 0, added: 0, removed: 1, rows: 301 })
    expect(await listOf(store.loadPdg())).toEqual([loadedOf(kept)])
    expect(await store.removeFiles(paths)).toMatchObject({ files: 0, rows: 0 })
    await expect(store.removeFiles(['a', ''])).rejects.toMatchObject({ code: 'FORGE_PDG_INPUT' })
  })
})

describe('a function', () => {
  it('comes back from its place or by its hash', async () => {
    const { store } = await storeFile()
    const file = tinyFile('b.tiny', text)
    await store.savePdg([file, tinyFile('a.tiny', 'y=z;g(c=b)')])
    const [, f, g] = file.ir.functions
    const hash = hashIn(file, g!)
    expect(await store.loadPdg({ path: 'b.tiny', index: 1 })).toEqual({
      hash: hashIn(file, f!),
      ir: f,
      pdg: buildPdg(f!),
    })
    const first = lowerTiny('y=z;g(c=b)').functions[1]!
    expect(await store.loadPdg({ hash })).toEqual({ hash, ir: first, pdg: buildPdg(first) })
    expect(await store.loadPdg({ path: 'b.tiny', index: 3 })).toBeUndefined()
    expect(await store.loadPdg({ hash: '0'.repeat(64) })).toBeUndefined()
  })

  it('can be kept without a file, until it is removed', async () => {
    const { store } = await storeFile()
    const file = tinyFile('a.tiny', text)
    const ir = file.ir.functions[1]!
    const one = { text: text.slice(ir.start, ir.end), ir }
    const hash = functionHash(one.text, ir)
    expect(await store.savePdg(one)).toMatchObject({ files: 0, functions: 1, added: 1 })
    expect(await store.savePdg({ ...one, pdg: buildPdg(ir) })).toMatchObject({ added: 0, rows: 0 })
    expect(await store.loadPdg({ hash })).toEqual({ hash, ir, pdg: buildPdg(ir) })
    await store.savePdg(file)
    await store.removeFile('a.tiny')
    expect(await store.has(hash)).toBe(true)
    expect(await store.removeFunction(hash)).toBe(true)
    expect(await store.has(hash)).toBe(false)
    expect(await store.removeFunction(hash)).toBe(false)
  })

  it('stays with the files that have it when it is removed', async () => {
    const { store } = await storeFile()
    const file = tinyFile('a.tiny', text)
    await store.savePdg(file)
    expect(await store.removeFunction(hashIn(file, file.ir.functions[1]!))).toBe(false)
    expect(await store.loadPdg({ path: 'a.tiny' })).toEqual(loadedOf(file))
  })

  it('is found to be missing or not before its graph is made', async () => {
    const { store } = await storeFile()
    const file = tinyFile('a.tiny', text)
    const hashes = file.ir.functions.map((ir) => hashIn(file, ir))
    expect(await store.missing(hashes)).toEqual(new Set(hashes))
    await store.savePdg(file)
    const other = 'f'.repeat(64)
    expect(await store.missing([...hashes, other, other])).toEqual(new Set([other]))
    expect(await store.has(hashes[0]!)).toBe(true)
    expect(await store.has(other)).toBe(false)
  })

  it('may be hashed by the caller', async () => {
    const { store } = await storeFile()
    const file = tinyFile('a.tiny', text)
    await store.savePdg({ ...file, hashes: file.ir.functions.map((ir) => hashIn(file, ir)) })
    expect(await store.loadPdg({ path: 'a.tiny' })).toEqual(loadedOf(file))
  })
})

describe('a project', () => {
  it('is saved from a stream of files, and comes back as one', async () => {
    const { store } = await storeFile()
    const files = Array.from({ length: 150 }, (_, at) =>
      tinyFile(`${String(at).padStart(3, '0')}.tiny`, `m${at}=x;${text}`),
    )
    const outcome = await store.savePdg(streamOf(files.toReversed()))
    expect(outcome).toMatchObject({ files: 150, functions: 450, added: 152 })
    expect(await listOf(store.loadPdg())).toEqual(files.map((file) => loadedOf(file)))
  })

  it('keeps what is not among the files that are saved', async () => {
    const { store } = await storeFile()
    await store.savePdg([tinyFile('a.tiny', 'a=b')])
    await store.savePdg([tinyFile('b.tiny', 'b=c')])
    expect(await store.savePdg([])).toEqual({ files: 0, functions: 0, added: 0, removed: 0, rows: 0 })
    expect((await store.files()).map(({ path }) => path)).toEqual(['a.tiny', 'b.tiny'])
  })

  it('has nothing of another one', async () => {
    const { db, store } = await storeFile()
    const other = createPdgStore(db, { project: 'two' })
    const file = tinyFile('a.tiny', text)
    await store.savePdg(file)
    expect(await other.missing([hashIn(file, file.ir.functions[0]!)])).toHaveProperty('size', 1)
    expect(await listOf(other.loadPdg())).toEqual([])
    await other.savePdg(tinyFile('a.tiny', 'a=b'))
    await other.removeFile('a.tiny')
    expect(await store.loadPdg({ path: 'a.tiny' })).toEqual(loadedOf(file))
  })

  it('keeps a function that moves from file to file in one call', async () => {
    const { store } = await storeFile()
    const before = tinyFile('a.tiny', 'f(b=a)')
    await store.savePdg(before)
    const hash = hashIn(before, before.ir.functions[1]!)
    await store.setEmbedding(hash, Float32Array.of(1, 2))
    await store.savePdg([tinyFile('a.tiny', 'x=y'), { ...tinyFile('b.tiny', 'y=z;f(b=a)'), pdg: onlyModule }])
    expect(await store.embedding(hash)).toEqual(Float32Array.of(1, 2))
  })
})

function noPdg(): never {
  throw new Error('no graph was to be made')
}

function onlyModule(ir: FunctionIr) {
  return ir.parent < 0 ? buildPdg(ir) : noPdg()
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
