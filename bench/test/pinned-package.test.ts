import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BenchIntegrityError } from '../src/bench-errors.ts'
import { verifyIntegrity } from '../src/pinned-package.ts'

const empty = 'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=='

void test('bytes with the pinned digest are accepted', () => {
  verifyIntegrity('nothing', new Uint8Array(), empty)
})

void test('other bytes are refused, and the error tells both digests', () => {
  assert.throws(
    () => verifyIntegrity('something', new Uint8Array(1), empty),
    (error) => error instanceof BenchIntegrityError && error.details?.['pinned'] === empty,
  )
})
