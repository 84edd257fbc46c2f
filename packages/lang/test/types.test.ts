import { describe, expect, it } from 'vitest'
import { factsOf } from './render.ts'

describe('types', () => {
  it('gives a value to each annotation', () => {
    const facts = factsOf(
      `let a: string, b: number[], c: readonly Foo<string>[], d: [x: A, ...rest: B[]], e: A | null | B, f: A & B
let g: () => A, h: new () => A, i: { j: A }, k: 'lit' | 1 | true | 10n, l: \`t\${A}\`, m: typeof a, n: keyof A
let o: A['p'], q: A[number], r: import('m').X<A>, s: typeof import('n'), t: unique symbol, u: object, v: any`,
      { symbols: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "variable a [typed] = String
      variable b [typed] = of free Array<Number>
      variable c [typed] = of free Array<of free Foo<String>>
      variable d [typed] = of free Array<(of free A | each of free Array<of free B>)>
      variable e [typed] = (of free A | of free B)
      variable f [typed] = (of free A | of free B)
      variable g [typed] = g.(anonymous)
      function g.(anonymous) [hidden ambient] => of free A
      variable h [typed] = h~hidden
      object h~hidden [hidden]
      constructor h.new [ambient] => of free A
      variable i [typed] = i~hidden
      object i~hidden [hidden]
      property i.j [ambient] = of free A
      variable k [typed] = ("lit" | "1" | "true" | BigInt)
      variable l [typed] = String
      variable m [typed] = a
      variable n
      variable o [typed] = of free A.p
      variable q [typed] = each of free A
      variable r [typed] = of 'm'.X<of free A>
      variable s [typed] = 'n'
      variable t [typed] = Symbol
      variable u [typed] = Object
      variable v"
    `)
  })

  it('finds every name in types', () => {
    const facts = factsOf(
      `type Cond<T> = T extends Promise<infer U extends string> ? U : [U, T]
type Mapped = { readonly [K in keyof Source as \`x\${K}\`]?: Source[K] }
type Fn = <T extends A = B>(this: T, a: T, ...rest: C[]) => asserts a is D
type Query = typeof ns.value.deep<E>
interface I<T> extends Base<T>, ns.Other { (x: T): I<T>; new (x: T): T; [k: string]: T; m?(): this; get g(): T; set g(v: T) }
const x = y as unknown as Z, w = <V>y, v = y satisfies S, f = gen<G>`,
      { occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "1:16 T type -> Cond.T
      1:26 Promise type -> free Promise
      1:60 U type -> Cond.U
      1:65 U type -> free U
      1:68 T type -> Cond.T
      2:38 Source type -> free Source
      2:52 K type -> Mapped.K
      2:59 Source type -> free Source
      2:66 K type -> Mapped.K
      3:22 A type -> free A
      3:26 B type -> free B
      3:35 T type -> Fn.T
      3:41 T type -> Fn.T
      3:53 C type -> free C
      3:69 a type -> Fn.a
      3:74 D type -> free D
      4:21 ns type -> free ns
      4:24 value type -> free ns.value
      4:30 deep type -> free ns.value.deep
      4:35 E type -> free E
      5:24 Base extends -> free Base
      5:29 T type -> I.T
      5:33 ns type -> free ns
      5:36 Other extends -> free ns.Other
      5:48 T type -> I.T
      5:52 I type -> I
      5:54 T type -> I.T
      5:66 T type -> I.T
      5:70 T type -> I.T
      5:86 T type -> I.T
      5:110 T type -> I.T
      5:122 T type -> I.T
      6:11 y read -> free y
      6:27 Z type -> free Z
      6:35 V type -> free V
      6:37 y read -> free y
      6:44 y read -> free y
      6:56 S type -> free S
      6:63 gen read -> free gen
      6:67 G type -> free G"
    `)
  })

  it('gives members, calls and index signatures of interfaces and object types', () => {
    const facts = factsOf(
      `interface I { (x: number): string; (): boolean; new (): I; a?: A; readonly b: B; m(): A; m(x: 1): B; [k: string]: unknown }
type Alias<T extends I = I> = { t: T } | I
type Map2 = { [K in 'a']: B }`,
      { symbols: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "interface I => (String | Boolean)
      function I.(anonymous) [hidden ambient] => String
      parameter I.x [local typed] = Number
      function I.(anonymous)~2 [hidden ambient] => Boolean
      constructor I.new [ambient] => of I
      property I.a [optional ambient] = of free A
      property I.b [readonly ambient] = of free B
      method I.m [ambient] => (of free A | of free B)
      parameter I.m.x [local typed] = "1"
      property I~hidden [hidden ambient]
      parameter I.k [local typed] = String
      type Alias = (Alias~hidden | of I)
      type Alias.T [local generic] = of I
      object Alias~hidden [hidden]
      property Alias.t [ambient] = of Alias.T
      type Map2 = Map2~hidden
      object Map2~hidden [hidden]
      property Map2~hidden~2 [hidden ambient] = of free B
      type Map2.K [local] = "a""
    `)
  })

  it('takes the value of a variable from its initialiser', () => {
    const facts = factsOf(
      `const a = 1, b = 's', c = \`t\`, d = /r/, e = true, f = 1n, g = a + b, h = !a, i = typeof a
const j = f1(), k = new K(), l = new M<string>(), m = j.x.y, n = [a, b], o = await j, p = a ?? k, q = a ? b : k
const r = x as R, s = y!, t = z satisfies T, u = (0, k), v = w = k, aa = arr[0], bb = obj['key'], cc = ns.f\`t\`
const dd = { ...a, e: 1 }, ee = import('mod'), ff = (await import('mod')).gg, hh = a && k, ii = -a`,
      { symbols: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "constant a = Number
      constant b = String
      constant c = String
      constant d = RegExp
      constant e = Boolean
      constant f = BigInt
      constant g
      constant h = Boolean
      constant i = String
      constant j = free f1()
      constant k = new free K
      constant l = of free M<String>
      constant m = j.x.y
      constant n = n~hidden
      object n~hidden [hidden] = of free Array<(a | b), a, b>
      constant o = await j
      constant p = (a | k)
      constant q = (b | k)
      constant r = of free R
      constant s = free y
      constant t = free z
      constant u = k
      constant v = k
      constant aa = free arr.0
      constant bb = free obj.key
      constant cc = free ns.f()
      constant dd = dd~hidden
      object dd~hidden [hidden] = a
      property dd.e = Number
      constant ee = of free Promise<'mod'>
      constant ff = await of free Promise<'mod'>.gg
      constant hh = k
      constant ii = Number"
    `)
  })

  it('joins what functions give back', () => {
    const facts = factsOf(
      `const a = () => new A()
function b(x) { if (x) return new A(); return b2() }
async function c() { return new A() }
function* d() { yield new A(); yield* e() }
async function* f() { yield 1 }
function g(): A { return other }
class K { m() { return this } get p() { return this.q } }
const h = async () => { return }`,
      { symbols: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "function a => new free A
      function b => (new free A | free b2())
      parameter b.x [local] = argument 0 of b
      function c [async] => of free Promise<new free A>
      function d [generator] => of free Generator<(new free A | each free e())>
      function f [async generator] => of free AsyncGenerator<Number>
      function g => of free A
      class K
      method K.m => this<K>
      getter K.p => this<K>.q
      function h [async]"
    `)
  })

  it('leaves out what says nothing', () => {
    const facts = factsOf(
      `function f(a, { b }, [c] = d) { try {} catch (e) {} }
let x, y: unknown = 1, z: undefined = undefined`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "function f
      parameter f.a [local] = argument 0 of f
      parameter f.b [local] = argument 1 of f.b
      parameter f.c [local] = (argument 2 of f | free d).0
      constant f.e [local]
      variable x
      variable y = Number
      variable z
      1:17 b read -> argument 1 of f.b
      1:28 d read -> free d"
    `)
  })

  it('binds what is inferred for the type chosen when a condition holds, and for no other', () => {
    const text = `type Call<F> = F extends (x: infer A, y: infer A) => { r: infer R extends Q } ? [A, R] : A
type Nested<T> = T extends [infer B, T extends [infer C] ? C : B] ? [B, C] : never`
    expect(factsOf(text, { symbols: true, occurrences: true })).toMatchInlineSnapshot(`
      "type Call = (of free Array<(of Call.A | of Call.R) | of Call.A | of Call.R> | of free A)
      type Call.F [local generic]
      function Call.(anonymous) [hidden ambient] => Call~hidden
      parameter Call.x [local typed] = of Call.A
      type Call.A [local]
      parameter Call.y [local typed] = of Call.A
      object Call~hidden [hidden]
      property Call.r [ambient] = of Call.R
      type Call.R [local] = of free Q
      type Nested = of free Array<(of Nested.B | of free C), of Nested.B, of free C>
      type Nested.T [local generic]
      type Nested.B [local]
      type Nested.C [local]
      1:16 F type -> Call.F
      1:48 A type -> Call.A
      1:75 Q type -> free Q
      1:82 A type -> Call.A
      1:85 R type -> Call.R
      1:90 A type -> free A
      2:18 T type -> Nested.T
      2:38 T type -> Nested.T
      2:60 C type -> Nested.C
      2:64 B type -> free B
      2:70 B type -> Nested.B
      2:73 C type -> free C"
    `)
  })

  it('says that what a type names is code of the type, unless it is local', () => {
    const text = `interface I<T> extends J<T> { a: K; m(x: L): void }
type A = { b: M }
enum E { One = N }
class C extends Base<O> implements P {}
function f(q: Q) { interface Local extends R {} }
interface I<T> { c: S }`
    expect(factsOf(text, { occurrences: true, owners: true })).toMatchInlineSnapshot(`
      "1:24 J extends -> free J in I
      1:26 T type -> I.T in I
      1:34 K type -> free K in I
      1:42 L type -> free L in I
      2:15 M type -> free M in A
      3:16 N read -> free N in E
      4:17 Base extends -> free Base in C
      4:22 O type -> free O in C
      4:36 P implements -> free P in C
      5:15 Q type -> free Q in f
      5:44 R extends -> free R in f
      6:11 I type -> I in <module>
      6:21 S type -> free S in I"
    `)
  })
})
