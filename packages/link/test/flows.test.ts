import { describe, expect, test } from 'vitest'
import { project } from './project.ts'

/** Who calls whom in a script, `*` for its top: `* > a, a > b`. */
function callsIn(code: string, file: string): string {
  const shown = (symbol: string): string => (symbol === file ? '*' : symbol.slice(file.length + 1))
  const calls = project(`//- /${file}\n${code}\n`)
    .edges('calls')
    .filter((line) => !line.includes('external:'))
    .map((line) => {
      const [, from, , to] = line.split(' ')
      return `${shown(from!)} > ${shown(to!)}`
    })
  return [...new Set(calls)].join(', ')
}

describe('a call is followed through', () => {
  test.each<[string, string, string]>([
    ['a default of a parameter', 'function a(){} function b(f=a){f()} b()', '* > b, b > a'],
    ['a parameter that is taken apart', 'function a(){} function b({cb}){cb()} b({cb:a})', '* > b, b > a'],
    [
      'defaults in a parameter that is taken apart',
      'function a(){} function c(){} function b({cb=c}={}){cb()} b({cb:a}); b()',
      '* > b, b > a, b > c',
    ],
    [
      'a parameter that is passed on',
      'function a(){} function b(f){c(f)} function c(g){g()} b(a)',
      '* > b, b > c, c > a',
    ],
    [
      'what a call gives',
      'function a(){return b} function b(){return c} function c(){} a()()()',
      '* > a, * > b, * > c',
    ],
    ['a chain of assignments', 'function a(){} let x; let y; x = y = a; x(); y()', '* > a'],
    ['an array that is taken apart', 'function a(){} function b(){} const [x,y]=[a,b]; y()', '* > b'],
    ['two variables that change places', 'function a(){} function b(){} let x=a,y=b; [x,y]=[y,x]; x()', '* > b'],
    ['arrays in arrays', 'function a(){} function b(){} const l=[[a],[b]]; l[1][0]()', '* > b'],
    ['the elements of an array', 'function a(){} function b(){} for (const f of [a,b]) f()', '* > a, * > b'],
    ['a part of an array', 'function a(){} function b(){} const l=[a,b]; l.slice(1)[0]()', '* > a, * > b'],
    ['a member by a text', 'function a(){} function b(){} const d={a:a,"b":b}; d["b"]()', '* > b'],
    ['a member that is assigned anew', 'function a(){} function b(){} const d={x:a}; d.x=b; d.x()', '* > a, * > b'],
    ['a member that is added by a text', 'function a(){} const d={}; d["k"]=a; d["k"]()', '* > a'],
    ['a member by a parameter', 'function a(){} const d={k:a}; function f(k){d[k]()} f("k")', '* > f, f > a'],
    ['objects in objects', 'function a(){} const d={x:{y:a}}; d.x.y()', '* > a'],
    ['a key that a constant holds', 'function a(){} const key="k"; const d={[key]:a}; d[key]()', '* > a'],
    ['a method of this', 'class A{m(){this.n()} n(){}} const x=new A(); x.m()', '* > A.m, A.m > A.n'],
    ['an inherited method', 'class A{m(){}} class B extends A{} new B().m()', '* > A.m'],
    [
      'a method that a derived class overrides',
      'class A{m(){this.n()} n(){}} class B extends A{n(){}} new B().m()',
      '* > A.m, A.m > A.n, A.m > B.n',
    ],
    ['a method of super', 'class A{m(){}} class B extends A{m(){super.m()}} new B().m()', '* > B.m, B.m > A.m'],
    [
      'what is passed to super',
      'class A{constructor(f){f()}} function g(){} class B extends A{constructor(){super(g)}} new B()',
      '* > B.constructor, A.constructor > g, B.constructor > A.constructor',
    ],
    ['static methods', 'class A{static s(){A.t()} static t(){}} A.s()', '* > A.s, A.s > A.t'],
    [
      'a function in a field',
      'class A{constructor(){this.f=a}} function a(){} new A().f()',
      '* > A.constructor, * > a',
    ],
    ['a method in a field', 'class A{constructor(){this.g=this.m} m(){}} new A().g()', '* > A.constructor, * > A.m'],
    [
      'a class that a function gives',
      'class A{m(){}} function f(){return A} const X=f(); new X().m()',
      '* > A.m, * > f',
    ],
    ['a class that is passed', 'class A{m(){}} function f(C){new C().m()} f(A)', '* > f, f > A.m'],
    ['a method without its object', 'class A{m(){}} const f=new A().m; f()', '* > A.m'],
    ['a bound method', 'const o={m(){this.n()}, n(){}}; const f=o.m.bind(o); f()', '* > o.m, o.m > o.n'],
    ['call', 'function f(){this.n()} const o={n(){}}; f.call(o)', '* > f, f > o.n'],
    ['apply', 'function a(){} function f(cb){cb()} f.apply(null,[a])', '* > f, f > a'],
    [
      'methods of a prototype',
      'function A(){} A.prototype.m=function(){this.n()}; A.prototype.n=function(){}; new A().m()',
      '* > A, * > A.m, A.m > A.n',
    ],
    ['a prototype that is assigned', 'function A(){} A.prototype={m:function(){}}; new A().m()', '* > A, * > m'],
    ['an object made from another', 'const p={m(){}}; const o=Object.create(p); o.m()', '* > p.m'],
    ['a prototype that is set', 'const p={m(){}}; const o={}; Object.setPrototypeOf(o,p); o.m()', '* > p.m'],
    [
      'a prototype made from another',
      'function A(){} A.prototype.m=function(){}; function B(){A.call(this)} B.prototype=Object.create(A.prototype); new B().m()',
      '* > A.m, * > B, B > A',
    ],
    [
      'a mixin',
      'const M=(Base)=>class extends Base{mix(){}}; class A{}; class B extends M(A){}; new B().mix()',
      '* > M, * > M.mix',
    ],
    ['what a generator yields', 'function a(){} function* g(){yield a} for(const f of g()) f()', '* > a, * > g'],
    ['a step of a generator', 'function a(){} function* g(){yield a} g().next().value()', '* > a, * > g'],
    [
      'a generator in a generator',
      'function a(){} function* h(){yield a} function* g(){yield* h()} for(const f of g()) f()',
      '* > a, * > g, g > h',
    ],
    [
      'an iterator',
      'class A{[Symbol.iterator](){return {next(){return {done:true}}}}} for(const x of new A()){}',
      '* > A.[Symbol.iterator], * > A.[Symbol.iterator].next',
    ],
    [
      'what is awaited',
      'async function a(){return b} function b(){} async function m(){const f=await a(); f()} m()',
      '* > m, m > a, m > b',
    ],
    ['then', 'function a(){} Promise.resolve(a).then(f=>f())', '* > a'],
    ['a function inside', 'function f(){function g(){} return g} f()()', '* > f, * > f.g'],
    [
      'methods of an object that is given back',
      'function mk(){const o={inc(){o.dec()},dec(){}}; return o} mk().inc()',
      '* > mk, * > mk.o.inc, mk.o.inc > mk.o.dec',
    ],
    ['a getter', 'const o={get x(){return a}}; function a(){} o.x()', '* > a, * > o.x'],
    ['accessors of a class', 'class A{get x(){return 1} set x(v){}} const o=new A(); o.x; o.x=2', '* > A.x'],
    ['a member that is defined', `function a(){} const o={}; Object.defineProperty(o,'m',{value:a}); o.m()`, '* > a'],
    ['a tag', 'function t(s,f){f()} function a(){} t`x${a}`', '* > t, t > a'],
    ['spread arguments', 'function a(){} function f(x,y){y()} f(...[1,a])', '* > f, f > a'],
    ['a rest parameter', 'function a(){} function f(...r){r[0]()} f(a)', '* > f, f > a'],
    ['a spread object', 'function a(){} const d={x:a}; const e={...d}; e.x()', '* > a'],
    ['the rest of an object', 'function a(){} const {y,...r}={y:1,x:a}; r.x()', '* > a'],
    ['a function that is called at once', '(function(){a()})(); function a(){}', '* > a'],
    [
      'what a function that is called at once gives',
      'const m=(function(){return {p(){a()}}})(); function a(){} m.p()',
      '* > m, * > m.p, m.p > a',
    ],
    ['one of two', 'function a(){} function b(){} (Math.random()?a:b)()', '* > a, * > b'],
    ['the first that is there', 'function a(){} const f=null||a; f()', '* > a'],
    ['a callback of map', 'function a(x){x()} function b(){} [b].map(a)', '* > a, a > b'],
    ['a callback of reduce', 'function add(acc,f){return f} function b(){} [b].reduce(add)()', '* > add, * > b'],
    ['a callback of sort', 'function cmp(a,b){return 0} [1].sort(cmp)', '* > cmp'],
    [
      'listeners',
      `class E{constructor(){this.h={}} on(n,f){(this.h[n]=this.h[n]||[]).push(f)} emit(n){this.h[n].forEach(f=>f())}} function a(){} const e=new E(); e.on('x',a); e.emit('x')`,
      '* > E.constructor, * > E.emit, * > E.on, E.emit > a',
    ],
    ['a map', `function a(){} const m=new Map([['k',a]]); m.get('k')()`, '* > a'],
    ['a set', 'function a(){} const s=new Set(); s.add(a); for(const f of s) f()', '* > a'],
    ['a curried function', 'const add=a=>b=>c=>a(b,c); function f(){} add(f)(1)(2)', '* > add, add > f'],
    [
      'a composed function',
      'const compose=(f,g)=>x=>f(g(x)); function a(){} function b(){} compose(a,b)(1)',
      '* > compose, compose > a, compose > b',
    ],
    ['what is thrown', 'function a(){} try{throw a}catch(e){e()}', '* > a'],
    ['arguments', 'function a(){} function f(){arguments[0]()} f(a)', '* > f, f > a'],
    [
      'a function around another',
      'function dec(f){return function w(){f()}} function a(){} const d=dec(a); d()',
      '* > dec, * > dec.w, dec.w > a',
    ],
    [
      'this in an arrow function',
      'const o={m(){const f=()=>this.n(); f()}, n(){}}; o.m()',
      '* > o.m, o.m > o.m.f, o.m.f > o.n',
    ],
    ['an arrow function in a field', 'class A{f=()=>{this.g()}; g(){}} new A().f()', '* > A.f, A.f > A.g'],
    ['a private method', 'class A{#p(){} m(){this.#p()}} new A().m()', '* > A.m, A.m > A.#p'],
    ['a sequence', 'function a(){} (0,a)()', '* > a'],
    [
      'a variable that may be assigned',
      'function a(){} function b(){} let f=a; if(Math.random()){f=b} f()',
      '* > a, * > b',
    ],
    [
      'an object of functions',
      `const api={run(){helper()}}; function helper(){} api['run']()`,
      '* > api.run, api.run > helper',
    ],
    [
      'values told apart by instanceof',
      'class A{m(){}} class B{m(){}} function f(x){if(x instanceof A)x.m(); else x.m()} f(new A()); f(new B())',
      '* > f, f > A.m, f > B.m',
    ],
    ['a function without a name in an array', 'const fs=[function(){a()}]; function a(){} fs[0]()', '* > fs, fs > a'],
    [
      'a function in an object that is passed',
      'function go(o){o.done()} function a(){} go({done:a})',
      '* > go, go > a',
    ],
    [
      'a method of an object that is passed',
      'function go(o){o.done()} function a(){} go({done(){a()}})',
      '* > go, done > a, go > done',
    ],
    ['a function that calls itself', 'function f(n){if(n) f(n-1)} f(1)', '* > f, f > f'],
    [
      'a component',
      'function h(t,p){return t(p)} function Comp(p){p.onClick()} function a(){} h(Comp,{onClick:a})',
      '* > h, Comp > a, h > Comp',
    ],
  ])('%s', (_what, code, calls) => {
    expect(callsIn(code, 'main.js')).toBe(calls)
  })
})

