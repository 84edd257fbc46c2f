import { describeSymbols, extract, packFacts, symbolFlag, symbolKinds, unpackFacts } from '@forge/lang'
import type { Facts, Language } from '@forge/lang'
import { describe, expect, it } from 'vitest'

/** Cyclomatic and cognitive complexity of what has code, by descriptor; of functions without a name by their order. */
function complexities(text: string, language: Language = 'typescript'): Record<string, [number, number]> {
  const facts = extract({ text, language })
  const { symbols, code } = facts
  const { descriptors } = describeSymbols(facts)
  const found: Record<string, [number, number]> = {}
  let hidden = 0
  for (let at = 0; at < code.count; at += 1) {
    const row = code.symbol[at]!
    const isHidden = (symbols.flags[row]! & symbolFlag.hidden) !== 0
    const name = row === 0 ? 'module' : isHidden ? `hidden ${(hidden += 1)}` : descriptors[row]!
    found[name] = [symbols.complexity[row]!, code.cognitive[at]!]
  }
  return found
}

/** Of the body of a function `f(a, b, c, ...rest)`. */
function ofBody(body: string): { readonly cyclomatic: number; readonly cognitive: number } {
  const [cyclomatic, cognitive] = complexities(`function f(a, b, c, ...rest) { ${body} }`)['f']!
  return { cyclomatic, cognitive }
}

describe('cyclomatic complexity', () => {
  it.each([
    ['nothing', '', 1],
    ['if', 'if (a) b()', 2],
    ['else', 'if (a) b(); else c()', 2],
    ['else if', 'if (a) b(); else if (c) b(); else c()', 3],
    ['?:', 'return a ? b : c ? a : b', 3],
    ['for', 'for (let i = 0; i < a; i++) b()', 2],
    ['for without a condition', 'for (;;) { if (a) break }', 2],
    ['for in and for of', 'for (const k in a) b(k); for (const v of a) b(v)', 3],
    ['while and do', 'while (true) b(); do { c() } while (a)', 3],
    ['case with a test', 'switch (a) { case 1: case 2: b(); break; case c: default: c() }', 4],
    ['catch', 'try { a() } catch { b() } finally { c() }', 2],
    ['finally alone', 'try { a() } finally { c() }', 1],
    ['&&, || and ??', 'return a && b || (c ?? rest)', 4],
    ['logical assignment', 'a &&= b; b ||= c; c ??= a', 4],
    ['other assignment', 'a = b; a += c; a **= 2', 1],
    ['each ?.', 'a?.b?.[c]?.(rest); delete a?.b; a.b.c()', 5],
    ['defaults in patterns', 'const { d = 1, e: { g = 2 } = {} } = a; [b = 1, [c] = []] = rest', 6],
    [
      'defaults of loop variables and catch',
      'for (const [x = 1] of a) b(x); try { a() } catch ({ d = 1 }) { b(d) }',
      5,
    ],
    ['labels and jumps', 'x: { break x } throw a', 1],
    ['await, yield and spread', 'b(...rest); `${a}`; typeof a', 1],
  ])('counts %s', (_, body, expected) => {
    expect(ofBody(body).cyclomatic).toBe(expected)
  })

  it('counts the defaults of parameters with their function', () => {
    expect(complexities('const f = (a = 1, { b = 2, ...c } = {}, d = a || b) => a')).toEqual({
      module: [1, 0],
      f: [6, 1],
    })
    expect(complexities('class A { constructor(private a = b ? 1 : 2) {} }')['A.constructor']).toEqual([3, 1])
  })

  it('counts a loop that awaits as any other', () => {
    expect(complexities('async function f(a) { for await (const b of a) b() }')['f']).toEqual([2, 1])
  })

  it('counts each function alone, those without a name too, and the module', () => {
    expect(
      complexities(`
if (a) b()
const handler = wrap((x) => x && (() => x ? 1 : 2))
function outer() { if (a) {} function inner() { if (b) {} while (c) {} } return inner }
const object = { method() { return a || b }, get value() { return a ? 1 : 2 }, arrow: () => a ?? b }
`),
    ).toEqual({
      module: [2, 5],
      'hidden 1': [2, 3],
      'hidden 2': [2, 1],
      outer: [2, 1],
      'outer.inner': [3, 2],
      'object.method': [2, 1],
      'object.value': [2, 1],
      'object.arrow': [2, 0],
    })
  })

  it('gives the values of fields and static blocks to their class, and to what is around where it has no name', () => {
    expect(
      complexities(`
@(a ? b : c) class A extends (a || B) {
  [a ? 'x' : 'y'] = 1
  one = a ? 1 : 2
  static two = a && b
  handle = () => { if (a) {} }
  list = [1].map((n) => n ? 1 : 2)
  static { if (a) { if (b) {} } }
  method() { return a || b }
}
class Plain { method() {} field: string; declare other: number }
const make = () => class { field = a ? 1 : 2; static { if (a) {} } }
`),
    ).toEqual({
      module: [4, 3],
      A: [5, 7],
      'A.handle': [2, 1],
      'hidden 1': [2, 1],
      'A.method': [2, 1],
      'Plain.method': [1, 0],
      make: [3, 2],
    })
  })

  it('counts what is in namespaces and enums with what they stand in', () => {
    expect(complexities('namespace N { if (a) {} export const f = () => a && b } enum E { A = b ? 1 : 2 }')).toEqual({
      module: [3, 2],
      'N.f': [2, 1],
    })
  })

  it('is of the implementation of what has overloads, and of nothing that has none', () => {
    const text =
      'function f(): void; function f(a = 1) {} declare function g(): void; interface I { m(): void } type T = () => void'
    expect(complexities(text)).toEqual({ module: [1, 0], f: [2, 0] })
  })

  it('goes on where a part has a syntax error', () => {
    expect(complexities('function f(a) { if (a) {} }\nconst = 1\nfunction g(a) { return a ? 1 : 2 }\n')).toMatchObject({
      f: [2, 1],
      g: [2, 1],
    })
  })

  it('takes conditions and operators nested by the thousand', () => {
    const chain = (operator: string): string => Array.from({ length: 5000 }, () => 'a').join(operator)
    expect(ofBody(`return ${chain(' && ')}`)).toEqual({ cyclomatic: 5000, cognitive: 1 })
    expect(ofBody(`return ${chain('?.')}`)).toEqual({ cyclomatic: 5000, cognitive: 0 })
    expect(ofBody(`return ${chain(' + ')}`)).toEqual({ cyclomatic: 1, cognitive: 0 })
  })
})

