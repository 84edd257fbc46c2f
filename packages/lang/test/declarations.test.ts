import { describe, expect, it } from 'vitest'
import { factsOf } from './render.ts'

describe('declarations', () => {
  it('merges overloads into their implementation', () => {
    const facts = factsOf(
      `function f(a: string): string
function f(a: number): number
function f(a: unknown): unknown { return a }
f(1)`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "function f => (String | Number)
      parameter f.a [local typed] = String
      parameter f.a~2 [local typed] = Number
      parameter f.a~3 [local] = argument 0 of f
      1:10 f type -> f
      2:10 f type -> f
      3:42 a read -> f.a~3
      4:1 f call -> f"
    `)
  })

  it('merges interfaces, a class with an interface, and enums', () => {
    const facts = factsOf(
      `interface I { a: 1 }
interface I { b: I }
interface C { c: 1 }
class C { d = 1 }
enum E { A }
enum E { B = A }`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "interface I
      property I.a [ambient] = "1"
      property I.b [ambient] = of I
      class C
      property C.c [ambient] = "1"
      property C.d = Number
      enum E
      enum-member E.A
      enum-member E.B = E.A
      2:11 I type -> I
      2:18 I type -> I
      3:11 C type -> C
      6:6 E type -> E
      6:14 A read -> E.A"
    `)
  })

  it('merges a namespace with a function, a class or an enum', () => {
    const facts = factsOf(
      `function f() {}
namespace f { export const a = 1 }
class C {}
namespace C { export interface I {} }
enum E { A }
namespace E { export function of() { return A } }
f.a; let i: C.I; E.of()`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "function f
      constant f.a = Number
      class C
      interface C.I
      enum E
      enum-member E.A
      function E.of => E.A
      variable i [typed] = of C.I
      2:11 f type -> f
      4:11 C type -> C
      6:11 E type -> E
      6:45 A read -> E.A
      7:1 f read -> f
      7:3 a read -> f.a
      7:13 C type -> C
      7:15 I type -> C.I
      7:18 E read -> E
      7:20 of call -> E.of"
    `)
  })

  it('keeps a type and a value of one name apart', () => {
    const facts = factsOf(
      `interface Option { a: 1 }
const Option = { b: 2 }
namespace Option { export type T = 1 }
let o: Option = Option.b, t: Option.T`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "interface Option~type
      property Option.a [ambient] = "1"
      constant Option = Option~hidden
      object Option~hidden [hidden]
      property Option.b = Number
      namespace Option~namespace
      type Option.T = "1"
      variable o [typed] = of Option~type
      variable t [typed] = of Option~namespace.T
      4:8 Option type -> Option~type
      4:17 Option read -> Option
      4:24 b read -> Option.b
      4:30 Option type -> Option~namespace
      4:37 T type -> Option~namespace.T"
    `)
  })

  it('reads nested, dotted and reopened namespaces', () => {
    const facts = factsOf(
      `namespace A.B { export const x = 1; const hidden = x }
namespace A.B { x; hidden }
namespace A { namespace Own { B.x } export import Alias = B }`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "namespace A
      namespace A.B
      constant A.B.x = Number
      constant A.B.hidden = A.B.x
      namespace A.Own
      import A.Alias~hidden = A.B
      1:52 x read -> A.B.x
      2:11 A type -> A
      2:13 B type -> A.B
      2:17 x read -> A.B.x
      2:20 hidden read -> free hidden
      3:11 A type -> A
      3:31 B read -> free B
      3:33 x read -> free B.x
      3:59 B import -> A.B"
    `)
  })

  it('reads ambient declarations', () => {
    const facts = factsOf(
      `declare const a: string, b: number
declare function f(x: A): B
declare class K { m(): void }
declare namespace N { const c: 1; function g(): void }
declare global { interface Window { own: typeof a } var added: Window }
declare module 'other' { export function h(): Window }
N.c; added`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "constant a [ambient typed] = String
      constant b [ambient typed] = Number
      function f [ambient] => of free B
      parameter f.x [local typed] = of free A
      class K [ambient]
      method K.m [ambient]
      namespace N [ambient]
      constant N.c [ambient typed] = "1"
      function N.g [ambient]
      namespace global [ambient]
      interface global.Window [ambient]
      property global.Window.own [ambient] = a
      variable global.added [ambient typed] = of global.Window
      namespace other [ambient]
      function other.h [ambient] => of global.Window
      2:23 A type -> free A
      2:27 B type -> free B
      5:49 a type -> a
      5:64 Window type -> global.Window
      6:47 Window type -> global.Window
      7:1 N read -> N
      7:3 c read -> N.c
      7:6 added read -> global.added"
    `)
  })

  it('names the members of objects after what they initialise', () => {
    const facts = factsOf(
      `const o = { a: 1, b: { c() {}, d: () => 2 }, get e() { return this.a }, set e(v) {}, 'f-g': 3, [Symbol.iterator]() {} } as const
let t: { a: string; n: { m(): void } }
const frozen = Object.freeze({ x: 1 }) satisfies X
call({ y: 1 })`,
      { symbols: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "constant o = o~hidden
      object o~hidden [hidden]
      property o.a = Number
      property o.b = o.b~hidden
      object o.b~hidden [hidden]
      method o.b.c
      method o.b.d => Number
      getter o.e => this<o~hidden>.a
      setter o.e~set
      parameter o.e.v [local] = argument 0 of o.e~set
      property o.f-g = Number
      method o.[Symbol.iterator]
      variable t [typed] = t~hidden
      object t~hidden [hidden]
      property t.a [ambient] = String
      property t.n [ambient] = t.n~hidden
      object t.n~hidden [hidden]
      method t.n.m [ambient]
      constant frozen = frozen~hidden
      object frozen~hidden [hidden]
      property frozen.x = Number
      object ~hidden [hidden]
      property y = Number"
    `)
  })

  it('says which symbols are local to a function', () => {
    const facts = factsOf(
      `function f(p: { a: 1 }, q: string): { r: number } {
  const v = { w: 1, m() {} }
  type L = { x: 1 }
  interface I { y: 2 }
  enum E { Z }
  class C { field = { inner: 1 } }
  const g = () => v
  function h() {}
  return { given: { back: 1 } }
}
const arrow = (a: number) => ({ b: a, c: (d) => ({ e: d }) })`,
      { symbols: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "function f => f~hidden~2
      parameter f.p [local typed] = f~hidden
      object f~hidden [hidden]
      property f.a [local ambient] = "1"
      parameter f.q [local typed] = String
      object f~hidden~2 [hidden]
      property f.r [ambient] = Number
      constant f.v [local] = f.v~hidden
      object f.v~hidden [hidden]
      property f.v.w [local] = Number
      method f.v.m
      type f.L [local] = f.L~hidden
      object f.L~hidden [hidden]
      property f.L.x [local ambient] = "1"
      interface f.I [local]
      property f.I.y [local ambient] = "2"
      enum f.E [local]
      enum-member f.E.Z [local]
      class f.C
      property f.C.field = f.C.field~hidden
      object f.C.field~hidden [hidden]
      property f.C.field.inner = Number
      function f.g => f.v
      function f.h
      object f~hidden~3 [hidden]
      property f.given = f.given~hidden
      object f.given~hidden [hidden]
      property f.given.back = Number
      function arrow => arrow~hidden
      parameter arrow.a [local typed] = Number
      object arrow~hidden [hidden]
      property arrow.b = arrow.a
      method arrow.c => arrow.c~hidden
      parameter arrow.c.d [local] = argument 0 of arrow.c
      object arrow.c~hidden [hidden]
      property arrow.c.e = arrow.c.d"
    `)
  })

  it('makes functions and classes of the variables they initialise', () => {
    const facts = factsOf(
      `const f = async () => {}, g = function* () {}, C = class { m() {} }
let w = (() => 1) as unknown as F
const notOne = wrap(() => 1)`,
      { symbols: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "function f [async]
      function g [generator] => of free Generator
      class C
      method C.m
      function w = of free F => Number
      constant notOne = free wrap(notOne.(anonymous))
      function notOne.(anonymous) [hidden] => Number"
    `)
  })

  it('declares enum members', () => {
    const facts = factsOf(
      `enum E { A = 1, 'b-c' = A, D = E.A }
const enum F { X }`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "enum E
      enum-member E.A = Number
      enum-member E.b-c = E.A
      enum-member E.D = E.A
      enum F
      enum-member F.X
      1:25 A read -> E.A
      1:32 E read -> E
      1:34 A read -> E.A"
    `)
  })
})
