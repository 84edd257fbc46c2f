import { expect, test } from 'vitest'
import { project } from './project.ts'

test('finds members of instances, of the class and through this', () => {
  const { edges } = project(`
    //- /a.ts
    import { Pool } from './pool'
    export function f(declared: Pool) {
      const made = new Pool()
      made.acquire()
      declared.release()
      Pool.create().acquire()
    }
    //- /pool.ts
    export class Pool {
      static create(): Pool { return new this() }
      acquire() { this.grow() }
      release() { return this }
      private grow() { this.release().acquire() }
    }
  `)
  expect(edges('calls')).toEqual([
    'calls a.ts#f -> pool.ts#Pool.acquire exact',
    'calls a.ts#f -> pool.ts#Pool.create exact',
    'calls a.ts#f -> pool.ts#Pool.release exact',
    'calls pool.ts#Pool.acquire -> pool.ts#Pool.grow exact',
    'calls pool.ts#Pool.grow -> pool.ts#Pool.acquire exact',
    'calls pool.ts#Pool.grow -> pool.ts#Pool.release exact',
  ])
})

test('keeps static and instance members of one name apart', () => {
  const { at } = project(`
    //- /a.ts
    class A { static x() {} y() {} x() {} static y() {} }
    A./*static*/x()
    new A()./*instance*/x()
    A.prototype./*prototype*/y()
  `)
  expect(at('static')).toEqual(['calls a.ts#A.x exact call'])
  expect(at('instance')).toEqual(['calls a.ts#A.x exact call'])
  expect(at('prototype')).toEqual(['calls a.ts#A.y exact call'])
})

test('inherits through imports, aliases and several levels', () => {
  const { edges } = project(`
    //- /a.ts
    import { Derived as D } from './derived'
    const Alias = D
    class Leaf extends Alias {
      run() { super.run(); this.base(); this.middle() }
    }
    new Leaf().base()
    Leaf.make()
    //- /derived.ts
    import * as base from './base'
    export class Derived extends base.Base { middle() {} }
    //- /base.ts
    export class Base { base() {} run() {} static make() {} }
  `)
  expect(edges('calls')).toEqual([
    'calls a.ts -> base.ts#Base.base exact',
    'calls a.ts -> base.ts#Base.make exact',
    'calls a.ts#Leaf.run -> base.ts#Base.base exact',
    'calls a.ts#Leaf.run -> base.ts#Base.run exact',
    'calls a.ts#Leaf.run -> derived.ts#Derived.middle exact',
  ])
})

test('finds members of interfaces with several bases', () => {
  const { edges } = project(`
    //- /a.ts
    interface Named { name(): string }
    interface Closable { close(): void }
    interface File extends Named, Closable { read(): void }
    export function f(file: File) { file.name(); file.close(); file.read(); file.missing() }
  `)
  expect(edges('calls')).toEqual([
    'calls a.ts#f -> a.ts#Closable.close exact',
    'calls a.ts#f -> a.ts#File.read exact',
    'calls a.ts#f -> a.ts#Named.name exact',
  ])
})

test('finds members of enums, namespaces and object literals', () => {
  const { edges } = project(`
    //- /a.ts
    enum Color { Red }
    namespace tools { export function cut() {} export namespace inner { export const saw = () => 1 } }
    const api = { users: { list() {}, get: () => 1 }, count: 2 }
    export function f() {
      const { users } = api
      tools.cut()
      tools.inner.saw()
      api.users.list()
      users.get()
      return [Color.Red, api.count]
    }
  `)
  expect(edges('calls', 'reads')).toEqual([
    'calls a.ts#f -> a.ts#api.users.get exact',
    'calls a.ts#f -> a.ts#api.users.list exact',
    'calls a.ts#f -> a.ts#tools.cut exact',
    'calls a.ts#f -> a.ts#tools.inner.saw exact',
    'reads a.ts#f -> a.ts#Color exact',
    'reads a.ts#f -> a.ts#Color.Red exact',
    'reads a.ts#f -> a.ts#api exact',
    'reads a.ts#f -> a.ts#api.count exact',
    'reads a.ts#f -> a.ts#api.users exact',
    'reads a.ts#f -> a.ts#tools exact',
    'reads a.ts#f -> a.ts#tools.inner exact',
  ])
})

