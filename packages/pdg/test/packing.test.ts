import { crc32 } from 'node:zlib'
import { isForgeError } from '@forge/errors'
import { buildPdg } from '@forge/pdg'
import { analysisVersion, functionHash, packIr, packPdg, unpackIr, unpackPdg } from '@forge/pdg/store'
import { hash as blake3 } from 'blake3-wasm'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyIr, anyPdg } from './random-graphs.ts'
import { lowerTiny } from './tiny-language.ts'

const ir = lowerTiny('a=b;?a;f(c=a);^c').functions[0]!
const pdg = buildPdg(ir)

describe('a function', () => {
  it('comes back from its bytes as it was, whatever is in its tables', () => {
    fc.assert(
      fc.property(anyIr, (one) => {
        expect(unpackIr(packIr(one), one)).toEqual(one)
      }),
    )
  })

  it('has the same bytes wherever it stands', () => {
    const moved = { ...ir, name: 'other', start: 100, end: 100 + ir.end, parent: 3, children: [7] }
    expect(packIr(moved)).toEqual(packIr(ir))
    expect(unpackIr(packIr(ir), moved)).toEqual(moved)
  })
})

describe('a hash', () => {
  it('is of the analysis, the text and the instructions', () => {
    const head = Uint8Array.of(analysisVersion, 2 * 3)
    const bytes = Buffer.concat([head, Buffer.from('a=b'), packIr(ir)])
    expect(functionHash('a=b', ir)).toBe(blake3(bytes).toString('hex'))
    expect(functionHash('a=c', ir)).not.toBe(functionHash('a=b', ir))
  })
})

describe('a graph', () => {
  it('comes back from its bytes as it was, whatever is in its tables', () => {
    fc.assert(
      fc.property(anyPdg, (one) => {
        expect(unpackPdg(packPdg(one))).toEqual(one)
      }),
    )
  })

  it('comes back as it was built', () => {
    expect(unpackPdg(packPdg(pdg))).toEqual(pdg)
  })
})

describe.each([
  ['unpackIr', packIr(ir), (bytes: Uint8Array) => unpackIr(bytes, ir)],
  ['unpackPdg', packPdg(pdg), (bytes: Uint8Array) => unpackPdg(bytes)],
])('%s', (_, packed, unpack) => {
  it('finds any damaged byte', () => {
    for (let at = 0; at < packed.length; at++) {
      const damaged = packed.slice()
      damaged[at]! ^= 1 << (at % 8)
      expect(() => unpack(damaged)).toThrow(expect.objectContaining({ code: 'FORGE_PDG_DAMAGED' }))
    }
  })

  it('finds that bytes are missing, or are something else', () => {
    for (let length = 0; length < packed.length; length++) {
      expect(() => unpack(packed.subarray(0, length))).toThrow(expect.objectContaining({ code: 'FORGE_PDG_DAMAGED' }))
    }
    expect(() => unpack(new TextEncoder().encode('not a graph at all'))).toThrow(
      expect.objectContaining({ code: 'FORGE_PDG_DAMAGED', hint: expect.any(String), details: { bytes: 18 } }),
    )
  })

  it('finds that there is more than was packed', () => {
    expect(() => unpack(sealed([...packed.subarray(0, -4), 0]))).toThrow(
      expect.objectContaining({ code: 'FORGE_PDG_DAMAGED' }),
    )
  })

  it('gives an answer or its error for any bytes whose checksum is right', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
        expect(['nothing', 'FORGE_PDG_DAMAGED']).toContain(thrownBy(() => unpack(sealed([1, ...body]))))
      }),
    )
  })

  it('says that a newer version of Forge has packed it', () => {
    expect(() => unpack(sealed([2, ...packed.subarray(1, -4)]))).toThrow(
      expect.objectContaining({
        code: 'FORGE_PDG_VERSION',
        hint: 'Update Forge',
        details: { version: 2, known: 1 },
      }),
    )
  })
})

/** Bytes with a checksum that is right. */
function sealed(body: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(body.length + 4)
  bytes.set(body)
  new DataView(bytes.buffer).setUint32(body.length, crc32(Uint8Array.from(body)))
  return bytes
}

/** The code of what is thrown. */
function thrownBy(work: () => unknown): unknown {
  try {
    work()
    return 'nothing'
  } catch (error) {
    return isForgeError(error) ? error.code : error
  }
}
