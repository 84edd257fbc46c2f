import { extract } from '@forge/lang'
import { describe, expect, it } from 'vitest'
import { factsOf } from './render.ts'

const shown = { symbols: true, diagnostics: true }

describe('files with syntax errors', () => {
  it('lose the line of the error alone', () => {
    const facts = factsOf('const a = ;\nfunction f() { return 1 }\nexport const b = 1 +\nexport const c = f()', shown)
    expect(facts).toMatchInlineSnapshot(`
      "function f => Number
      constant c [exported] = f()
      syntax-error 1:11-1:12 Unexpected token"
    `)
  })

  it('keep the other members of a class', () => {
    const text = `class A {
  a() { return 1 }
  b() { if (x) { }
  c() { return 2 }
}
export function g() {}`
    expect(factsOf(text, shown)).toMatchInlineSnapshot(`
      "class A
      method A.a => Number
      method A.c => Number
      function g [exported]
      syntax-error 4:6-4:6 Expected a semicolon or an implicit semicolon after a statement, but found none"
    `)
  })

  it('keep what stands after a brace that is never closed', () => {
    const text = `export function one() { return 1 }
export function two() {
  if (a) {
  return 2
}
export function three() { return 3 }
`
    expect(factsOf(text, shown)).toMatchInlineSnapshot(`
      "function one [exported] => Number
      function two [exported] => Number
      function three [exported] => Number
      syntax-error 7:1-7:1 Expected \`}\` but found \`EOF\`"
    `)
  })

  it('keep what stands around a statement that cannot be read', () => {
    const text = `import { x } from 'x'
function broken( {
  return 1
}
const k = () => x()
type T = { a: string
interface I { b: number }
`
    expect(factsOf(text, shown)).toMatchInlineSnapshot(`
      "import x~hidden = 'x'.x
      function k => x~hidden()
      interface I
      property I.b [ambient] = Number
      syntax-error 3:10-3:11 Expected \`:\` but found \`decimal\`"
    `)
  })

  it('keep their offsets', () => {
    const text = '// 😀\r\nlet = = 1\r\nfunction f() {}\r\n'
    const { symbols } = extract({ text, language: 'typescript' })
    expect(text.slice(symbols.start[1], symbols.end[1])).toBe('function f() {}')
  })

  it('keep the whole tree beside errors the parser can live with', () => {
    expect(factsOf('return 1\nconst a = 1', shown)).toMatchInlineSnapshot(`
      "constant a = Number
      syntax-error 1:1-1:7 A 'return' statement can only be used within a function body."
    `)
  })

  it('give an empty module where nothing can be read', () => {
    expect(factsOf(')]}', shown)).toMatchInlineSnapshot(`"syntax-error 1:1-1:2 Unexpected token"`)
  })

  it('give facts after many errors, in bounded time', () => {
    const text = Array.from(
      { length: 300 },
      (_, index) => `export const ok${index} = 1\nexport const bad${index} = (\n`,
    ).join('')
    const { diagnostics, symbols } = extract({ text, language: 'typescript' })
    expect(diagnostics).toHaveLength(1)
    expect(symbols.count).toBeGreaterThan(0)
  })
})

describe('dialects', () => {
  it('read declaration files as such', () => {
    expect(factsOf('export const a: string\nexport function f(): void', shown)).toMatchInlineSnapshot(`
      "constant a [exported typed] = String
      function f [exported ambient]"
    `)
  })

  it('read scripts that return at their top', () => {
    expect(factsOf('if (a) return\nvar b = 1', shown, 'javascript')).toMatchInlineSnapshot(`"variable b = Number"`)
  })

  it('read JavaScript that has types', () => {
    expect(factsOf('function f(a: string): number { return 1 }', shown, 'javascript')).toMatchInlineSnapshot(`
      "function f => Number
      parameter f.a [local typed] = String"
    `)
  })
})

describe('deep nesting', () => {
  it('reads long chains of operators, calls and alternatives', () => {
    const many = 3000
    const plus = extract({ text: `const a = b${' + b'.repeat(many)}`, language: 'typescript' })
    expect(plus.occurrences.count).toBe(many + 1)
    const calls = extract({ text: `a${'.then(b)'.repeat(many)}`, language: 'typescript' })
    expect(calls.occurrences.count).toBe(many * 2 + 1)
    const choices = extract({ text: `x = ${'a ? b : '.repeat(many / 2)}c`, language: 'typescript' })
    expect(choices.occurrences.count).toBe(many + 2)
    const logic = extract({ text: `x = a${' || a'.repeat(many)}`, language: 'typescript' })
    expect(logic.occurrences.count).toBe(many + 2)
  })

  it('reads long files without semicolons', () => {
    const text = Array.from({ length: 10_000 }, (_, index) => `export const name${index} = ${index}`).join('\n')
    const { diagnostics, symbols } = extract({ text, language: 'typescript' })
    expect([symbols.count, diagnostics]).toEqual([10_001, []])
  })

  it.each([
    ['a string', `'${'<p>'.repeat(50_000)}'`],
    ['a template', `\`${'<p>\n'.repeat(50_000)}\``],
  ])('reads a file with a page of HTML in %s', (_, page) => {
    const { diagnostics, symbols } = extract({ text: `export const page = ${page}\n`, language: 'typescript' })
    expect([symbols.count, diagnostics]).toEqual([2, []])
  })

  it.each([
    ['sums', (at: number) => `x = x + ${at}`],
    ['members', (at: number) => `exports.a${at} = exports.b${at}`],
    ['calls', (at: number) => `x = f(a === ${at})`],
    ['cases', (at: number) => `case ${at}: x += ${at}`],
  ])('reads 20,000 lines without semicolons of %s', (name, line) => {
    const lines = Array.from({ length: 20_000 }, (_, at) => line(at)).join('\n')
    const text = name === 'cases' ? `switch (a) {\n${lines}\n}` : lines
    expect(extract({ text, language: 'javascript' }).diagnostics).toEqual([])
  })

  it.each([
    ['brackets', '['.repeat(50_000)],
    ['closed brackets', `x = ${'('.repeat(50_000)}${')'.repeat(50_000)}`],
    ['functions', `${'function f() {'.repeat(20_000)}${'}'.repeat(20_000)}`],
    ['type arguments', `type A = ${'Array<'.repeat(50_000)}A${'>'.repeat(50_000)}`],
    ['alternatives', `x = ${'a ? b : '.repeat(50_000)}c`],
    ['negations', `x = ${'!'.repeat(50_000)}a`],
    ['sums', `x = 1${' + 1'.repeat(50_000)}`],
    ['sums of strings', `x = 'a'${" +\n'a.b'".repeat(50_000)}`],
    ['calls', `a${'\n.b()'.repeat(50_000)}`],
    ['else branches', `if (a) {}${' else if (a) {}'.repeat(20_000)}`],
    ['conditions', `${'if (a)\n'.repeat(30_000)}b`],
    ['endless loops', `${'for (;;) '.repeat(30_000)};`],
    ['branches of one statement', `${'if (a); else '.repeat(30_000)};`],
    ['words', `${'new '.repeat(30_000)}a`],
    ['brackets behind a quote', `x = /,'/, ${'['.repeat(50_000)} '`],
  ])('gives a module and a diagnostic for endless %s', (_, text) => {
    const { diagnostics, symbols, occurrences } = extract({ text, language: 'typescript' })
    expect(diagnostics.map(({ message }) => message)).toEqual(['The code is nested too deeply to be read'])
    expect([symbols.count, occurrences.count]).toEqual([1, 0])
  })
})