/** The rules of "Cognitive Complexity" (SonarSource), each by an example of our own. */
describe('cognitive complexity', () => {
  it.each([
    ['nothing for a sequence', 'a(); b(); return c', 0],
    ['one for if, else if and else', 'if (a) {} else if (b) {} else {}', 3],
    ['one for ?:, whatever it chooses', 'return a ? b : c', 1],
    ['one for a switch, however many cases it has', 'switch (a) { case 1: case 2: b(); default: c() }', 1],
    ['one for each loop', 'for (;;) {} for (const k in a) {} for (const v of a) {} while (a) {} do {} while (a)', 5],
    ['one for catch, none for try and finally', 'try { a() } catch { b() } finally { c() }', 1],
    ['one more for each level', 'if (a) { for (const v of b) { while (c) {} } }', 1 + 2 + 3],
    ['no more for else if and else in depth', 'while (a) { if (a) {} else if (b) {} else {} }', 1 + 2 + 1 + 1],
    ['one more within else', 'if (a) {} else { if (b) {} }', 1 + 1 + 2],
    [
      'one more within catch, none within try',
      'try { if (a) {} } catch { if (b) {} } finally { if (c) {} }',
      1 + 1 + 2 + 1,
    ],
    ['one more within a case', 'switch (a) { case 1: if (b) {} }', 1 + 2],
    ['one more within ?:', 'return a ? b ? 1 : 2 : c ? 3 : 4', 1 + 2 + 2],
    ['none more within a condition', 'if (a ? b : c) {} while (a ? b : c) {}', 1 + 1 + 1 + 1],
    ['one for a sequence of like operators', 'return a && b && c && rest', 1],
    ['one for each change of operators', 'return a && b || c || rest && a', 3],
    ['one for a sequence in parentheses that is another', 'return a && !(b && c)', 2],
    ['none for parentheses around the same', 'return a && (b && c) && rest', 1],
    ['two for a sequence that is interrupted', 'return a && (b || c) && rest', 3],
    ['sequences in arguments for themselves', 'return a && b(c && rest) && a', 2],
    ['none for ??, which ends a sequence', 'return (a && b) ?? (c && rest)', 2],
    ['none for what is short for something else', 'a?.b?.(); a ??= b; a ||= c; a &&= b; const { d = 1 } = a', 0],
    ['one for a jump with a label', 'x: for (;;) { for (;;) { continue x; break x; break; continue } }', 1 + 2 + 1 + 1],
    ['one for a call of itself, once', 'return a ? f(b) : f(c)', 1 + 1],
    ['one more within a function without a name', 'return a.map((x) => { if (x) {} })', 2],
    ['none for a function without a name alone', 'return a.map((x) => x)', 0],
    ['levels around and within functions without a name', 'if (a) { b.map((x) => x.map((y) => y ? 1 : 2)) }', 1 + 4],
    ['nothing for what a function with a name does', 'if (a) { const g = () => { if (b) {} } }', 1],
  ])('is %s', (_, body, expected) => {
    expect(ofBody(body).cognitive).toBe(expected)
  })

  it('adds up the sums of primes, where jumps and nesting count', () => {
    const body = `
      let total = 0
      outer: for (let i = 1; i <= a; i++) {
        for (let j = 2; j < i; j++) {
          if (i % j === 0) continue outer
        }
        total += i
      }
      return total`
    expect(ofBody(body)).toEqual({ cyclomatic: 4, cognitive: 1 + 2 + 3 + 1 })
  })

  it('tells a switch from conditions, which cyclomatic complexity does not', () => {
    const body = `switch (a) { case 1: return 'one'; case 2: return 'a couple'; case 3: return 'a few'; default: return 'lots' }`
    expect(ofBody(body)).toEqual({ cyclomatic: 4, cognitive: 1 })
  })

  it('counts conditions within what is tried, and retried', () => {
    const body = `
      try {
        if (a) {
          for (let i = 0; i < 10; i++) {
            while (b) {}
          }
        }
      } catch (error) {
        if (c) {}
      }`
    expect(ofBody(body)).toEqual({ cyclomatic: 6, cognitive: 1 + 2 + 3 + 1 + 2 })
  })

  it('adds up what is nested and what is not over a whole function', () => {
    const body = `
      if (a.isGone()) return nothing
      let doubtful = false
      for (const shelf of a.shelves()) {
        if (shelf.isOpen() && !shelf.isEmpty()) {
          const book = shelf.first()
          if (b.mayLend(book)) {
            const lent = b.lend(book)
            if (lent === undefined) {
              if (!doubtful) doubtful = true
            } else if (lent) {
              return book
            }
          }
        }
      }
      if (doubtful) return unknown
      return null`
    expect(ofBody(body)).toEqual({ cyclomatic: 10, cognitive: 1 + 1 + (2 + 1) + 3 + 4 + 5 + 1 + 1 })
  })

  it('knows a function that calls itself, by its name, as a member, and from within', () => {
    expect(
      complexities(`
function named(n) { return n === 0 ? 1 : n * named(n - 1) }
const arrow = (n) => arrow(n)
const expression = function inner(n) { return inner(n) }
function within(list) { return list.map((one) => within(one)) }
class Tree { walk() { this.left.walk(); this.walk() } static all() { Tree.all() } other() { this.walk() } all() { Tree.all() } }
const object = { go() { this.go() }, stop() { stop() } }
function stop() { return arrow(1) }
`),
    ).toEqual({
      module: [1, 0],
      named: [2, 2],
      arrow: [1, 1],
      expression: [1, 1],
      within: [1, 1],
      'hidden 1': [1, 0],
      'Tree.walk': [1, 1],
      'Tree.all': [1, 0],
      'Tree.all~static': [1, 1],
      'Tree.other': [1, 0],
      'object.go': [1, 1],
      'object.stop': [1, 0],
      stop: [1, 0],
    })
  })

  it('takes no function of another object for one that calls itself', () => {
    expect(
      complexities(`
function go() { a.b.go() }
class A { static go() { B.go() } step() { this.next.step(); super.step() } }
class B { static go() {} }
const object = { go() { other.go() } }
`),
    ).toEqual({
      module: [1, 0],
      go: [1, 0],
      'A.go': [1, 0],
      'A.step': [1, 0],
      'B.go': [1, 0],
      'object.go': [1, 0],
    })
  })

  it('counts what functions without a name do in what they stand in, and for themselves', () => {
    expect(complexities('describe("a", () => { if (a) {} it("b", () => { for (;;) { if (b) {} } }) })')).toEqual({
      module: [1, 2 + 3 + 4],
      'hidden 1': [2, 1 + 2 + 3],
      'hidden 2': [2, 1 + 2],
    })
  })
})

describe('what is counted of code', () => {
  it('has a row for each symbol that has a complexity, in order, also after it was packed', () => {
    const facts = extract({
      text: 'const a = () => 1\nclass B { c = a(); d() {} }\ninterface I {}',
      language: 'typescript',
    })
    const { symbols, code } = unpackFacts(packFacts(facts))
    const rows = Array.from({ length: symbols.count }, (_, row) => row).filter((row) => symbols.complexity[row]! > 0)
    expect([...code.symbol]).toEqual(rows)
    expect(rows.map((row) => symbolKinds[symbols.kind[row]!])).toEqual(['module', 'function', 'class', 'method'])
    expect(code).toEqual(facts.code)
  })

  it('is nothing where the text cannot be read at all', () => {
    const facts: Facts = extract({ text: '('.repeat(100_000), language: 'typescript' })
    expect(facts.code.count).toBe(0)
  })
})
