import { expect, test } from 'vitest'
import { BenchUsageError } from '../src/bench-errors.ts'
import { parseStorageOptions } from '../src/storage/options.ts'

const measurements = ['pool', 'statements']

test('without arguments everything is measured in five rounds and the results are written', () => {
  expect(parseStorageOptions([], measurements)).toEqual({
    rounds: 5,
    only: undefined,
    small: false,
    write: true,
    help: false,
  })
})

test('results of a part, or of little work, are not written', () => {
  expect(parseStorageOptions(['--only', 'pool'], measurements)).toMatchObject({ only: ['pool'], write: false })
  expect(parseStorageOptions(['--small'], measurements)).toMatchObject({ small: true, write: false })
  expect(parseStorageOptions(['--no-write'], measurements)).toMatchObject({ write: false })
})

for (const args of [['--rounds', '0'], ['--only', 'nothing'], ['--only', ','], ['--fast'], ['extra']]) {
  test(`${args.join(' ')} is refused`, () => {
    expect(() => parseStorageOptions(args, measurements)).toThrow(BenchUsageError)
  })
}
