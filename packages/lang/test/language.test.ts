import { languageOf } from '@forge/lang'
import { describe, expect, it } from 'vitest'

describe('languageOf', () => {
  it.each([
    ['a.ts', 'typescript'],
    ['a.d.ts', 'typescript'],
    ['src/a.mts', 'typescript'],
    ['a.cts', 'typescript'],
    ['a.tsx', 'tsx'],
    ['a.js', 'javascript'],
    ['a.mjs', 'javascript'],
    ['a.cjs', 'javascript'],
    ['a.jsx', 'jsx'],
    ['a.json', undefined],
    ['ts', undefined],
    ['a.ts/b', undefined],
    ['a.constructor', undefined],
    ['', undefined],
  ])('says that %s is %s', (path, language) => {
    expect(languageOf(path)).toBe(language)
  })
})
