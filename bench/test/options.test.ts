import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BenchUsageError } from '../src/bench-errors.ts'
import { parseOptions } from '../src/options.ts'

const systems = ['forge', 'optave']

void test('without arguments all systems run five rounds on effect and the results are written', () => {
  assert.deepEqual(parseOptions([], systems), {
    rounds: 5,
    corpus: 'effect',
    only: undefined,
    forge: undefined,
    write: true,
    help: false,
  })
})

void test('a separator that a package manager passes on is skipped', () => {
  assert.equal(parseOptions(['--', '--rounds', '7'], systems).rounds, 7)
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
  void test(`${args.join(' ')} is refused`, () => {
    assert.throws(() => parseOptions(args, systems), BenchUsageError)
  })
}