test('finds members through type aliases, constraints and type arguments', () => {
  const { edges } = project(`
    //- /a.ts
    class Item { use() {} }
    class Box<T> { constructor(readonly value: T) {} open(): T { return this.value } map<U>(f: (t: T) => U): Box<U> { return new Box(f(this.value)) } }
    class ItemBox extends Box<Item> {}
    interface Holder<A, B> { readonly left: A; right(): B }
    type Pair<X> = { first: X; both: Holder<X, X> }
    type Same = Item
    export function f<T extends Item>(t: T, box: Box<Item>, sub: ItemBox, pair: Pair<Item>, same: Same, holder: Holder<string, Box<Item>>) {
      t.use()
      box.open().use()
      box.value.use()
      sub.open().use()
      pair.first.use()
      pair.both.right().use()
      same.use()
      holder.right().value.use()
    }
  `)
  expect(edges('calls')).toEqual([
    'calls a.ts#Box.map -> a.ts#Box.constructor exact',
    'calls a.ts#f -> a.ts#Box.open exact',
    'calls a.ts#f -> a.ts#Holder.right exact',
    'calls a.ts#f -> a.ts#Item.use exact',
  ])
})

test('tells declared results from those that flow out of a function', () => {
  const { edges } = project(`
    //- /a.ts
    class Pool { acquire() {} release() {} }
    function declared(): Pool { return make() }
    function make() { return new Pool() }
    async function later() { return new Pool() }
    async function soon(): Promise<Pool> { return make() }
    export async function f() {
      declared().acquire()
      make().release()
    }
    export async function g() { (await later()).acquire() }
    export async function h() { const pool = await soon(); pool.acquire() }
  `)
  expect(edges('calls').filter((line) => line.includes('Pool.'))).toEqual([
    'calls a.ts#f -> a.ts#Pool.acquire exact',
    'calls a.ts#f -> a.ts#Pool.release inferred',
    'calls a.ts#g -> a.ts#Pool.acquire inferred',
    'calls a.ts#h -> a.ts#Pool.acquire exact',
  ])
})

test('takes elements out of arrays, sets, maps and iterables', () => {
  const { edges } = project(`
    //- /a.ts
    class A { use() {} }
    export function f1(list: A[]) { list[0]!.use() }
    export function f2(list: ReadonlyArray<A>) { for (const one of list) one.use() }
    export function f3(set: Set<A>) { for (const one of set) one.use() }
    export function f4(map: Map<string, A>) { map.get('x')!.use() }
    export function f5(map: Map<string, A>) { for (const [, value] of map) value.use() }
    export function f6(map: Map<string, A>) { for (const value of map.values()) value.use() }
    export function f7(list: Iterable<A>) { const [first] = list; first!.use() }
    export function f8(record: Record<string, A>) { record['x']!.use() }
    export function f9(list: A[]) { list.filter(Boolean).find(Boolean)!.use() }
    export async function f10(list: Promise<A[]>) { (await list)[0]!.use() }
    export function f11(index: { [key: string]: A }, key: string) { index[key]!.use() }
    class List { *[Symbol.iterator](): Iterator<A> {} }
    export function f12(list: List) { for (const one of list) one.use() }
  `)
  const users = edges('calls')
    .filter((line) => line.includes('#A.use'))
    .map((line) => line.slice('calls a.ts#'.length).replace(' -> a.ts#A.use', ''))
  expect(users).toEqual([
    'f1 exact',
    'f10 exact',
    'f11 exact',
    'f12 exact',
    'f2 exact',
    'f3 exact',
    'f4 exact',
    'f5 exact',
    'f6 exact',
    'f7 exact',
    'f8 exact',
    'f9 exact',
  ])
})

test('lists every member of a declared union, and marks what flow cannot decide as ambiguous', () => {
  const { edges } = project(`
    //- /a.ts
    class A { go() {} }
    class B { go() {} }
    class C {}
    export function declared(x: A | B | C | undefined) { x?.go() }
    function a() { return new A() }
    function b() { return new B() }
    export function flows(flag: boolean) { const x = flag ? a() : b(); x.go() }
  `)
  expect(edges('calls').filter((line) => line.includes('.go'))).toEqual([
    'calls a.ts#declared -> a.ts#A.go exact',
    'calls a.ts#declared -> a.ts#B.go exact',
    'calls a.ts#flows -> a.ts#A.go ambiguous',
    'calls a.ts#flows -> a.ts#B.go ambiguous',
  ])
})

