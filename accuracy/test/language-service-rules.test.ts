import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AccuracyUsageError } from '../src/language-service/errors.ts'
import { identifiersOf } from '../src/language-service/identifiers.ts'
import { createOracle } from '../src/language-service/oracle.ts'
import { parseOptions } from '../src/language-service/options.ts'

test('follows an import to the declaration, and tells what is outside', () => {
  check(
    {
      'a.ts': 'export const one = 1\n',
      'b.ts': "import { one } from './a'\nimport { two } from 'far'\nMath.max(one, two)\n",
    },
    'b.ts',
    { one: ['a.ts:13'], Math: 'outside', max: 'outside', two: 'outside' },
  )
})

test('counts a called parameter as itself, whatever function it holds', () => {
  check({ 'a.ts': 'export function f(g = (x: number) => x) {\n  return g(1)\n}\n' }, 'a.ts', {
    g: ['a.ts:18', 'a.ts:22'],
    x: ['a.ts:23'],
  })
})

test('takes a key of a pattern for the member it takes out', () => {
  check({ 'a.ts': 'interface A {\n  key: number\n}\nexport const f = ({ key }: A) => key\n' }, 'a.ts', {
    A: ['a.ts:10'],
    key: ['a.ts:16', 'a.ts:50'],
  })
})

test('counts all declarations that are merged', () => {
  check(
    {
      'a.ts':
        'export function f(a: string): void\nexport function f(a: number): void\nexport function f(): void {}\nf(1)\n',
    },
    'a.ts',
    { f: ['a.ts:16', 'a.ts:51', 'a.ts:86'] },
  )
})

test('refuses a corpus that there is not', () => {
  expect(() => parseOptions(['--package', 'nothing'])).toThrow(AccuracyUsageError)
})

test('refuses a number of files that is none', () => {
  expect(() => parseOptions(['--limit-files', '0'])).toThrow(AccuracyUsageError)
})

/** Compares, for each name used in a file, the places of all its uses' declarations. */
function check(
  files: Readonly<Record<string, string>>,
  asked: string,
  expected: Readonly<Record<string, readonly string[] | 'outside'>>,
): void {
  const folder = mkdtempSync(join(tmpdir(), 'forge-accuracy-test-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    using oracle = createOracle(folder, Object.keys(files), { resolution: 'bundler' })
    const found: Record<string, readonly string[] | 'outside'> = {}
    for (const { node } of identifiersOf(oracle.sourceFile(asked))) {
      const answer = oracle.answer(asked, node)
      if (answer === undefined) continue
      const before = found[node.text]
      const places = answer.places.size === 0 ? 'outside' : [...answer.places].toSorted()
      found[node.text] =
        typeof places === 'string' || before === undefined || typeof before === 'string'
          ? places
          : [...new Set([...before, ...places])].toSorted()
    }
    expect(found).toEqual(expected)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
