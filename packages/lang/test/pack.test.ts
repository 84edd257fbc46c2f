import { extract, packFacts, packTexts, PackedFactsError, unpackFacts } from '@forge/lang'
import type { Language } from '@forge/lang'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sourceFiles } from './source-files.ts'

const words = [
  ...'const let var function class interface type enum namespace import export default from as async await yield return'.split(
    ' ',
  ),
  ...'if else for while switch case try catch new this super static get set extends implements typeof keyof infer'.split(
    ' ',
  ),
  ...'a b c A B T 1 "s" `t${a}` /r/ #p @d <A/> => = ( ) { } [ ] < > , ; : ? . ... + - * && || ?? ! | & \n é 😀'.split(
    ' ',
  ),
]
const soup = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(' '))
const languages = fc.constantFrom<Language>('typescript', 'tsx', 'javascript', 'jsx')

function failureOf(bytes: Uint8Array): unknown {
  try {
    unpackFacts(bytes)
    return null
  } catch (error) {
    return error
  }
}

describe('packed facts', () => {
  it('come back as they were', () => {
    for (const { text, language } of sourceFiles(40)) {
      const facts = extract({ text, language })
      expect(unpackFacts(packFacts(facts), packTexts(facts))).toEqual(facts)
    }
  })

  it('come back as they were for any text, which always gives the same bytes', () => {
    fc.assert(
      fc.property(soup, languages, (text, language) => {
        const facts = extract({ text, language })
        const packed = packFacts(facts)
        expect(unpackFacts(packed, packTexts(facts))).toEqual(facts)
        expect(Buffer.compare(packFacts(extract({ text, language })), packed)).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  it('come back with lone surrogates replaced', () => {
    const facts = extract({ text: 'const o = { "\\ud800": 1 }', language: 'typescript' })
    expect(unpackFacts(packFacts(facts), packTexts(facts))).toEqual(facts)
    expect(facts.strings).toContain('\uFFFD')
  })

  it('have no texts and no digests where those are not given', () => {
    const facts = extract({ text: '/** Doc. */ export function f(a: number) {}', language: 'typescript' })
    expect(facts.texts).toEqual(['export function f(a: number)', 'Doc.'])
    const none = new Int32Array(facts.symbols.count).fill(-1)
    const symbols = { ...facts.symbols, signature: none, doc: none, hash: new Uint8Array(0) }
    expect(unpackFacts(packFacts(facts))).toEqual({ ...facts, texts: [], symbols })
  })

  it('are refused with the texts of other facts', () => {
    const [one, other] = ['let a', 'let a, b'].map((text) => extract({ text, language: 'typescript' }))
    expect(() => unpackFacts(packFacts(one!), packTexts(other!))).toThrow(PackedFactsError)
  })

  it('are refused where they are something else', () => {
    for (const bytes of [new Uint8Array(), Uint8Array.of(1, 2, 3), Buffer.from('{"a":1}'), new Uint8Array(1000)]) {
      expect(() => unpackFacts(bytes)).toThrow(PackedFactsError)
    }
  })

  it('are refused where another version packed them', () => {
    const packed = packFacts(extract({ text: 'let a', language: 'typescript' }))
    packed[3]! += 1
    expect(failureOf(packed)).toMatchObject({
      code: 'FORGE_LANG_PACKED_FACTS',
      details: { extractor: expect.any(Number) },
    })
  })

  it('are refused or read, and nothing else happens, where they are damaged', () => {
    const packed = packFacts(extract({ text: 'export function f(a: string) { return f(a) }', language: 'typescript' }))
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const damaged = cut ? packed.slice(0, at) : packed.slice()
        if (!cut) damaged[at] = byte
        const failure = failureOf(damaged)
        expect(failure === null || failure instanceof PackedFactsError).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
