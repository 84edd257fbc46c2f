import { buildPdg } from '@forge/pdg'
import { type FileToSave, functionHash } from '@forge/pdg/store'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyIr, anyPdg } from './random-graphs.ts'
import { listOf, storeFile, tinyFile } from './store-file.ts'

const statement = fc.constantFrom('a=b', '?a', '^b', 'f(b=a)', 'g(c=b;f(b=a))', 'h(f(b=a);f(b=a))')
const text = fc.array(statement, { maxLength: 5 }).map((statements) => statements.join(';'))
const path = fc.constantFrom('a', 'b', 'c')
const change = fc.oneof(
  fc.record({
    kind: fc.constant('save' as const),
    files: fc.array(fc.record({ path, text }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('remove' as const), path }),
)

it('has after any changes the files that were saved last, their functions, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      const { store, db } = await storeFile()
      const model = new Map<string, FileToSave>()
      const removed: (readonly [boolean, boolean])[] = []
      for (const one of changes) {
        if (one.kind === 'remove') {
          removed.push([await store.removeFile(one.path), model.delete(one.path)])
        } else {
          const files = one.files.map((file) => tinyFile(file.path, file.text))
          for (const file of files) model.set(file.path, file)
          await store.savePdg(files)
        }
      }
      expect(removed.filter(([was, should]) => was !== should)).toEqual([])
      const files = [...model.values()].toSorted((left, right) => (left.path < right.path ? -1 : 1))
      const loaded = await listOf(store.loadPdg())
      expect(loaded.map((file) => [file.path, file.ir.functions, file.pdgs])).toEqual(
        files.map((file) => [file.path, file.ir.functions, file.ir.functions.map((ir) => buildPdg(ir))]),
      )
      const hashes = files.map((file) =>
        file.ir.functions.map((ir) => functionHash(file.text.slice(ir.start, ir.end), ir)),
      )
      const different = new Set(hashes.flat()).size
      const uses = hashes.reduce((sum, of) => sum + new Set(of).size, 0)
      const count = async (table: 'pdg_functions' | 'pdg_graphs' | 'pdg_uses'): Promise<number> =>
        (await db.kysely.selectFrom(table).select('project').execute()).length
      expect(await count('pdg_functions')).toBe(different)
      expect(await count('pdg_graphs')).toBe(different)
      expect(await count('pdg_uses')).toBe(uses)
    }),
    { numRuns: 25 },
  )
})

it('gives back whatever tables it is given', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyIr, anyPdg, fc.nat({ max: 50 }), fc.nat()), { maxLength: 6 }),
      async (all) => {
        const { store } = await storeFile()
        const file = 'x'.repeat(100)
        const functions = all.map(([ir, , length, seed], index) => ({
          ...ir,
          start: length,
          end: length + (seed % 50),
          parent: (seed % (index + 1)) - 1,
        }))
        const pdgs = all.map(([, pdg]) => pdg)
        // Two may be the same function, of which one graph is kept.
        const hashes = functions.map((ir) => functionHash(file.slice(ir.start, ir.end), ir))
        fc.pre(new Set(hashes).size === hashes.length)
        await store.savePdg({ path: 'any', text: file, ir: { functions }, pdg: (_, index) => pdgs[index]! })
        const back = await store.loadPdg({ path: 'any' })
        expect(back?.ir.functions).toEqual(functions)
        expect(back?.pdgs).toEqual(pdgs)
      },
    ),
    { numRuns: 25 },
  )
})
