import { extract, symbolKinds } from '@forge/lang'
import type { Facts } from '@forge/lang'
import { hash } from 'blake3-wasm'
import { describe, expect, it } from 'vitest'

/** A line for each symbol that has a signature: kind, complexity, signature and documentation. */
function details(text: string): string {
  const facts = extract({ text, language: 'typescript' })
  const { symbols, texts } = facts
  const lines: string[] = []
  for (let row = 1; row < symbols.count; row += 1) {
    if (symbols.signature[row]! < 0) continue
    const doc = symbols.doc[row]! < 0 ? '' : ` -- ${JSON.stringify(texts[symbols.doc[row]!]!)}`
    lines.push(`${symbols.complexity[row]!} ${texts[symbols.signature[row]!]!}${doc}`)
  }
  return lines.join('\n')
}

function rowOf(facts: Facts, name: string): number {
  const { symbols, strings } = facts
  for (let row = 0; row < symbols.count; row += 1) if (strings[symbols.name[row]!] === name) return row
  throw new Error(`no symbol ${name}`)
}

function digestOf(facts: Facts, name: string): string {
  const row = rowOf(facts, name)
  return Buffer.from(facts.symbols.hash.subarray(row * 32, row * 32 + 32)).toString('hex')
}

function rangeOf(text: string, name: string): string {
  const facts = extract({ text, language: 'typescript' })
  const row = rowOf(facts, name)
  return text.slice(facts.symbols.start[row], facts.symbols.end[row])
}

describe('signatures, documentation and complexity', () => {
  it('gives the declaration up to its body or value', () => {
    const text = `
export async function f<T>(
  a: T, // first
  /** second */
  b = 1,
): Promise<T> { return a }
export const g = (a: number): string => String(a), h = function () {}
const small: number = 1
const large = { a: 1,
  b: 2 }
export abstract class A<T> extends B<T> implements C { private x: string = 'y'; get p(): number { return 1 } m?(): void; [k]() {} }
interface I extends J { a?: string; m(x: 1): void }
type T<U> = U | string
enum E { A = 1 }
declare function d(x: string): void
namespace N { }
let many = 1, more: string
`
    expect(details(text)).toMatchInlineSnapshot(`
      "2 export async function f<T>(a: T, b = 1): Promise<T>
      1 g = (a: number): string
      1 h = function ()
      0 const small: number = 1
      0 const large
      0 a: 1
      0 b: 2
      1 export abstract class A<T> extends B<T> implements C
      0 private x: string = 'y'
      1 get p(): number
      0 m?(): void
      1 [k]()
      0 interface I extends J
      0 a?: string
      0 m(x: 1): void
      0 type T<U> = U | string
      0 enum E
      0 A = 1
      0 declare function d(x: string): void
      0 namespace N
      0 many = 1
      0 more: string"
    `)
  })

  it('takes the description before a declaration or its export, up to the first block tag', () => {
    const text = `
/**
 * Does it.
 *
 *   Indented, with \`code\`.
 * @param a no
 */
export function a() {}

/** One line */
// a remark
class B {
  /** Member. {@link a} stays. */
  m() {}
  /* no doc */
  n() {}
  /** Gone. */
  // eslint
  o = 1
}
/** Not this. */

/** This. */
const c = 1
/** Overload. */
export function d(): void
export function d(x?: 1): void {}
/** @internal */
let e
`
    expect(details(text)).toMatchInlineSnapshot(`
      "1 export function a() -- "Does it.\\n\\n  Indented, with \`code\`."
      1 class B -- "One line"
      1 m() -- "Member. {@link a} stays."
      1 n()
      0 o = 1 -- "Gone."
      0 const c = 1 -- "This."
      1 export function d(x?: 1): void -- "Overload."
      0 let e"
    `)
  })

  it('counts the decisions of each function, nested ones for themselves', () => {
    const text = `
function f(a, b = a || 1) {
  if (a) {} else if (b) {} else {}
  for (;;) {} for (const x of a) {} for (const x in a) {} while (a) {} do {} while (a)
  switch (a) { case 1: case 2: break; default: }
  try {} catch {} finally {}
  a ? b : a; a && b; a ?? b; a ||= b; a &&= b; a ??= b; a += b; a?.b
  function inner() { if (a) {} }
  return () => { if (a && b) {} }
}
const g = (a) => a ? 1 : 2
class A { m() {} get p() { return this.a && 1 } constructor() { if (x) {} } abstract; }
declare function h(): void
`
    expect(details(text)).toMatchInlineSnapshot(`
      "19 function f(a, b = a || 1)
      2 function inner()
      2 const g = (a)
      0 class A
      1 m()
      2 get p()
      2 constructor()
      0 abstract
      0 declare function h(): void"
    `)
  })
})

