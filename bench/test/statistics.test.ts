import { expect, test } from 'vitest'
import { median } from '../src/statistics.ts'

test('the median of an odd number of values is the middle one, whatever their order', () => {
  expect(median([9, 1, 10])).toBe(9)
})

test('the median of an even number of values is the mean of the middle two', () => {
  expect(median([4, 1, 3, 100])).toBe(3.5)
})

test('no values have no median', () => {
  expect(() => median([])).toThrow(RangeError)
})
