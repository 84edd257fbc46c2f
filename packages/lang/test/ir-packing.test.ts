import { lower } from '@forge/lang'
import { buildPdg } from '@forge/pdg'
import { functionHash, packIr, packPdg, unpackIr, unpackPdg } from '@forge/pdg/store'
import { expect, it } from 'vitest'
import { sourceFiles } from './source-files.ts'

it('every function of real files comes back from its bytes with its graph, and one hash is one function', () => {
  const known = new Map<string, string>()
  for (const { text, language } of sourceFiles(150)) {
    for (const ir of lower({ text, language }).functions) {
      const pdg = buildPdg(ir)
      const [packedIr, packedPdg] = [packIr(ir), packPdg(pdg)]
      expect(unpackIr(packedIr, ir)).toEqual(ir)
      expect(unpackPdg(packedPdg)).toEqual(pdg)
      const hash = functionHash(text.slice(ir.start, ir.end), ir)
      const bytes = Buffer.concat([packedIr, packedPdg]).toString('base64')
      expect(known.get(hash) ?? bytes).toBe(bytes)
      known.set(hash, bytes)
    }
  }
  expect(known.size).toBeGreaterThan(500)
})

it('a function has the same hash wherever it stands, and another one where what its names mean is different', () => {
  const twice = 'function twice(n) { return Math.max(n * 2, limit) }'
  const hashIn = (text: string) => {
    const ir = lower({ text, language: 'javascript' }).functions.find(({ name }) => name === 'twice')!
    return functionHash(text.slice(ir.start, ir.end), ir)
  }
  expect(hashIn(`const other = 1\n${twice}`)).toBe(hashIn(twice))
  expect(hashIn(`{ ${twice} }`)).toBe(hashIn(twice))
  expect(hashIn(twice.replace('*', '+'))).not.toBe(hashIn(twice))
  expect(hashIn(`const Math = mine\n${twice}`)).not.toBe(hashIn(twice))
  expect(hashIn(`let limit = 1\n${twice}`)).not.toBe(hashIn(twice))
})
