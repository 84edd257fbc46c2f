import { buildPdg } from '@forge/pdg'
import { describe, expect, it } from 'vitest'
import { hashIn, listOf, storeFile, tinyFile } from './store-file.ts'

const text = 'a=x;f(b=a;?b;g(c=b);^c);d=f'

describe('without their graphs', () => {
  it('the functions of a file are listed with their sizes', async () => {
    const { store } = await storeFile()
    const file = tinyFile('a.tiny', text)
    await store.savePdg([file, tinyFile('b.tiny', 'g(c=b)')])
    const functions = await store.functionsOf('a.tiny')
    expect(functions).toEqual(
      file.ir.functions.map((ir, index) => {
        const { flow, control, data } = buildPdg(ir)
        return {
          path: 'a.tiny',
          index,
          name: ir.name,
          kind: ir.kind,
          start: ir.start,
          end: ir.end,
          parent: ir.parent,
          hash: hashIn(file, ir),
          instructions: ir.instructions.count,
          blocks: flow.graph.size,
          merges: data.nodes - ir.instructions.count,
          dataEdges: data.source.length,
          controlEdges: control.nodes.length,
        }
      }),
    )
    const all = await listOf(store.functions())
    expect(all.map(({ path, name }) => [path, name])).toEqual([
      ['a.tiny', ''],
      ['a.tiny', 'f'],
      ['a.tiny', 'g'],
      ['b.tiny', ''],
      ['b.tiny', 'g'],
    ])
    const different = [...new Map(all.map((one) => [one.hash, one])).values()]
    const { bytes, ...stats } = await store.stats()
    expect(bytes).toBeGreaterThan(100)
    expect(stats).toEqual({
      files: 2,
      functions: 5,
      differentFunctions: 4,
      embeddings: 0,
      instructions: sumOf(different, 'instructions'),
      blocks: sumOf(different, 'blocks'),
      merges: sumOf(different, 'merges'),
      dataEdges: sumOf(different, 'dataEdges'),
      controlEdges: sumOf(different, 'controlEdges'),
    })
  })

  it('the innermost function around an offset is found', async () => {
    const { store } = await storeFile()
    await store.savePdg(tinyFile('a.tiny', text))
    const nameAt = async (offset: number) => (await store.functionAt('a.tiny', offset))?.name
    expect(await nameAt(0)).toBe('')
    expect(await nameAt(text.indexOf('f('))).toBe('f')
    expect(await nameAt(text.indexOf('c=b'))).toBe('g')
    expect(await nameAt(text.indexOf('^c'))).toBe('f')
    expect(await nameAt(text.length - 1)).toBe('')
    expect(await nameAt(text.length)).toBeUndefined()
    await store.savePdg(tinyFile('one.tiny', 'f(b=a)'))
    expect(await store.functionAt('one.tiny', 0)).toMatchObject({ name: 'f', start: 0, end: 6 })
  })

  it('every place of a function is found', async () => {
    const { store } = await storeFile()
    const file = tinyFile('b.tiny', 'f(b=a);f(b=a)')
    await store.savePdg([file, tinyFile('a.tiny', 'x=y;f(b=a)')])
    const places = await store.places(hashIn(file, file.ir.functions[1]!))
    expect(places.map(({ path, index, start }) => [path, index, start])).toEqual([
      ['a.tiny', 1, 4],
      ['b.tiny', 1, 0],
      ['b.tiny', 2, 7],
    ])
    expect(await store.places('0'.repeat(64))).toEqual([])
  })
})

describe('an embedding', () => {
  it('is carried along while its function does not change, and goes with it', async () => {
    const { store } = await storeFile()
    const file = tinyFile('a.tiny', 'f(b=a);g(c=b)')
    await store.savePdg(file)
    const [, f, g] = file.ir.functions.map((ir) => hashIn(file, ir))
    const vector = Float32Array.of(0.1, -0, Number.MIN_VALUE, 3e38)
    expect(await store.setEmbedding(f!, vector)).toBe(true)
    expect(await store.setEmbedding(g!, Float32Array.of(1))).toBe(true)
    await store.savePdg(tinyFile('a.tiny', 'zz=y;f(b=a);g(c=bb)'))
    expect(await store.embedding(f!)).toEqual(vector)
    expect(await store.embedding(g!)).toBeUndefined()
    expect(await store.stats()).toMatchObject({ embeddings: 1 })
    await store.savePdg(file)
    expect(await store.embedding(g!)).toBeUndefined()
  })

  it('is replaced, and taken away', async () => {
    const { store } = await storeFile()
    const file = tinyFile('a.tiny', 'a=b')
    await store.savePdg(file)
    const hash = hashIn(file, file.ir.functions[0]!)
    await store.setEmbedding(hash, Float32Array.of(1))
    await store.setEmbedding(hash, Float32Array.of(2, 3))
    expect(await store.embedding(hash)).toEqual(Float32Array.of(2, 3))
    await store.setEmbedding(hash, Float32Array.of(4, 5, 6).subarray(1))
    expect(await store.embedding(hash)).toEqual(Float32Array.of(5, 6))
    await store.setEmbedding(hash, null)
    expect(await store.embedding(hash)).toBeUndefined()
    expect(await store.setEmbedding('0'.repeat(64), Float32Array.of(1))).toBe(false)
  })
})

function sumOf<Name extends string>(rows: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return rows.reduce((sum, row) => sum + row[name], 0)
}