describe('a call is not led to', () => {
  test.each<[string, string, string]>([
    ['what a variable held before', 'function a(){} function b(){} let f = a; f = b; f()', '* > b'],
    ['a function that is never called', 'function a(){} const o = { a }; o', ''],
    ['a method of another class', 'class A{m(){}} class B{m(){}} function f(x){x.m()} f(new A())', '* > f, f > A.m'],
    ['a member of another object', 'const o={m(){}}; const p={m(){}}; function f(x){x.m()} f(p)', '* > f, f > p.m'],
    ['what hides a name', 'function a(){} function f(a){a()} function b(){} f(b)', '* > f, f > b'],
    [
      'what another call gives',
      'function a(){} function b(){} function id(f){return f} id(a); id(b)()',
      '* > b, * > id',
    ],
    ['a derived class that is not made', 'class A{m(){}} class B extends A{m(){}} new A().m()', '* > A.m'],
    ['another place of an array', 'function a(){} function b(){} const [, f] = [a, b]; f()', '* > b'],
    [
      'what a branch before a return held',
      'function a(){} function b(){} let f=a; if(1){f=b; f()} else f()',
      '* > a, * > b',
    ],
  ])('%s', (_what, code, calls) => {
    expect(callsIn(code, 'main.js')).toBe(calls)
  })
})

