import { describeSymbols, extract } from '@forge/lang'
import { describe, expect, it } from 'vitest'
import { sourceFiles } from './source-files.ts'

function descriptors(text: string): string[] {
  const facts = extract({ text, language: 'typescript' })
  return describeSymbols(facts).descriptors.filter((descriptor) => !descriptor.includes('~hidden'))
}

describe('descriptors', () => {
  it('are qualified names where nothing clashes, and empty for the module', () => {
    expect(descriptors('class A { m(p) {} static s = 1 }\nnamespace N { export type T = 1 }')).toEqual([
      '',
      'A',
      'A.m',
      'A.m.p',
      'A.s',
      'N',
      'N.T',
    ])
  })

  it('leave out what has no name', () => {
    const facts = extract({ text: 'const o = { a: call(() => { function f() {} }) }', language: 'typescript' })
    expect(describeSymbols(facts).qualifiedNames).toEqual(['', 'o', 'o', 'o.a', 'o.a.(anonymous)', 'o.a.f'])
  })

  it('write an empty name as ""', () => {
    const facts = extract({ text: `f({ '': 1 }); const o = { '': 1 }`, language: 'typescript' })
    expect(describeSymbols(facts).descriptors.filter((descriptor) => descriptor.includes('""'))).toEqual(['""', 'o.""'])
  })

  it('tell meanings of one name apart by a tag', () => {
    expect(descriptors('interface A {}\nconst A = 1\nnamespace A { export type T = 1 }')).toEqual([
      '',
      'A~type',
      'A',
      'A~namespace',
      'A~namespace.T'.replace('~namespace', ''),
    ])
    expect(descriptors('class C { get p() { return 1 } set p(v) {} m() {} static m() {} }')).toEqual([
      '',
      'C',
      'C.p',
      'C.p~set',
      'C.p.v',
      'C.m',
      'C.m~static',
    ])
    expect(descriptors('type A = 1\nclass C { static m() {} set q(v) {} }')).toEqual([
      '',
      'A',
      'C',
      'C.m',
      'C.q',
      'C.q.v',
    ])
  })

  it('tell equals apart by number, local symbols after others', () => {
    expect(descriptors('function f() { { let a } { let a } function a() {} }')).toEqual([
      '',
      'f',
      'f.a~2',
      'f.a~3',
      'f.a',
    ])
  })

  it('stay when code moves inside the file', () => {
    const one = descriptors('function a() {}\nclass B { m() {} }')
    const other = descriptors('class B { m() {} }\n\nfunction a() {}')
    expect(other.toSorted()).toEqual(one.toSorted())
  })

  it('are unique, also beside names that look like them', () => {
    expect(descriptors("const o = { 'a~2': 1, a: 2, ['a']: 3, 'o.a': 1 }")).toEqual([
      '',
      'o',
      'o.a~2',
      'o.a',
      'o.a~3',
      'o.o.a',
    ])
    for (const { text, language } of sourceFiles(100)) {
      const facts = extract({ text, language })
      const { descriptors: all } = describeSymbols(facts)
      expect(new Set(all).size).toBe(facts.symbols.count)
    }
  })
})
