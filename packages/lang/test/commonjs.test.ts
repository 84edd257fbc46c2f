import { describe, expect, it } from 'vitest'
import { factsOf } from './render.ts'

describe('CommonJS', () => {
  it('reads require, plain and taken apart', () => {
    const facts = factsOf(
      `const a = require('./a'), { b, c: d, ...e } = require('b'), f = require('f').g
require('side'); require(name)
a.x(); b(); d()`,
      { symbols: true, occurrences: true, modules: true },
      'javascript',
    )
    expect(facts).toMatchInlineSnapshot(`
      "import a~hidden = './a'
      import b~hidden = 'b'.b
      import d~hidden = 'b'.c
      import e~hidden = 'b'
      constant f = 'f'.g
      1:11 require call -> free require
      1:20 ./a import -> './a'
      1:29 b import -> 'b'.b
      1:32 c import -> 'b'.c
      1:47 require call -> free require
      1:56 b import -> 'b'
      1:65 require call -> free require
      1:74 f import -> 'f'
      1:78 g read -> 'f'.g
      2:1 require call -> free require
      2:10 side import -> 'side'
      2:18 require call -> free require
      2:26 name read -> free name
      3:1 a read -> a~hidden
      3:3 x call -> a~hidden.x
      3:8 b call -> b~hidden
      3:13 d call -> d~hidden
      require './a'
      require 'b'
      require 'f'
      require 'side'"
    `)
  })

  it('reads what is exported one by one', () => {
    const facts = factsOf(
      `exports.a = function () { return exports.b }
exports.b = b; module.exports.c = class { m() {} }
exports.d = exports.e = void 0
exports.f = { g: 1 }
exports.a = again`,
      { symbols: true, occurrences: true, exports: true },
      'javascript',
    )
    expect(facts).toMatchInlineSnapshot(`
      "function a [exported] => <module>.b
      class c [exported]
      method c.m [exported]
      constant f [exported] = f~hidden
      object f~hidden [exported hidden]
      property f.g [exported] = Number
      1:1 exports read -> free exports
      1:34 exports read -> free exports
      1:42 b read -> <module>.b
      2:1 exports read -> free exports
      2:9 b write -> <module>.b
      2:13 b read -> free b
      2:16 module read -> free module
      2:23 exports read -> free module.exports
      3:1 exports read -> free exports
      3:9 d write -> <module>.d
      3:13 exports read -> free exports
      3:21 e write -> <module>.e
      4:1 exports read -> free exports
      5:1 exports read -> free exports
      5:9 a write -> <module>.a
      5:13 again read -> free again
      export a = a
      export b = free b
      export c = c
      export f = f"
    `)
  })

  it('reads module.exports', () => {
    const facts = factsOf(
      `module.exports = { a, b() {} }`,
      { symbols: true, occurrences: true, exports: true },
      'javascript',
    )
    expect(facts).toMatchInlineSnapshot(`
      "constant default [exported] = default~hidden
      object default~hidden [exported hidden]
      property default.a [exported shorthand] = free a
      method default.b [exported]
      1:1 module read -> free module
      1:8 exports write -> free module.exports
      1:20 a read -> free a
      export export= = default"
    `)
  })

  it('reads module.exports that is a function or something declared', () => {
    const facts = factsOf(
      `module.exports = create
function create() {}`,
      { symbols: true, occurrences: true, exports: true },
      'javascript',
    )
    expect(facts).toMatchInlineSnapshot(`
      "function create [exported]
      1:1 module read -> free module
      1:8 exports write -> free module.exports
      1:18 create read -> create
      export export= = create"
    `)
  })

  it('takes a local require or exports for what they are', () => {
    const facts = factsOf(
      `function f(require, exports) { exports.a = require('x') }`,
      { symbols: true, occurrences: true, exports: true, modules: true },
      'javascript',
    )
    expect(facts).toMatchInlineSnapshot(`
      "function f
      parameter f.require [local] = argument 0 of f
      parameter f.exports [local] = argument 1 of f
      1:32 exports read -> f.exports
      1:40 a write -> f.exports.a
      1:44 require call -> f.require"
    `)
  })
})
