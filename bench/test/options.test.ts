import { expect, test } from 'vitest'
import { BenchUsageError } from '../src/bench-errors.ts'
import { parseOptions } from '../src/options.ts'

const systems = ['forge', 'optave']

test('without arguments all systems run five rounds on effect and the results are written', () => {
  expect(parseOptions([], systems)).toEqual({
    rounds: 5,
    corpus: 'effect',
    only: undefined,
    forge: undefined,
    write: true,
    help: false,
  })
})

test('a separator that a package manager passes on is skipped', () => {
  expect(parseOptions(['--', '--rounds', '7'], systems).rounds).toBe(7)
})

for (const args of [
  ['--rounds', '0'],
  ['--rounds', '1.5'],
  ['--rounds', 'many'],
  ['--corpus', 'nothing'],
  ['--only', 'forge,nobody'],
  ['--only', ','],
  ['--fast'],
  ['extra'],
]) {
  test(`${args.join(' ')} is refused`, () => {
    expect(() => parseOptions(args, systems)).toThrow(BenchUsageError)
  })
}
