import { expect, test } from 'vitest'
import { project } from './project.ts'

test('instantiates a class and calls its constructor, own or inherited', () => {
  const { edges, at } = project(`
    //- /a.ts
    class Base { constructor(readonly x: number) {} }
    class Derived extends Base {}
    class Own extends Base { constructor() { /*super*/super(1) } }
    class Plain {}
    class Failure extends Error { constructor() { super('x') } }
    class Bare extends Plain { constructor() { super() } }
    export function f() { new /*derived*/Derived(1); new Own(); new Plain() }
  `)
  expect(edges('calls', 'instantiates')).toEqual([
    'calls a.ts#Bare.constructor -> a.ts#Plain exact',
    'calls a.ts#Failure.constructor -> external:globalThis#Error exact',
    'calls a.ts#Own.constructor -> a.ts#Base.constructor exact',
    'calls a.ts#f -> a.ts#Base.constructor exact',
    'calls a.ts#f -> a.ts#Own.constructor exact',
    'instantiates a.ts#f -> a.ts#Derived exact',
    'instantiates a.ts#f -> a.ts#Own exact',
    'instantiates a.ts#f -> a.ts#Plain exact',
  ])
  expect(at('derived')).toEqual(['calls a.ts#Base.constructor exact call', 'instantiates a.ts#Derived exact call'])
  expect(at('super')).toEqual(['calls a.ts#Base.constructor exact call'])
})

test('counts decorators, tags and components as calls', () => {
  const { edges } = project(`
    //- /a.tsx
    import { Injectable, sql, Button } from './lib'
    @Injectable
    class Service {}
    export const view = () => <Button label={sql\`select\`} />
    //- /lib.ts
    export function Injectable(target: unknown) {}
    export function sql(strings: TemplateStringsArray) {}
    export function Button() {}
  `)
  expect(edges('calls').map((line) => line.replace(/ a\\.tsx\\S*/, ''))).toEqual(
    expect.arrayContaining([
      expect.stringContaining('lib.ts#Button exact'),
      expect.stringContaining('lib.ts#Injectable exact'),
      expect.stringContaining('lib.ts#sql exact'),
    ]),
  )
})

test('follows a called variable or property to the function that is its value', () => {
  const { edges, functionValues } = project(`
    //- /a.ts
    function one() {}
    function two() {}
    const alias = one
    const handlers = { run: two, both: Math.random() > 1 ? one : two }
    export function f() {
      const local = one
      local()
      alias()
      handlers.run()
    }
    export function g() { handlers.both() }
  `)
  expect(edges('calls')).toEqual([
    'calls a.ts -> external:globalThis#Math.random exact',
    'calls a.ts#f -> a.ts#one inferred',
    'calls a.ts#f -> a.ts#two inferred',
    'calls a.ts#g -> a.ts#one ambiguous',
    'calls a.ts#g -> a.ts#two ambiguous',
  ])
  expect(functionValues()).toEqual([])
})

test('counts calls of parameters and variables whose function is not known', () => {
  const { at, edges, functionValues, unresolved } = project(`
    //- /a.ts
    declare function load(): any
    export function f(callback: () => void) {
      const loaded = load()
      /*parameter*/callback()
      loaded()
    }
  `)
  expect(at('parameter')).toEqual(['local a.ts#f.callback call'])
  expect(edges('calls')).toEqual(['calls a.ts#f -> a.ts#load exact'])
  expect(functionValues()).toEqual(['callback', 'loaded'])
  expect(unresolved()).toEqual([])
})

test('leaves code at the top of a file to its module and code in an initialiser to its variable', () => {
  const { edges } = project(`
    //- /a.ts
    function wrap(f: () => void) { return f }
    function inner() {}
    export const wrapped = wrap(() => { inner() })
    inner()
  `)
  expect(edges('calls')).toEqual([
    'calls a.ts -> a.ts#inner exact',
    'calls a.ts -> a.ts#wrap exact',
    'calls a.ts#wrapped -> a.ts#inner exact',
  ])
})

test('tells reads, writes, references and exports apart', () => {
  const { edges } = project(`
    //- /a.ts
    import { counter, type Shape } from './b'
    export { counter }
    export let total = 0
    export function f(shape: Shape) { total = counter.value; counter.value += 1; return total }
    //- /b.ts
    export const counter = { value: 1 }
    export interface Shape {}
  `)
  expect(edges('reads', 'writes', 'references')).toEqual([
    'reads a.ts#f -> a.ts#total exact',
    'reads a.ts#f -> b.ts#counter exact',
    'reads a.ts#f -> b.ts#counter.value exact',
    'references a.ts -> b.ts#counter exact',
    'references a.ts#f -> b.ts#Shape exact',
    'writes a.ts#f -> a.ts#total exact',
    'writes a.ts#f -> b.ts#counter.value exact',
  ])
})

test('gives a component its properties, whether they are written, spread or children', () => {
  const { edges } = project(`
    //- /main.js
    function Button({ onClick, label }) { onClick(); label() }
    function List({ children }) { children() }
    function click() {}
    function row() {}
    const shared = { label() {} }
    const page = <div onClick={click}><Button onClick={click} {...shared} /><List>{row}</List></div>
  `)
  expect(edges('calls')).toEqual([
    'calls main.js -> main.js#Button exact',
    'calls main.js -> main.js#List exact',
    'calls main.js#Button -> main.js#click inferred',
    'calls main.js#Button -> main.js#shared.label inferred',
    'calls main.js#List -> main.js#row inferred',
  ])
})

test('calls decorators, and what they are made by, where the class stands', () => {
  const { edges } = project(`
    //- /main.ts
    function log(name: string) { return function wrap(method: unknown) {} }
    function sealed(target: unknown) {}
    export function make() {
      @sealed class A {
        @log('x') m() {}
        @sealed field = 1
      }
      return A
    }
  `)
  expect(edges('calls')).toEqual([
    'calls main.ts#make -> main.ts#log exact',
    'calls main.ts#make -> main.ts#log.wrap inferred',
    'calls main.ts#make -> main.ts#sealed exact',
  ])
})
