import { describeSymbols, extract, symbolFlag } from '@forge/lang'
import type { Language } from '@forge/lang'
import { describe, expect, it } from 'vitest'

/** Operators, operands, different operators and different operands. */
type Counts = readonly [operators: number, operands: number, distinctOperators: number, distinctOperands: number]

/** Of each symbol that has code and a name, by descriptor. */
function counts(text: string, language: Language = 'typescript'): Record<string, Counts> {
  const facts = extract({ text, language })
  const { symbols, code } = facts
  const { descriptors } = describeSymbols(facts)
  const found: Record<string, Counts> = {}
  for (let at = 0; at < code.count; at += 1) {
    const row = code.symbol[at]!
    if ((symbols.flags[row]! & symbolFlag.hidden) !== 0) continue
    found[row === 0 ? 'module' : descriptors[row]!] = [
      code.operators[at]!,
      code.operands[at]!,
      code.distinctOperators[at]!,
      code.distinctOperands[at]!,
    ]
  }
  return found
}

/** Of the module that a text is. */
function ofText(text: string, language: Language = 'typescript'): Counts {
  return counts(text, language)['module']!
}

describe('operators and operands', () => {
  it('are those of the greatest common divisor', () => {
    // function return === ?: () %; gcd a b b 0 a gcd b a b
    expect(counts('function gcd(a: number, b: number): number { return b === 0 ? a : gcd(b, a % b) }')).toEqual({
      module: [0, 0, 0, 0],
      gcd: [6, 10, 6, 4],
    })
  })

  it('are those of a generator', () => {
    expect(counts('function* f() { yield* a; yield b }')['f']).toEqual([4, 3, 4, 3])
  })

  it('are those of a swap of neighbours', () => {
    const swap = `const swap = (list) => {
      for (let i = 0; i < list.length - 1; i++) {
        if (list[i] > list[i + 1]) {
          const t = list[i]
          list[i] = list[i + 1]
          list[i + 1] = t
        }
      }
    }`
    // => for let = < . - ++ if > [] [] + const = [] [] = [] + = [] +; list i 0 i list length 1 i list i list i 1 t list i list i list i 1 list i 1 t
    expect(counts(swap)['swap']).toEqual([23, 25, 13, 6])
  })

  it.each<[string, string, Counts]>([
    ['nothing', '', [0, 0, 0, 0]],
    ['names and literals', 'a; 1; 1n; "s"; /r/g; true; null; this', [0, 8, 0, 8]],
    ['equal texts as one, other spellings as others', '1; 1; 1.0; "a"; "a"; \'a\'; a', [0, 7, 0, 5]],
    ['a declaration', 'let a = 1, b', [2, 3, 2, 3]],
    ['unary, update, binary, assignment', '-a + +b; a++; --a; a += !b', [7, 6, 6, 2]],
    ['members and calls', 'a.b[c](d)?.e?.()', [7, 5, 4, 5]],
    ['new, spread, sequence', 'new A(...b), c', [3, 3, 3, 3]],
    ['literals of objects and arrays', '({ a: 1, b, [c]: [d, ...e], get f() { return 1 } })', [6, 7, 5, 7]],
    ['templates', '`a${b}c`; tag`${b}`', [3, 5, 2, 4]],
    ['control flow', 'if (a) { b } else { c }; for (;;) break; while (a) continue; do { a } while (b)', [7, 6, 7, 3]],
    ['switch', 'switch (a) { case 1: b; default: c }', [3, 4, 3, 4]],
    ['try', 'try { a } catch (e) { throw e } finally { b }', [4, 4, 4, 3]],
    ['labels', 'x: for (;;) { continue x }', [3, 2, 3, 1]],
    ['patterns', 'const { a, b: [c = 1, ...d] } = e', [7, 6, 6, 6]],
    ['imports and exports', 'import a, { b, c as d } from "m"; export { b }; export * from "m"', [3, 7, 2, 5]],
    ['classes', 'class A extends B { static get a() { return 1 } set b(c) {} }', [5, 4, 5, 4]],
    ['loops that wait', 'for await (const a of b) c; for (const a of b) c', [4, 6, 3, 3]],
    ['enums and namespaces', 'enum E { A = 1, B } namespace N { a }', [3, 6, 3, 6]],
  ])('count %s', (_, text, expected) => {
    expect(ofText(text)).toEqual(expected)
  })

  it('leave out types and what is only declared', () => {
    const typed = 'const a: Map<string, number> = (b as unknown as T)!; f<string>(a satisfies T)'
    expect(ofText(typed)).toEqual(ofText('const a = b; f(a)'))
    const declared =
      'type T = A | B; interface I { m(): void } declare const x: 1; import type { A } from "a"; export type { A }; export type * from "a"; export type U = 1; declare function f(): void; declare namespace N { let a }'
    expect(ofText(declared)).toEqual([0, 0, 0, 0])
    expect(ofText('class A { m(): void; m() {} declare x: 1; abstract y }')).toEqual([1, 2, 1, 2])
  })

  it('leave out parentheses, blocks, separators and comments', () => {
    expect(ofText('/* a */ ;{ ((a)) ; } // b')).toEqual(ofText('a'))
  })

  it('are those of elements', () => {
    // <> = {} <> ... ; Box size 1 text b props
    expect(ofText('<Box size={1}>text<b {...props} /></Box>', 'tsx')).toEqual([5, 6, 4, 6])
    expect(ofText('<Box size={1}>text\n  <b {...props} />\n</Box>', 'tsx')).toEqual([5, 6, 4, 6])
  })

  it('belong to the function they are in, and to what is around where it has no name', () => {
    expect(
      counts(`
const list = items.map((x) => x + 1)
function outer() { const inner = () => 1; return [inner].map((f) => f()) }
class A { field = a + 1; static { b() } method() { return c } }
`),
    ).toEqual({
      // const = . () => + class =; list items map x x 1 A field method
      module: [8, 9, 7, 8],
      // function const = return [] . () => (); outer inner inner map f f
      outer: [9, 6, 8, 4],
      // =>; 1
      'outer.inner': [1, 1, 1, 1],
      // + static (); a 1 b
      A: [3, 3, 3, 3],
      // function return; c
      'A.method': [2, 1, 2, 1],
    })
  })

  it('are those of functions without a name at any depth, where they stand', () => {
    // () => () => () => ( ); a b c
    expect(ofText('a(() => b(() => c(() => {})))')).toEqual([6, 3, 2, 3])
  })

  it('are counted of code nested by the thousand', () => {
    const sum = Array.from({ length: 5000 }, () => 'a').join(' + ')
    expect(ofText(sum)).toEqual([4999, 5000, 1, 1])
    expect(counts(`function f() { ${sum} } function g() { b }`)).toEqual({
      module: [0, 0, 0, 0],
      f: [5000, 5001, 2, 2],
      g: [1, 2, 1, 2],
    })
  })
})
