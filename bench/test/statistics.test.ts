import { expect, test } from 'vitest'
import { median, percentile } from '../src/statistics.ts'

test('the median of an odd number of values is the middle one, whatever their order', () => {
  expect(median([9, 1, 10])).toBe(9)
})

test('the median of an even number of values is the mean of the middle two', () => {
  expect(median([4, 1, 3, 100])).toBe(3.5)
})

test('no values have no median', () => {
  expect(() => median([])).toThrow(RangeError)
})

test('a percentile is the value that the share of all values does not exceed', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index)
  expect([0, 0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([1, 100, 198, 200])
  expect(percentile([7], 0.99)).toBe(7)
  expect(() => percentile([], 0.5)).toThrow(RangeError)
})