describe('ranges', () => {
  it('reaches from export or decorators to the end of the statement', () => {
    expect(rangeOf('/** d */ export const a = 1;\n', 'a')).toBe('export const a = 1;')
    expect(rangeOf('@dec export class A {}', 'A')).toBe('@dec export class A {}')
    expect(rangeOf('export @dec class A {}', 'A')).toBe('export @dec class A {}')
    expect(rangeOf('const a = 1, b = 2', 'b')).toBe('b = 2')
    expect(rangeOf('const { a, b: { c = 1 } } = d', 'c')).toBe('{ c = 1 }'.slice(2, 7))
    expect(rangeOf('export default function f() {}', 'f')).toBe('export default function f() {}')
    expect(rangeOf('class A { @dec static m() {} }', 'm')).toBe('@dec static m() {}')
  })

  it('names overloads by their implementation', () => {
    expect(rangeOf('function f(): 1\nfunction f() {}', 'f')).toBe('function f() {}')
    expect(rangeOf('class A { m(): 1; m() {} }', 'm')).toBe('m() {}')
  })

  it('counts UTF-16 units, behind a byte-order mark and characters outside the basic plane too', () => {
    const text = '\uFEFFconst s = "😀é"; function 𝒻(x) { return x }\n𝒻(s)'
    const facts = extract({ text, language: 'typescript' })
    const row = rowOf(facts, '𝒻')
    expect(text.slice(facts.symbols.nameStart[row], facts.symbols.nameEnd[row])).toBe('𝒻')
    const last = facts.occurrences.count - 1
    expect(text.slice(facts.occurrences.start[last], facts.occurrences.end[last])).toBe('s')
    expect(text.slice(facts.occurrences.start[last - 1], facts.occurrences.end[last - 1])).toBe('𝒻')
    expect([...facts.lineStarts]).toEqual([0, text.indexOf('\n') + 1])
    expect(digestOf(facts, '𝒻')).toBe(hash(Buffer.from('function 𝒻(x) { return x }')).toString('hex'))
  })

  it('knows the lines of every line ending', () => {
    const { lineStarts } = extract({ text: 'a\r\nb\rc\n\nd', language: 'typescript' })
    expect([...lineStarts]).toEqual([0, 3, 5, 7, 8])
  })
})

describe('digests', () => {
  it('are BLAKE3 of the text of a declaration', () => {
    const text = 'export function f() { return 1 }\nclass A { m() {} }'
    const facts = extract({ text, language: 'typescript' })
    expect(digestOf(facts, 'f')).toBe(hash(Buffer.from('export function f() { return 1 }')).toString('hex'))
    expect(digestOf(facts, 'm')).toBe(hash(Buffer.from('m() {}')).toString('hex'))
    expect(digestOf(facts, '')).toBe(hash(Buffer.from(text)).toString('hex'))
  })

  it('change with the declaration alone', () => {
    const one = extract({ text: 'function f() { return 1 }', language: 'typescript' })
    const moved = extract({ text: '\n\n// moved\nfunction f() { return 1 }\nlet other', language: 'typescript' })
    const changed = extract({ text: 'function f() { return 2 }', language: 'typescript' })
    expect(digestOf(moved, 'f')).toBe(digestOf(one, 'f'))
    expect(digestOf(changed, 'f')).not.toBe(digestOf(one, 'f'))
  })

  it('are zero for what is local, hidden or imported', () => {
    const text = "import { i } from 'i'\nfunction f(p) { let v }\ncall(() => {})"
    const { symbols, strings } = extract({ text, language: 'typescript' })
    for (let row = 0; row < symbols.count; row += 1) {
      const isZero = symbols.hash.subarray(row * 32, row * 32 + 32).every((byte) => byte === 0)
      const isPublic = symbolKinds[symbols.kind[row]!] === 'module' || strings[symbols.name[row]!] === 'f'
      expect(isZero).toBe(!isPublic)
    }
  })
})
