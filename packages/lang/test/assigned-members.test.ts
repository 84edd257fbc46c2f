import { describe, expect, it } from 'vitest'
import { factsOf } from './render.ts'

const shown = { symbols: true, occurrences: true, owners: true } as const

describe('members declared by assignments', () => {
  it('takes the first assignment to a member of `this` in a JavaScript class for its declaration', () => {
    const text = `class Counter extends Base {
  step = 1
  constructor() {
    super()
    this.count = 0
    this.step = 2
    this.next = () => this.count
    this.count = 'none'
  }
  reset() { this.done = function () { return this.count } }
  static make() { this.made = new Counter() }
}`
    expect(factsOf(text, shown, 'javascript')).toMatchInlineSnapshot(`
      "class Counter = free Base
      property Counter.step = Number
      constructor Counter.constructor
      property Counter.count = (Number | String)
      method Counter.next => this<Counter>.count
      method Counter.reset
      method Counter.done => this<Counter>.count
      method Counter.make [static]
      property Counter.made [static] = new Counter
      1:23 Base extends -> free Base in Counter
      4:5 super call -> super<Counter> in Counter.constructor
      6:10 step write -> this<Counter>.step in Counter.constructor
      7:28 count read -> this<Counter>.count in Counter.next
      8:10 count write -> this<Counter>.count in Counter.constructor
      10:51 count read -> this<Counter>.count in Counter.done
      11:35 Counter construct -> Counter in Counter.make"
    `)
  })

  it('takes assignments to a function, its prototype and its `this` for members in JavaScript', () => {
    const text = `function Shape(size) { this.size = size }
Shape.prototype.area = function () { return this.size }
Shape.make = () => new Shape(1)
Shape.make = null`
    expect(factsOf(text, shown, 'javascript')).toMatchInlineSnapshot(`
      "function Shape
      parameter Shape.size~2 [local] = argument 0 of Shape
      property Shape.size = Shape.size~2
      method Shape.area => this<Shape>.size
      method Shape.make [static] => new Shape
      1:36 size read -> Shape.size~2 in Shape
      2:1 Shape read -> Shape in <module>
      2:7 prototype read -> Shape.prototype in <module>
      2:50 size read -> this<Shape>.size in Shape.area
      3:1 Shape read -> Shape in <module>
      3:24 Shape construct -> Shape in Shape.make
      4:1 Shape read -> Shape in <module>
      4:7 make write -> this<Shape static>.make in <module>"
    `)
  })

  it('declares nothing by assignments in TypeScript, in functions without a name and before the function', () => {
    const typed = 'class A { constructor() { this.a = 1 } }'
    expect(factsOf(typed, { symbols: true })).toMatchInlineSnapshot(`
      "class A
      constructor A.constructor"
    `)
    const unnamed = 'F.a = 1; call(function () { this.b = 2 }); function F() {}'
    expect(factsOf(unnamed, { symbols: true }, 'javascript')).toMatchInlineSnapshot(`
      "function (anonymous) [hidden]
      function F"
    `)
  })
})
