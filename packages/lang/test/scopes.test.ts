import { describe, expect, it } from 'vitest'
import { factsOf } from './render.ts'

describe('scopes', () => {
  it('finds functions and classes before their declaration, and variables of enclosing functions', () => {
    const facts = factsOf(
      `run(new Later(), value)
function run(a: unknown, b: unknown) { return () => [a, b, value] }
class Later {}
const value = 1`,
      { occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "1:1 run call -> run
      1:9 Later construct -> Later
      1:18 value read -> value
      2:54 a read -> run.a
      2:57 b read -> run.b
      2:60 value read -> value"
    `)
  })

  it('hoists var out of blocks, loops, switches and handlers, once', () => {
    const facts = factsOf(
      `function f() {
  before
  if (a) { var before = 1 } else { var before = 2 }
  for (var i = 0; i < 1; i++) for (var k in {}) for (var v of []) { i; k; v }
  switch (i) { case 1: var s }
  try { var t } catch { var c } finally { var z }
  do { var d } while (d)
  while (z) label: { var l }
  return [s, t, c, l]
}`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "function f => f~hidden~3
      variable f.before [local] = Number
      variable f.i [local] = Number
      variable f.k [local] = String
      object f~hidden [hidden]
      variable f.v [local] = each f~hidden~2
      object f~hidden~2 [hidden] = of free Array
      variable f.s [local]
      variable f.t [local]
      variable f.c [local]
      variable f.z [local]
      variable f.d [local]
      variable f.l [local]
      object f~hidden~3 [hidden] = of free Array<(f.s | f.t | f.c | f.l), f.s, f.t, f.c, f.l>
      2:3 before read -> f.before
      3:7 a read -> free a
      3:40 before write -> f.before
      4:19 i read -> f.i
      4:26 i write -> f.i
      4:69 i read -> f.i
      4:72 k read -> f.k
      4:75 v read -> f.v
      5:11 i read -> f.i
      7:23 d read -> f.d
      8:10 z read -> f.z
      9:11 s read -> f.s
      9:14 t read -> f.t
      9:17 c read -> f.c
      9:20 l read -> f.l"
    `)
  })

  it('keeps let, const, class and function of a block inside it', () => {
    const facts = factsOf(
      `const x = 1
{ const x = 2; function g() {} class C {} x; g; C }
x; g; C`,
      { occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "2:43 x read -> x~2
      2:46 g read -> g
      2:49 C read -> C
      3:1 x read -> x
      3:4 g read -> free g
      3:7 C read -> free C"
    `)
  })

  it('treats var and a parameter of one name as one variable', () => {
    const facts = factsOf(`function f(a) { var a = 1; return a }`, { symbols: true, occurrences: true }, 'javascript')
    expect(facts).toMatchInlineSnapshot(`
      "function f => f.a
      parameter f.a [local] = (argument 0 of f | Number)
      1:21 a write -> f.a
      1:35 a read -> f.a"
    `)
  })

  it('lets defaults see parameters but not the body', () => {
    const facts = factsOf(
      `const b = 0
function f(a, c = b, d = a) { const b = 1; return b + c + d }`,
      { occurrences: true },
      'javascript',
    )
    expect(facts).toMatchInlineSnapshot(`
      "2:19 b read -> b
      2:26 a read -> f.a
      2:51 b read -> f.b
      2:55 c read -> f.c
      2:59 d read -> f.d"
    `)
  })

  it('binds destructured names with their defaults, keys and rest', () => {
    const facts = factsOf(
      `const key = 'k'
const { a, b: { c = a }, [key]: d, 'e-f': g, ...rest } = source
const [first, , [second = first], ...others] = list
for (const { id } of rows) id`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "constant key = String
      constant a = free source.a
      constant c = (free source.b.c | a)
      constant d = free source.k
      constant g = free source.e-f
      constant rest = free source
      constant first = free list.0
      constant second = (free list.2.0 | first)
      constant others = of free Array<each free list, free list.3>
      constant id = each free rows.id
      2:9 a read -> free source.a
      2:12 b read -> free source.b
      2:17 c read -> free source.b.c
      2:21 a read -> a
      2:27 key read -> key
      2:37 e-f read -> free source.e-f
      2:58 source read -> free source
      3:27 first read -> first
      3:48 list read -> free list
      4:14 id read -> each free rows.id
      4:22 rows read -> free rows
      4:28 id read -> id"
    `)
  })

  it('marks what an assignment pattern writes and reads', () => {
    const facts = factsOf(
      `let x, y, o
;({ x, y: o.p = 1, ...o.rest } = source);
[x, o[y], ...y] = list
x += 1; y++; delete o.p`,
      { occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "2:5 x read -> free source.x
      2:5 x write -> x
      2:8 y read -> free source.y
      2:11 o read -> o
      2:13 p write -> o.p
      2:23 o read -> o
      2:25 rest write -> o.rest
      2:34 source read -> free source
      3:2 x write -> x
      3:5 o read -> o
      3:7 y read -> y
      3:14 y write -> y
      3:19 list read -> free list
      4:1 x write -> x
      4:9 y write -> y
      4:21 o read -> o
      4:23 p write -> o.p"
    `)
  })

  it('binds the name of a function expression inside it alone', () => {
    const facts = factsOf(
      `const f = function named() { named() }
call(function other() { other() })
named; other`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "function f
      function other
      1:20 named type -> f
      1:30 named call -> f
      2:1 call call -> free call
      2:25 other call -> other
      3:1 named read -> free named
      3:8 other read -> free other"
    `)
  })

  it('keeps the parameter of a catch clause in it', () => {
    const facts = factsOf(
      `try { e } catch (e) { e } finally { e }
try {} catch ({ message: m }) { m }`,
      { occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "1:7 e read -> free e
      1:23 e read -> e
      1:37 e read -> free e
      2:17 message read -> ?.message
      2:33 m read -> m"
    `)
  })

  it('scopes a switch as one block and loops each on their own', () => {
    const facts = factsOf(
      `switch (x) { case 1: let a = 1; case 2: a }
for (let i = 0; i < 1; i++) i
for (const i of i2) i
i`,
      { occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "1:9 x read -> free x
      1:41 a read -> a
      2:17 i read -> i
      2:24 i write -> i
      2:29 i read -> i
      3:17 i2 read -> free i2
      3:21 i read -> i~2
      4:1 i read -> free i"
    `)
  })

  it('does not take labels for names', () => {
    const facts = factsOf(`outer: for (;;) { inner: for (;;) { continue outer; break inner } }`, {
      symbols: true,
      occurrences: true,
    })
    expect(facts).toMatchInlineSnapshot(`""`)
  })

  it('looks up values, types and namespaces separately', () => {
    const facts = factsOf(
      `interface A {}
const A = 1
type B = A
const b: B = A
namespace N { export type T = A }
let t: N.T, q: typeof A`,
      { symbols: true, occurrences: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "interface A~type
      constant A = Number
      type B = of A~type
      constant b [typed] = of B
      namespace N
      type N.T = of A~type
      variable t [typed] = of N.T
      variable q [typed] = A
      3:10 A type -> A~type
      4:10 B type -> B
      4:14 A read -> A
      5:31 A type -> A~type
      6:8 N type -> N
      6:10 T type -> N.T
      6:23 A type -> A"
    `)
  })

  it('takes the first of several declarations of a name that cannot be merged, and keeps imported types beside values', () => {
    const text = `import type { Stream } from './stream'
const Stream: { make(): Stream } = make()
class A { one() {} }
class A { two() {} }
const A = { three: 3 }
type B = { four: 4 }
interface B { five: 5 }`
    expect(factsOf(text, { symbols: true, occurrences: true })).toMatchInlineSnapshot(`
      "import Stream~hidden = './stream'.Stream
      constant Stream [typed] = Stream~hidden~2
      object Stream~hidden~2 [hidden]
      method Stream.make [ambient] => of Stream~hidden
      class A
      method A.one
      method A.two
      object A~hidden [hidden]
      property A.three = Number
      type B = B~hidden
      object B~hidden [hidden]
      property B.four [ambient] = "4"
      property B.five [ambient] = "5"
      1:15 Stream import -> './stream'.Stream
      1:30 ./stream import -> './stream'
      2:25 Stream type -> Stream~hidden
      2:36 make call -> free make
      4:7 A type -> A
      5:7 A write -> A
      7:11 B type -> B"
    `)
  })

  it('gives a declaration that is the body of a statement a scope of its own', () => {
    const text = `if (a) function f() { return b }
for (;;) label: function g() {}
f()`
    expect(factsOf(text, { symbols: true, occurrences: true }, 'javascript')).toMatchInlineSnapshot(`
      "function f => free b
      function g
      1:5 a read -> free a
      1:30 b read -> free b
      3:1 f call -> free f"
    `)
  })
})
