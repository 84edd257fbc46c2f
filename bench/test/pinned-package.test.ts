import { expect, test } from 'vitest'
import { verifyIntegrity } from '../src/pinned-package.ts'

const empty = 'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=='

test('bytes with the pinned digest are accepted', () => {
  expect(() => verifyIntegrity('nothing', new Uint8Array(), empty)).not.toThrow()
})

test('other bytes are refused, and the error tells the pinned digest', () => {
  expect(() => verifyIntegrity('something', new Uint8Array(1), empty)).toThrow(
    expect.objectContaining({ code: 'FORGE_BENCH_INTEGRITY', details: expect.objectContaining({ pinned: empty }) }),
  )
})
