import { buildPdg } from '@forge/pdg'
import { functionHash } from '@forge/pdg/store'
import { describe, expect, it } from 'vitest'
import { storeFile, tinyFile } from './store-file.ts'

const text = 'a=x;f(b=a;?b;g(c=b);^c);d=f'

describe('a file', () => {
  it('comes back as it was saved', async () => {
    const { store } = await storeFile()
    const file = tinyFile('a.tiny', text)
    expect(await store.savePdg({ ...file, contentHash: 'abc' })).toMatchObject({ files: 1, functions: 3, added: 3 })
    const loaded = await store.loadPdg({ path: 'a.tiny' })
    expect(loaded).toEqual({
      path: 'a.tiny',
      contentHash: 'abc',
      ir: file.ir,
      pdgs: file.ir.functions.map((ir) => buildPdg(ir)),
      hashes: file.ir.functions.map((ir) => functionHash(text.slice(ir.start, ir.end), ir)),
    })
  })
})