describe('a type says what', () => {
  const types = `
    class Foo { hi() { return new Bar() } }
    class Bar { yo() {} }
    declare const foo: Foo
    declare const foos: Foo[]
  `
  test.each<[string, string, string]>([
    ['an element passed to a callback is', 'foos.map((x) => x.hi())', '* > Foo.hi'],
    ['a callback gives', 'foos.map((x) => x.hi()).forEach((y) => y.yo())', '* > Bar.yo, * > Foo.hi'],
    [
      'a promise gives',
      'async function p(): Promise<Foo> { return foo }; p().then((x) => x.hi())',
      '* > Foo.hi, * > p',
    ],
    ['a type argument is', 'function id<T>(x: T): T { return x }; id(foo).hi()', '* > Foo.hi, * > id'],
    ['a written type argument is', 'function make<T>(): T { return null! }; make<Foo>().hi()', '* > Foo.hi, * > make'],
    [
      'the argument of a class is',
      'class Box<T> { constructor(readonly value: T) {} }; declare const box: Box<Foo>; box.value.hi()',
      '* > Foo.hi',
    ],
    [
      'a parameter of a callback is',
      'interface On { on(event: string, call: (x: Foo) => void): void }; declare const on: On; on.on("x", (x) => x.hi())',
      '* > Foo.hi, * > On.on',
    ],
    ['a parameter of a variable is', 'const call: (x: Foo) => void = (x) => x.hi()', 'call > Foo.hi'],
    [
      'a parameter of a member is',
      'interface On { go(x: Foo): void }; const on: On = { go(x) { x.hi() } }',
      'on.go > Foo.hi',
    ],
    [
      'a parameter of what is returned is',
      'type Go = (x: Foo) => void; function make(): Go { return (x) => x.hi() }',
      'make > Foo.hi',
    ],
    ['instanceof leaves', 'function f(x: unknown) { if (x instanceof Foo) x.hi() }', 'f > Foo.hi'],
    ['a return before leaves', 'function f(x: unknown) { if (!(x instanceof Foo)) return; x.hi() }', 'f > Foo.hi'],
    [
      'a predicate says',
      'function isFoo(x: unknown): x is Foo { return true }; function f(x: unknown) { if (isFoo(x)) x.hi() }',
      'f > Foo.hi, f > isFoo',
    ],
    [
      'an implementation may be',
      'interface Go { go(): void }; class A implements Go { go() {} }; function f(x: Go) { x.go() }',
      'f > A.go, f > Go.go',
    ],
    ['an entry holds', 'declare const map: Map<string, Foo>; for (const [, x] of map) x.hi()', '* > Foo.hi'],
    ['an entry of an array holds', 'for (const [, x] of foos.entries()) x.hi()', '* > Foo.hi'],
    ['a place of a tuple holds', 'declare const pair: [Bar, Foo]; pair[1].hi()', '* > Foo.hi'],
    ['Object.values gives', 'Object.values({ a: foo }).map((x) => x.hi())', '* > Foo.hi'],
  ])('%s', (_what, code, calls) => {
    expect(callsIn(`${types}${code}`, 'main.ts')).toBe(
      calls
        .split(', ')
        .filter((call) => call !== '')
        .toSorted()
        .join(', '),
    )
  })
})