test('tells getters from setters by the role', () => {
  const { at } = project(`
    //- /a.ts
    class Box {
      get /*getter*/size() { return 1 }
      set size(value: number) {}
      get only(): Box { return this }
      constructor(public owner: Box) {}
    }
    export function f(box: Box) {
      box./*write*/size = 2
      box./*read*/size
      box.only./*chain*/owner./*parameter*/owner.size
    }
  `)
  expect(at('write')).toEqual(['calls a.ts#Box.size exact through', 'writes a.ts#Box.size exact write'])
  expect(at('read')).toEqual(['calls a.ts#Box.size exact through', 'reads a.ts#Box.size exact read'])
  expect(at('chain')).toEqual(['reads a.ts#Box.owner exact read'])
  expect(at('parameter')).toEqual(['reads a.ts#Box.owner exact read'])
})

test('gives an inherited method that returns this the type of its receiver', () => {
  const { edges } = project(`
    //- /a.ts
    class Base { chain(): this { return this } loose() { return this } }
    class Derived extends Base { own() {} }
    export function f(d: Derived) { d.chain().own(); d.loose().own() }
  `)
  expect(edges('calls')).toContain('calls a.ts#f -> a.ts#Derived.own exact')
})

test('knows members of types of the language and of types outside, inferred', () => {
  const { edges } = project(`
    //- /a.ts
    import type { Request } from 'express'
    class MyError extends Error { show() { return this.message } }
    export function f(request: Request, map: Map<string, string>) {
      request.get('x')
      map.get('x')
      'text'.trim().split(',')
      new MyError().stack
    }
    declare global { interface Map<K, V> { sorted(): V[] } }
    export function g(map: Map<string, string>) { map.sorted() }
  `)
  expect(edges('calls')).toEqual([
    'calls a.ts#f -> external:express#Request.get inferred',
    'calls a.ts#f -> external:globalThis#Map.get inferred',
    'calls a.ts#f -> external:globalThis#String.split inferred',
    'calls a.ts#f -> external:globalThis#String.trim inferred',
    'calls a.ts#g -> a.ts#global.Map.sorted exact',
  ])
  expect(edges('reads')).toEqual([
    'reads a.ts#MyError.show -> external:globalThis#Error.message inferred',
    'reads a.ts#f -> external:globalThis#Error.stack inferred',
  ])
})

test('follows mixins and classes that functions give back', () => {
  const { edges } = project(`
    //- /a.ts
    class Base { base() {} }
    function Mixin() { return class Mixed extends Base { mixed() {} } }
    class A extends Mixin() {}
    new A().mixed()
    new A().base()
  `)
  expect(edges('calls').filter((line) => line.includes('#Base') || line.includes('Mixed'))).toEqual([
    'calls a.ts -> a.ts#Base.base inferred',
    'calls a.ts -> a.ts#Mixin.Mixed.mixed inferred',
  ])
})

test('calls through call signatures, construct signatures and function types', () => {
  const { edges } = project(`
    //- /a.ts
    class A { use() {} }
    interface Factory { (): A; new (): A; readonly make: () => A }
    export function f(factory: Factory, plain: () => A, Ctor: new () => A) {
      factory().use()
    }
    export function g(Ctor: new () => A) { new Ctor().use() }
    export function h(factory: Factory) { factory.make().use() }
    export function i(factory: Factory) { new factory().use() }
    export function j(plain: () => A) { plain().use() }
  `)
  expect(edges('calls').filter((line) => line.includes('A.use'))).toEqual([
    'calls a.ts#f -> a.ts#A.use exact',
    'calls a.ts#g -> a.ts#A.use exact',
    'calls a.ts#h -> a.ts#A.use exact',
    'calls a.ts#i -> a.ts#A.use exact',
    'calls a.ts#j -> a.ts#A.use exact',
  ])
})

test('tells a member that is not there from a receiver that is not known', () => {
  const { unresolved } = project(`
    //- /a.ts
    class A {}
    declare function anything(): any
    new A().missing()
    anything().whatever
  `)
  expect(unresolved()).toEqual(['missing no-such-member call', 'whatever unknown-receiver'])
})

test('applies the type operators of the language where they are simple', () => {
  const { edges } = project(`
    //- /a.ts
    class A { use() {} }
    function make(): A { return new A() }
    export function f(a: Partial<A>, b: Readonly<Pick<A, 'use'>>, c: ReturnType<typeof make>, d: InstanceType<typeof A>, e: Awaited<Promise<A>>) {
      return [a.use, b.use, c.use, d.use, e.use]
    }
  `)
  expect(edges('reads')).toEqual(['reads a.ts#f -> a.ts#A.use exact'])
})

