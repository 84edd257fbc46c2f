import { extract, symbolFlag } from '@forge/lang'
import type { Language } from '@forge/lang'
import { describe, expect, it } from 'vitest'
import { factsOf } from './render.ts'

describe('modules', () => {
  it('reads imports of every form', () => {
    const facts = factsOf(
      `import 'side'
import def, { a, b as c, type T, default as d, 'x-y' as z } from './m'
import * as ns from 'ns'
import type { U } from './types'
import old = require('old')
import inner = ns.deep.er
def; a; c; ns.x; old(); let t: T | U | inner`,
      { symbols: true, occurrences: true, modules: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "import def~hidden = './m'.default
      import a~hidden = './m'.a
      import c~hidden = './m'.b
      import T~hidden = './m'.T
      import d~hidden = './m'.default
      import z~hidden = './m'.x-y
      import ns~hidden = 'ns'
      import U~hidden = './types'.U
      import old~hidden = 'old'
      import inner~hidden = ns~hidden.deep.er
      variable t [typed] = (of T~hidden | of U~hidden | of inner~hidden)
      1:9 side import -> 'side'
      2:8 def import -> './m'.default
      2:15 a import -> './m'.a
      2:18 b import -> './m'.b
      2:23 c import -> './m'.b
      2:31 T import -> './m'.T
      2:34 default import -> './m'.default
      2:45 d import -> './m'.default
      2:49 x-y import -> './m'.x-y
      2:57 z import -> './m'.x-y
      2:67 ./m import -> './m'
      3:13 ns import -> 'ns'
      3:22 ns import -> 'ns'
      4:15 U import -> './types'.U
      4:25 ./types import -> './types'
      5:23 old import -> 'old'
      6:16 ns import -> ns~hidden
      6:19 deep import -> ns~hidden.deep
      6:24 er import -> ns~hidden.deep.er
      7:1 def read -> def~hidden
      7:6 a read -> a~hidden
      7:9 c read -> c~hidden
      7:12 ns read -> ns~hidden
      7:15 x read -> ns~hidden.x
      7:18 old call -> old~hidden
      7:32 T type -> T~hidden
      7:36 U type -> U~hidden
      7:40 inner type -> inner~hidden
      import 'side'
      import './m'
      import 'ns'
      type './types'
      require 'old'"
    `)
  })

  it('reads exports of every form', () => {
    const facts = factsOf(
      `import { b } from 'b'
const a = 1, c = 2
type a = string
export { a, c as d, b, missing }
export type { a as A }
export { e, f as g, default } from './e'
export * from './all'
export * as ns from './ns'
export type * from './t'
export const { h, i: [j] } = c, k = 1
export function l() {}
export class M {}
export interface N {}
export enum O { P }
export namespace Q { export const r = 1; const s = 2 }
export as namespace Umd`,
      { symbols: true, occurrences: true, modules: true, exports: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "import b~hidden [exported] = 'b'.b
      constant a [exported] = Number
      constant c [exported] = Number
      type a~type [exported] = String
      constant h [exported] = c.h
      constant j [exported] = c.i.0
      constant k [exported] = Number
      function l [exported]
      class M [exported]
      interface N [exported]
      enum O [exported]
      enum-member O.P [exported]
      namespace Q [exported]
      constant Q.r [exported] = Number
      constant Q.s = Number
      1:10 b import -> 'b'.b
      1:20 b import -> 'b'
      4:10 a export -> a
      4:10 a export -> a~type
      4:13 c export -> c
      4:18 d export -> c
      4:21 b export -> b~hidden
      4:24 missing export -> free missing
      5:15 a export -> a
      5:15 a export -> a~type
      5:20 A export -> a
      5:20 A export -> a~type
      6:10 e export -> './e'.e
      6:13 f export -> './e'.f
      6:18 g export -> './e'.f
      6:21 default export -> './e'.default
      6:37 ./e import -> './e'
      7:16 ./all import -> './all'
      8:13 ns export -> './ns'
      8:22 ./ns import -> './ns'
      9:21 ./t import -> './t'
      10:16 h read -> c.h
      10:19 i read -> c.i
      10:30 c read -> c
      import 'b'
      import './e'
      import './all'
      import './ns'
      type './t'
      export a = a
      export a = a~type
      export d = c
      export b = b~hidden
      export missing = free missing
      export A = a
      export A = a~type
      export e = './e'.e
      export g = './e'.f
      export default = './e'.default
      export * = './all'
      export ns = './ns'
      export * = './t'
      export h = h
      export j = j
      export k = k
      export l = l
      export M = M
      export N = N
      export O = O
      export Q = Q"
    `)
  })

  it('exports a default of any kind', () => {
    const facts = factsOf(`export default function () { return 1 }`, { symbols: true, exports: true })
    expect(facts).toMatchInlineSnapshot(`
      "function default [exported] => Number
      export default = default"
    `)
  })

  it('exports a named default', () => {
    const facts = factsOf(`export default class A { m() { return A } }`, {
      symbols: true,
      occurrences: true,
      exports: true,
    })
    expect(facts).toMatchInlineSnapshot(`
      "class A [exported]
      method A.m [exported] => A
      1:39 A read -> A
      export default = A"
    `)
  })

  it('exports a default expression', () => {
    const facts = factsOf(`export default { a: 1, m() {} }`, { symbols: true, exports: true })
    expect(facts).toMatchInlineSnapshot(`
      "constant default [exported] = default~hidden
      object default~hidden [exported hidden]
      property default.a [exported] = Number
      method default.m [exported]
      export default = default"
    `)
  })

  it('exports all that an identifier stands for as default', () => {
    const facts = factsOf(
      `interface A {}
const A = 1
export default A`,
      { occurrences: true, exports: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "3:16 A export -> A
      3:16 A export -> A~type
      export default = A
      export default = A~type"
    `)
  })

  it('reads export assignments', () => {
    const facts = factsOf(
      `function f() {}
namespace f { export const a = 1 }
export = f`,
      { symbols: true, occurrences: true, exports: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "function f [exported]
      constant f.a = Number
      2:11 f type -> f
      3:10 f export -> f
      export export= = f"
    `)
  })

  it('reads dynamic imports, and those it cannot follow', () => {
    const facts = factsOf(
      `const a = await import('./a')
import('./b').then((m) => m.x)
import(name, { with: { type: 'json' } })
import.meta.url`,
      { symbols: true, occurrences: true, modules: true },
    )
    expect(facts).toMatchInlineSnapshot(`
      "constant a = await of free Promise<'./a'>
      function (anonymous) [hidden] => m.x
      parameter m [local] = argument 0 of (anonymous)
      object ~hidden [hidden]
      property with = with~hidden
      object with~hidden [hidden]
      property with.type = String
      1:25 ./a import -> './a'
      2:9 ./b import -> './b'
      2:15 then call -> of free Promise<'./b'>.then
      2:27 m read -> m
      2:29 x read -> m.x
      3:8 name read -> free name
      4:13 url read -> ?.url
      dynamic './a'
      dynamic './b'"
    `)
  })

  it.each<[string, boolean, Language?]>([
    ['export {}', true],
    ["import './other'", true],
    ['export = 1', true],
    ["import a = require('a')", true],
    ['declare global { interface A {} }', true],
    ["const a = require('a')", true, 'javascript'],
    ['exports.a = 1', true, 'javascript'],
    ['module.exports = {}', true, 'javascript'],
    ['const a = 1', false],
    ["import('a')", false],
    ["declare module 'a' { export const b: number }", false],
    ['function require() {} require("a")', false, 'javascript'],
    ['', false, 'javascript'],
  ])('tells modules from scripts: %s', (text, isModule, language = 'typescript') => {
    const { symbols } = extract({ text, language })
    expect((symbols.flags[0]! & symbolFlag.exported) !== 0).toBe(isModule)
  })
})