test('tells the types of a union apart by their discriminants', () => {
  const { at } = project(`
    //- /a.ts
    interface Left { kind: 'left'; value: string; ok: true }
    interface Right { kind: 'right'; value: number; ok: false }
    export function f(x: Left | Right) {
      if (x.kind === 'left') x./*left*/value
      else x./*else*/value
      if (x.kind !== 'left') return x./*right*/value
      switch (x.kind) {
        case 'left': return x./*case*/value
      }
    }
    export function g(x: Left | Right) {
      if (!x.ok) return x./*false*/value
      return 'ok' in x ? x./*in*/value : undefined
    }
  `)
  expect(at('left')).toEqual(['reads a.ts#Left.value exact read'])
  expect(at('right')).toEqual(['reads a.ts#Right.value exact read'])
  expect(at('case')).toEqual(['reads a.ts#Left.value exact read'])
  expect(at('false')).toEqual(['reads a.ts#Right.value exact read'])
  expect(at('else')).toEqual(['reads a.ts#Right.value exact read'])
  expect(at('in')).toEqual(['reads a.ts#Left.value exact read'])
})

test('names the members of an object literal after those of the type that is expected there', () => {
  const { at } = project(`
    //- /a.ts
    interface Options { readonly name: string; readonly deep: { readonly size: number } }
    function go(options: Options) {}
    go({ /*argument*/name: 'x', deep: { /*deep*/size: 1 } })
    const options: Options = { /*variable*/name: 'x', deep: { size: 1 } }
    function make(): Options { return { /*result*/name: 'x', deep: { size: 1 } } }
  `)
  for (const marker of ['argument', 'variable', 'result']) {
    expect(at(marker)).toEqual(['writes a.ts#Options.name exact write'])
  }
  expect(at('deep')).toEqual(['writes a.ts#Options.deep.size exact write'])
})

test('finds the other names of what is imported and exported', () => {
  const { at } = project(`
    //- /a.ts
    import { one as /*import*/uno } from './b'
    import * as /*space*/b from './b'
    export { uno as /*export*/eins }
    export { one as /*through*/ein } from './b'
    b.one()
    //- /b.ts
    export function one() {}
  `)
  expect(at('import')).toEqual(['imports b.ts#one exact import'])
  expect(at('space')).toEqual(['imports b.ts exact import'])
  expect(at('export')).toEqual(['references b.ts#one exact export'])
  expect(at('through')).toEqual(['references b.ts#one exact export'])
})

test('shows a function without a name where something else calls it', () => {
  const { edges } = project(`
    //- /a.js
    function takes(call) { call() }
    function helper() {}
    takes(() => helper())
    ;[1].map(() => helper())
  `)
  expect(edges('calls').filter((line) => !line.includes('external:'))).toEqual(
    [
      'calls a.js -> a.js#helper exact',
      'calls a.js -> a.js#takes exact',
      'calls a.js -> a.js#helper exact',
      'calls a.js#takes -> a.js inferred',
    ].toSorted(),
  )
})