test('puts the type arguments of a heritage clause into inherited members', () => {
  const { at } = project(`
    //- /a.ts
    class Foo { run() {} }
    class Box<T> { value!: T; static of() { return new Foo() } }
    interface Held<T> { held: T }
    interface Names extends Held<Foo> {}
    class FooBox extends Box<Foo> implements Names { held = new Foo() }
    const make = (): typeof Box => Box
    class Made extends make()<Foo> {}
    declare const names: Names
    new FooBox().value./*class*/run()
    names.held./*interface*/run()
    FooBox.of()./*static*/run()
    new Made().value./*made*/run()
  `)
  for (const marker of ['class', 'interface', 'static']) {
    expect(at(marker)).toEqual([expect.stringMatching(/^calls a\.ts#Foo\.run (?:exact|inferred) call$/)])
  }
})

test('finds what a class inherits through an interface of the same name', () => {
  const { at } = project(`
    //- /a.ts
    class Base { base() {} }
    interface Extra<T> { extra: T }
    interface Both extends Extra<Base> {}
    class Both extends Base {}
    declare const both: Both
    both./*class*/base()
    both.extra./*interface*/base()
  `)
  expect(at('class')).toEqual(['calls a.ts#Base.base exact call'])
  expect(at('interface')).toEqual(['calls a.ts#Base.base exact call'])
})

test('finds members that JavaScript declares by assignments', () => {
  const { at } = project(`
    //- /a.js
    const { EventEmitter } = require('node:events')
    class Job extends EventEmitter {
      constructor() { super(); this.tasks = new Tasks() }
      run() { this./*field*/tasks./*method*/clear(); this./*own*/tasks = new Tasks() }
    }
    function Tasks() { this.list = [] }
    Tasks.prototype.clear = function () { this./*list*/list = []; function inner() {} }
    Tasks.empty = () => new Tasks()
    Tasks./*static*/empty()./*result*/clear()
    new Tasks().clear./*inside*/inner
  `)
  expect(at('field')).toEqual(['reads a.js#Job.tasks exact read'])
  expect(at('method')).toEqual(['calls a.js#Tasks.clear exact call'])
  expect(at('own')).toEqual(['writes a.js#Job.tasks exact write'])
  expect(at('list')).toEqual(['writes a.js#Tasks.list exact write'])
  expect(at('static')).toEqual(['calls a.js#Tasks.empty exact call'])
  expect(at('result')).toEqual(['calls a.js#Tasks.clear inferred call'])
  expect(at('inside')).toEqual(['unresolved no-such-member'])
})

test('finds no member that a type of the language does not have', () => {
  const { at } = project(`
    //- /a.ts
    class Failure extends Error { code = 1; make() { return new this./*self*/constructor(this./*own*/code) } constructor(code: number) { super() } }
    declare const failure: Failure
    const list = [1, 2]
    failure./*inherited*/message
    failure./*unknown*/reason.text
    list./*title*/title
    list./*length*/length
    new Proxy({}, {})./*proxy*/anything
  `)
  expect(at('self')).toEqual([
    'calls a.ts#Failure.constructor inferred call',
    'instantiates a.ts#Failure inferred through',
    'reads external:globalThis#Object.constructor inferred call',
  ])
  expect(at('own')).toEqual(['reads a.ts#Failure.code exact read'])
  expect(at('inherited')).toEqual(['reads external:globalThis#Error.message inferred read'])
  expect(at('unknown')).toEqual(['unresolved no-such-member'])
  expect(at('title')).toEqual(['unresolved no-such-member'])
  expect(at('length')).toEqual(['reads external:globalThis#Array.length inferred read'])
  expect(at('proxy')).toEqual(['unresolved no-such-member'])
})

test('finds a member in each of many alternatives', () => {
  const count = 40
  const declared = Array.from({ length: count }, (_, index) => 'interface A' + index + ' { tag: string }').join('\n')
  const union = Array.from({ length: count }, (_, index) => 'A' + index).join(' | ')
  const { at } = project(`//- /a.ts\n${declared}\ndeclare const one: ${union}\none./*tag*/tag\n`)
  expect(at('tag')).toHaveLength(count)
})

test('takes a value that is cast for what it is cast to', () => {
  const { at } = project(`
    //- /a.ts
    interface Before { tag: string }
    interface After { tag: string }
    declare const one: Before;
    (one as unknown as After)./*cast*/tag;
    (one as any)./*any*/tag;
    (one satisfies Before)./*same*/tag
  `)
  expect(at('cast')).toEqual(['reads a.ts#After.tag exact read'])
  expect(at('any')).toEqual(['reads a.ts#Before.tag exact read'])
  expect(at('same')).toEqual(['reads a.ts#Before.tag exact read'])
})
