import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median } from '../src/statistics.ts'

void test('the median of an odd number of values is the middle one, whatever their order', () => {
  assert.equal(median([9, 1, 10]), 9)
})

void test('the median of an even number of values is the mean of the middle two', () => {
  assert.equal(median([4, 1, 3, 100]), 3.5)
})

void test('no values have no median', () => {
  assert.throws(() => median([]), RangeError)
})
