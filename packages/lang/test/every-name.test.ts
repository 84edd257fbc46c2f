import { extract } from '@forge/lang'
import { describe, expect, it } from 'vitest'
import { forgottenNames } from './every-name.ts'
import { sourceFiles } from './source-files.ts'

describe('every name of real source files', () => {
  it('is the name of a symbol, an occurrence, or of a kind that is left out on purpose', () => {
    const forgotten: string[] = []
    let files = 0
    for (const { path, text, language } of sourceFiles(400)) {
      const facts = extract({ text, language })
      files += 1
      if (facts.diagnostics.length > 0) continue
      for (const name of forgottenNames(text, language, facts)) forgotten.push(`${path}:${name}`)
    }
    expect(forgotten).toEqual([])
    expect(files).toBeGreaterThan(100)
  })
})

describe('the tables of real source files', () => {
  it('are ordered and refer to rows that exist', () => {
    for (const { text, language } of sourceFiles(200)) {
      const { symbols, exprs, occurrences, exports, strings } = extract({ text, language })
      let wrong = 0
      for (let row = 1; row < symbols.count; row += 1) {
        if (!(symbols.parent[row]! >= 0 && symbols.parent[row]! < row)) wrong += 1
        if (!(symbols.start[row]! <= symbols.end[row]!)) wrong += 1
        if (!(symbols.type[row]! < exprs.count && symbols.returns[row]! < exprs.count)) wrong += 1
        if (strings[symbols.name[row]!] === undefined) wrong += 1
      }
      for (let row = 0; row < occurrences.count; row += 1) {
        if (row > 0 && occurrences.start[row]! < occurrences.start[row - 1]!) wrong += 1
        if (!(occurrences.expr[row]! >= 0 && occurrences.expr[row]! < exprs.count)) wrong += 1
        const owner = occurrences.in[row]!
        if ((symbols.flags[owner]! & (16 | 32)) !== 0 || owner >= symbols.count) wrong += 1
      }
      for (const expr of exports.expr) if (expr < 0 || expr >= exprs.count) wrong += 1
      expect(wrong).toBe(0)
    }
  })
})
