import { describe, expect, it } from 'vitest'
import { factsOf } from './render.ts'

describe('classes', () => {
  it('reads fields, accessors, private names, static blocks and computed keys', () => {
    const facts = factsOf(
      `class A<T> extends Base<T> implements I, N.J {
  a = 1; static b: T; readonly #c?: string; declare d: number; accessor e = this.a;
  [key]() {} static ['s']() {} get g() { return this.#c } set g(v) { this.#c = v }
  static { this.b; A.b; const k = 1; k }
  static #p() {} static has(o) { return #c in o && o.#c && A.#p() }
  m = () => this.a;
  [k: string]: unknown
}`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "class A = of free Base<of A.T>
      type A.T [local generic]
      property A.a = Number
      property A.b [static typed] = of A.T
      property A.#c [optional readonly private typed] = String
      property A.d [ambient typed] = Number
      property A.e = this<A>.a
      method A.[key]
      method A.s [static]
      getter A.g => this<A>.#c
      setter A.g~set
      parameter A.g.v [local] = argument 0 of A.g~set
      constant A.k [local] = Number
      method A.#p [static private]
      method A.has [static] => this<A static>.#p()
      parameter A.has.o [local] = argument 0 of A.has
      method A.m => this<A>.a
      property A~hidden [hidden ambient]
      parameter A.k~2 [local typed] = String
      1:20 Base extends -> free Base
      1:25 T type -> A.T
      1:39 I implements -> free I
      1:42 N type -> free N
      1:44 J implements -> free N.J
      2:20 T type -> A.T
      2:82 a read -> this<A>.a
      3:4 key read -> free key
      3:54 #c read -> this<A>.#c
      3:75 #c write -> this<A>.#c
      3:80 v read -> A.g.v
      4:17 b read -> this<A static>.b
      4:20 A read -> A
      4:22 b read -> A.b
      4:38 k read -> A.k
      5:41 #c read -> this<A>.#c
      5:47 o read -> A.has.o
      5:52 o read -> A.has.o
      5:54 #c read -> this<A>.#c
      5:60 A read -> A
      5:62 #p call -> this<A static>.#p
      6:18 a read -> this<A>.a"
    `)
  })

  it('declares a parameter and a property for a parameter property', () => {
    const facts = factsOf(
      `class A { constructor(private readonly a: string, public b = a, c?: number) { a; this.a; c } }`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "class A
      constructor A.constructor
      parameter A.constructor.a [local typed] = String
      property A.a [readonly typed] = String
      parameter A.constructor.b [local] = (argument 1 of A.constructor | A.constructor.a)
      property A.b = (argument 1 of A.constructor | A.constructor.a)
      parameter A.constructor.c [optional local typed] = Number
      1:62 a read -> A.constructor.a
      1:79 a read -> A.constructor.a
      1:87 a read -> this<A>.a
      1:90 c read -> A.constructor.c"
    `)
  })

  it('merges overloaded methods and constructors, and keeps accessors and sides apart', () => {
    const facts = factsOf(
      `class A {
  constructor(); constructor(a?: 1) {}
  m(a: 1): string; m(a: 2): number; m(a) { return a }
  static m() {} get p() { return 1 } set p(v) {}
}`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "class A
      constructor A.constructor
      parameter A.constructor.a [optional local typed] = "1"
      method A.m => (String | Number)
      parameter A.m.a [local typed] = "1"
      parameter A.m.a~2 [local typed] = "2"
      parameter A.m.a~3 [local] = argument 0 of A.m
      method A.m~static [static]
      getter A.p => Number
      setter A.p~set
      parameter A.p.v [local] = argument 0 of A.p~set
      2:3 constructor type -> A.constructor
      3:3 m type -> A.m
      3:20 m type -> A.m
      3:51 a read -> A.m.a~3"
    `)
  })

  it('reads abstract classes', () => {
    const facts = factsOf(`abstract class A { abstract a: number; abstract m(): string; abstract get g(): A }`, {
      symbols: true,
    })
    expect(facts).toMatchInlineSnapshot(`
      "class A [abstract]
      property A.a [abstract ambient typed] = Number
      method A.m [abstract ambient] => String
      getter A.g [abstract ambient] => of A"
    `)
  })

  it('knows this and super on both sides', () => {
    const facts = factsOf(
      `class A extends B {
  m() { super.m(); (() => this.m())(); function own() { this.m() } return this }
  static s() { super.s(); new this(); return this.s }
  constructor() { super(1) }
  o = { m() { return this.n }, n: 1, arrow: () => this.o }
}`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "class A = free B
      method A.m => this<A>
      function A.m.(anonymous) [hidden] => this<A>.m()
      function A.m.own
      method A.s [static] => this<A static>.s
      constructor A.constructor
      property A.o = A.o~hidden
      object A.o~hidden [hidden]
      method A.o.m => this<A.o~hidden>.n
      property A.o.n = Number
      method A.o.arrow => this<A>.o
      1:17 B extends -> free B
      2:15 m call -> super<A>.m
      2:32 m call -> this<A>.m
      2:62 m call -> receiver of A.m.own.m
      3:22 s call -> super<A static>.s
      3:31 this construct -> this<A static>
      3:51 s read -> this<A static>.s
      4:19 super call -> super<A>
      5:27 n read -> this<A.o~hidden>.n
      5:56 o read -> this<A>.o"
    `)
  })

  it('calls decorators', () => {
    const facts = factsOf(
      `@a @b.c(1) class K { @d x; @e() m(@f p) {} }
@g export class L {}`,
      { occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "1:2 a call -> free a
      1:5 b read -> free b
      1:7 c call -> free b.c
      1:23 d call -> free d
      1:29 e call -> free e
      1:36 f call -> free f
      2:2 g call -> free g"
    `)
  })

  it('reads class expressions, named and not', () => {
    const facts = factsOf(
      `const A = class B { m() { B } }
call(class { static s = 1 }, class C extends A {})`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "class A
      method A.m
      class ~hidden [hidden]
      property s [static] = Number
      class C = A
      1:17 B type -> A
      1:27 B read -> A
      2:1 call call -> free call
      2:46 A extends -> A"
    `)
  })

  it('says whose code an occurrence is', () => {
    const facts = factsOf(
      `const v = list.map((x) => one(x))
two(() => three())
class A { f = () => four(); g = five(() => six()); h = seven(); static { eight() } m() { return () => nine() } }
function fn(p = ten()) { const local = () => eleven(); const other = call(() => twelve()) }
const o = { p: each(() => thirteen()), q() { fourteen() } }
namespace N { fifteen() }
export default wrap(() => sixteen())`,
      { occurrences: true, owners: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "1:11 list read -> free list in <module>
      1:16 map call -> free list.map in <module>
      1:27 one call -> free one in v
      1:31 x read -> v.x in v
      2:1 two call -> free two in <module>
      2:11 three call -> free three in <module>
      3:21 four call -> free four in A.f
      3:33 five call -> free five in A
      3:44 six call -> free six in A.g
      3:56 seven call -> free seven in A
      3:74 eight call -> free eight in A
      3:103 nine call -> free nine in A.m
      4:17 ten call -> free ten in fn
      4:46 eleven call -> free eleven in fn.local
      4:70 call call -> free call in fn
      4:81 twelve call -> free twelve in fn
      5:16 each call -> free each in <module>
      5:27 thirteen call -> free thirteen in o.p
      5:46 fourteen call -> free fourteen in o.q
      6:15 fifteen call -> free fifteen in N
      7:16 wrap call -> free wrap in <module>
      7:27 sixteen call -> free sixteen in default"
    `)
  })
})
