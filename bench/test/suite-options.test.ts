import { expect, test } from 'vitest'
import { BenchUsageError } from '../src/bench-errors.ts'
import { parseSuiteOptions } from '../src/suite/options.ts'

const measurements = ['pool', 'statements']

test('without arguments everything is measured in five rounds and the results are written', () => {
  expect(parseSuiteOptions([], measurements)).toEqual({
    rounds: 5,
    only: undefined,
    small: false,
    write: true,
    help: false,
  })
})

test('results of a part, or of little work, are not written', () => {
  expect(parseSuiteOptions(['--only', 'pool'], measurements)).toMatchObject({ only: ['pool'], write: false })
  expect(parseSuiteOptions(['--small'], measurements)).toMatchObject({ small: true, write: false })
  expect(parseSuiteOptions(['--no-write'], measurements)).toMatchObject({ write: false })
})

for (const args of [['--rounds', '0'], ['--only', 'nothing'], ['--only', ','], ['--fast'], ['extra']]) {
  test(`${args.join(' ')} is refused`, () => {
    expect(() => parseSuiteOptions(args, measurements)).toThrow(BenchUsageError)
  })
}
