import { hashOf, isNodeHash, nodeHashBytes, nodeHashOfBytes, parseNodeHash } from '@forge/incremental'
import { assert, property, uint8Array } from 'fast-check'
import { expect, it } from 'vitest'

it('is BLAKE3', () => {
  // The test vector of the empty input in the BLAKE3 repository (test_vectors.json).
  expect(hashOf('')).toBe('af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262')
  expect(hashOf('é')).toBe(hashOf(new TextEncoder().encode('é')))
})

it('goes to bytes and back', () => {
  assert(
    property(uint8Array(), (bytes) => {
      const hash = hashOf(bytes)
      expect(isNodeHash(hash)).toBe(true)
      expect(nodeHashOfBytes(nodeHashBytes(hash))).toBe(hash)
      expect(parseNodeHash(hash.toUpperCase())).toBe(hash)
    }),
  )
})

it('refuses what is no hash', () => {
  for (const text of ['', 'a'.repeat(63), 'a'.repeat(65), 'g'.repeat(64), ` ${'a'.repeat(63)}`]) {
    expect(isNodeHash(text)).toBe(false)
    expect(() => parseNodeHash(text)).toThrow(expect.objectContaining({ code: 'FORGE_NODE_HASH' }))
  }
  expect(isNodeHash('A'.repeat(64))).toBe(false)
  expect(() => nodeHashOfBytes(new Uint8Array(31))).toThrow('31 bytes are no content hash')
})
