import type { ExecutedProgram } from './programs.ts'

/** Scripts about the corners of the language, each about one of them. */
export const cornerPrograms: readonly ExecutedProgram[] = [
  {
    category: 'corners',
    name: 'labelled break through finally',
    code: `let log = ''
outer: for (let i = 0; i < 4; i++) {
  try {
    for (let j = 0; j < 3; j++) {
      try {
        if (j === input(0)) break outer
        log += j
      } finally {
        if (i === input(1)) continue outer
        log += 'f'
      }
    }
  } finally {
    log += '|'
  }
}
out(log)`,
  },
  {
    category: 'corners',
    name: 'finally overrides return',
    code: `function f(n) {
  try {
    return n + input(0)
  } finally {
    if (n > input(1)) return 99
  }
}
out(f(2))
out(f(5))`,
  },
  {
    category: 'corners',
    name: 'finally break swallows exception',
    code: `function f(n) {
  let s = 0
  for (const x of [1, 2, 3]) {
    try {
      if (x > n) throw new Error('a' + input(0))
      s += x
    } finally {
      if (input(1) > 3) break
    }
  }
  return s
}
let r = 'none'
try {
  r = f(input(2))
} catch (e) {
  r = e.message
}
out(r)`,
  },
  {
    category: 'corners',
    name: 'switch default in the middle',
    code: `function f(n) {
  let s = ''
  switch (n) {
    case 1:
      s += 'a'
    default:
      s += 'd' + input(1)
    case 2:
      s += 'b'
      break
    case input(2):
      s += 'c'
  }
  return s
}
out(f(input(0)))`,
  },
  {
    category: 'corners',
    name: 'switch with lexical and closure',
    code: `const x = input(0)
switch (true) {
  case x > 2:
    let y = input(1)
    out(y)
    break
  default:
    out(3)
}`,
  },
  {
    category: 'corners',
    name: 'nested finally with throw replaced',
    code: `let log = ''
function f() {
  try {
    try {
      if (input(0) > 2) throw 'a'
      log += 1
    } finally {
      if (input(1) > 2) throw 'b'
      log += 2
    }
  } catch (e) {
    log += e
    return log
  } finally {
    log += 'z'
  }
  return log + 'end'
}
out(f())
out(log)`,
  },
  {
    category: 'corners',
    name: 'generator return runs finally',
    code: `let log = ''
function* g() {
  try {
    yield 1
    yield 2
  } finally {
    log += 'closed' + input(0)
  }
}
const it = g()
it.next()
if (input(1) > 2) it.return(5)
out(log)`,
  },
  {
    category: 'corners',
    name: 'generator throw in',
    code: `function* g() {
  let s = ''
  while (true) {
    try {
      const got = yield s
      s += got
    } catch (e) {
      s += 'E' + e
    }
  }
}
const it = g()
it.next()
it.next(input(0))
out(it.throw(input(1)).value)
out(it.next(2).value)`,
  },
  {
    category: 'corners',
    name: 'generator lazily started',
    code: `function* g() {
  out('started')
  yield 1
}
const it = g()
if (input(0) > 2) it.next()`,
  },
  {
    category: 'corners',
    name: 'generator partially consumed twice',
    code: `function* g() {
  yield 1
  yield 2
  yield 3
}
const it = g()
it.next()
if (input(0) > 2) it.next()
out(it.next().value)`,
  },
  {
    category: 'corners',
    name: 'generator destructured',
    code: `function* g() {
  let i = 0
  while (i < 10) yield i++
}
const it = g()
let a
if (input(0) > 2) [a] = it
out([...it].length)`,
  },
  {
    category: 'corners',
    name: 'generator spread conditionally',
    code: `let n = 0
function* g() {
  n += 1
  yield 1
  n += 1
}
const it = g()
const all = input(0) > 2 ? [...it] : []
out(n)`,
  },
  {
    category: 'corners',
    name: 'generator Array.from conditionally',
    code: `let n = 0
function* g() {
  n += 1
  yield 1
}
const it = g()
const all = input(0) > 2 ? Array.from(it) : []
out(n)`,
  },
  {
    category: 'corners',
    name: 'generator in new Set',
    code: `let n = 0
function* g() {
  n += 1
  yield 1
}
const it = g()
if (input(0) > 2) new Set(it)
out(n)`,
  },
  {
    category: 'corners',
    name: 'yield star asked',
    code: `let n = 0
function* inner() {
  n++
  yield 1
  n++
  yield 2
}
function* outer() {
  yield* inner()
  n += 10
}
const it = outer()
for (const x of it) {
  if (x >= input(0)) break
}
out(n)`,
  },
  {
    category: 'corners',
    name: 'generator of functions',
    code: `function* g() {
  yield () => input(0)
}
const it = g()
const f = it.next().value
out(f())`,
  },
  {
    category: 'corners',
    name: 'generator stored in object',
    code: `let n = 0
const box = {
  *items() {
    n++
    yield input(0)
    n++
  },
}
const state = { it: box.items() }
function advance() {
  return state.it.next().value
}
if (input(1) > 2) advance()
advance()
out(n)`,
  },
  {
    category: 'corners',
    name: 'class iterable generator',
    code: `class Bag {
  #list = [1, 2, 3];
  *[Symbol.iterator]() {
    for (const x of this.#list) {
      seen.push(x)
      yield x
    }
  }
}
const seen = []
for (const x of new Bag()) {
  if (x > input(0)) break
}
out(seen.length)`,
  },
  {
    category: 'corners',
    name: 'iterator helper',
    code: `let n = 0
function* g() {
  while (true) {
    n++
    yield n
  }
}
out(g().map((x) => x + input(0)).take(2).toArray().join())
out(n)`,
  },
  {
    category: 'corners',
    name: 'for await over promises with rejection',
    code: `async function main() {
  let s = 0
  try {
    for await (const x of [Promise.resolve(1), input(0) > 2 ? Promise.reject(input(1)) : 2, 3]) s += x
  } catch (e) {
    s += 'e' + e
  }
  out(s)
}
main()`,
  },
  {
    category: 'corners',
    name: 'await in try with finally',
    code: `let log = ''
async function f() {
  if (input(0) > 2) throw new Error('x')
  return 1
}
async function g() {
  try {
    return await f()
  } catch {
    log += 'c'
    return 2
  } finally {
    log += input(1)
  }
}
g().then((v) => out(v + log))`,
  },
  {
    category: 'corners',
    name: 'return promise without await',
    code: `async function f() {
  throw input(0)
}
async function g() {
  try {
    return f()
  } catch {
    return 'never'
  }
}
g().catch((e) => out(e))`,
  },
  {
    category: 'corners',
    name: 'await interleaving',
    code: `let x = 1
async function a() {
  x = input(0)
  await null
  out(x)
}
async function b() {
  x = input(1)
}
a()
b()`,
  },
  {
    category: 'corners',
    name: 'destructuring default with effects order',
    code: `let log = ''
function note(v) {
  log += v
  return v
}
const { a = note(input(0)), b = note(a + 1) } = { a: input(1) > 2 ? 5 : undefined }
out(log)
out(b)`,
  },
  {
    category: 'corners',
    name: 'destructuring computed keys',
    code: `let i = input(0)
const { [\`k\${i++}\`]: first = 'none', [\`k\${i}\`]: second } = { k0: 1, k1: 2, k3: 3, k4: 4 }
out(first)
out(second)`,
  },
  {
    category: 'corners',
    name: 'destructuring assignment to members in order',
    code: `const o = { n: 0 }
let i = 0
;[o.n, o[\`k\${o.n}\`]] = [input(0), input(1)]
out(o.k3)
out(Object.keys(o).join())`,
  },
  {
    category: 'corners',
    name: 'nested array pattern defaults',
    code: `const [[a = input(0)] = [], { b: [c = a] = [] } = {}] = [input(1) > 2 ? [7] : undefined]
out(c)`,
  },
  {
    category: 'corners',
    name: 'object rest',
    code: `const { a, ...rest } = { a: 1, b: input(0), c: input(1) }
out(rest.c)
out(a)`,
  },
  {
    category: 'corners',
    name: 'arguments length',
    code: `function f() {
  return arguments.length + arguments[arguments.length - 1]
}
out(f(...Array(input(0)).fill(1), input(1)))`,
  },
  {
    category: 'corners',
    name: 'optional chain short circuits effects',
    code: `let n = 0
const o = input(0) > 2 ? { f: (x) => x } : undefined
o?.f(n++)
o?.[n++]
out(n)`,
  },
  {
    category: 'corners',
    name: 'logical assignment',
    code: `const o = { a: input(0), b: null }
let hits = 0
o.a ||= (hits++, input(1))
o.b ??= (hits++, input(2))
o.a &&= (hits++, o.b)
out(hits)
out(o.a)`,
  },
  {
    category: 'corners',
    name: 'logical assignment with setter',
    code: `let set = 0
const o = { get a() { return input(0) }, set a(v) { set = v } }
o.a ||= 7
o.a &&= 8
out(set)`,
  },
  {
    category: 'corners',
    name: 'field initialisers',
    code: `class A {
  x = input(0)
  y = this.x + 1
  f = () => this.y
  static s = input(1)
  static t = A.s + 1
  static { A.u = A.t * 2 }
}
class B extends A {
  x = 5
  z = this.y
}
out(new A().f())
out(new B().z)
out(B.u)`,
  },
  {
    category: 'corners',
    name: 'private methods and statics',
    code: `class C {
  static #n = input(0)
  #v = 1
  #inc() { this.#v += C.#n }
  static make() { const c = new C(); c.#inc(); return c }
  get v() { return this.#v }
  static has(o) { return #v in o }
}
out(C.make().v)
out(C.has(input(1) > 2 ? new C() : {}))`,
  },
  {
    category: 'corners',
    name: 'computed keys of class',
    code: `let k = 'a' + input(0)
class C {
  [k]() { return input(1) }
  [(k = 'z', 'q')] = 3
  static [k] = 4
}
out(new C().a3?.())
out(Object.getOwnPropertyNames(C).includes('z'))
out(C[k])`,
  },
  {
    category: 'corners',
    name: 'super calls',
    code: `class A {
  constructor(n) { this.n = n + input(0) }
  get twice() { return this.n * 2 }
  static make() { return new this(input(1)) }
  say() { return 'A' + this.n }
}
class B extends A {
  constructor(n) { super(n); this.m = this.n }
  get twice() { return super.twice + 1 }
  say() { return super.say() + 'B' }
}
const b = B.make()
out(b.twice)
out(b.say())
out(b.m)`,
  },
  {
    category: 'corners',
    name: 'super property assignment',
    code: `class A { set v(x) { this.w = x + input(0) } }
class B extends A { f() { super.v = 2; return this.w } }
out(new B().f())`,
  },
  {
    category: 'corners',
    name: 'accessor via element',
    code: `const o = { get a() { return input(0) }, set b(v) { this.c = v } }
const k = 'a'
const l = 'b'
out(o[k])
o[l] = input(1)
out(o.c)`,
  },
  {
    category: 'corners',
    name: 'accessor by computed name',
    code: `const k = 'x'
const o = { get [k]() { return input(0) }, set [k](v) { total += v } }
let total = 0
out(o.x)
o.x = input(1)
out(total)`,
  },
  {
    category: 'corners',
    name: 'accessor through destructuring and spread',
    code: `let reads = 0
const o = { get a() { reads += input(0); return 1 } }
const { a } = o
const p = { ...o }
out(reads)
out(Object.assign({}, o).a)`,
  },
  {
    category: 'corners',
    name: 'accessors defined with identifiers',
    code: `function read() { return input(0) }
const o = {}
Object.defineProperty(o, 'x', { get: read })
out(o.x)`,
  },
  {
    category: 'corners',
    name: 'accessors defineProperties and create',
    code: `const o = Object.create({}, { x: { get() { return input(0) } } })
Object.defineProperties(o, { y: { get: () => input(1), set(v) { z = v } } })
let z = 0
out(o.x)
out(o.y)
o.y = input(2)
out(z)`,
  },
  {
    category: 'corners',
    name: 'accessor with a computed key defined',
    code: `const name = 'k'
const o = {}
Object.defineProperty(o, name, { get() { return input(0) } })
out(o.k)
out(o[name])`,
  },
  {
    category: 'corners',
    name: 'value descriptors',
    code: `const o = {}
Object.defineProperty(o, 'x', { value: input(0), writable: input(1) > 2 })
try { o.x = 77 } catch {}
out(o.x)`,
  },
  {
    category: 'corners',
    name: 'closures per iteration',
    code: `const fs = []
for (let i = 0; i < 3; i++) {
  fs.push(() => i)
  i += input(0) > 2 ? 1 : 0
}
out(fs.map((f) => f()).join())`,
  },
  {
    category: 'corners',
    name: 'closures over var in loop',
    code: `var fs = []
for (var i = 0; i < 3; i++) fs.push(() => i)
i = input(0)
out(fs[0]())`,
  },
  {
    category: 'corners',
    name: 'var hoisting',
    code: `function f() {
  if (input(0) > 2) var x = input(1)
  return x
}
out(f())`,
  },
  {
    category: 'corners',
    name: 'tdz',
    code: `let r = 'ok'
try {
  if (input(0) > 2) use()
  let v = 1
  function use() { return v }
} catch (e) {
  r = e.name
}
out(r)`,
  },
  {
    category: 'corners',
    name: 'comma and void',
    code: `let a = 0
const b = (a = input(0), a++, void (a += input(1)))
out(a)
out(b)`,
  },
  {
    category: 'corners',
    name: 'exception from property of undefined',
    code: `let r = 'none'
try {
  const o = input(0) > 2 ? undefined : { p: 1 }
  r = o.p
  r = o.q.r
} catch (e) {
  r = 'threw'
}
out(r)`,
  },
  {
    category: 'corners',
    name: 'exception from call of not function',
    code: `let state = 0
try {
  const f = input(0) > 2 ? 5 : () => 1
  state = 1
  f()
  state = 2
} catch {}
out(state)`,
  },
  {
    category: 'corners',
    name: 'exception from const assignment and in',
    code: `let s = 0
try { s = 1; 'x' in (input(0) > 2 ? 5 : {}); s = 2 } catch {}
out(s)
let t = 0
try { t = 1; BigInt(input(1) > 2 ? 1 : 0) + (input(1) > 2 ? 1 : 1n); t = 2 } catch {}
out(t)`,
  },
  {
    category: 'corners',
    name: 'instanceof null exception',
    code: `let s = 0
try {
  s = 1
  const C = input(0) > 2 ? {} : Array
  ;[] instanceof C
  s = 2
} catch {}
out(s)`,
  },
  {
    category: 'corners',
    name: 'spread exception',
    code: `let s = 0
try {
  const l = input(0) > 2 ? 5 : [1]
  s = 1
  s = [...l].length + 5
} catch {}
out(s)`,
  },
  {
    category: 'corners',
    name: 'static inheritance',
    code: `class A { static n = input(0) }
class B extends A {}
out(B.n)
A.n = input(1)
out(B.n)
B.n = 4
out(A.n)`,
  },
  {
    category: 'corners',
    name: 'static method inherited this',
    code: `class A { static make() { return this.k } }
class B extends A { static k = input(0) }
out(B.make())`,
  },
  {
    category: 'corners',
    name: 'setPrototypeOf',
    code: `const base = { v: input(0) }
const o = {}
Object.setPrototypeOf(o, base)
base.v += input(1)
out(o.v)`,
  },
  {
    category: 'corners',
    name: '__proto__ literal',
    code: `const base = { v: input(0), get w() { return input(1) } }
const o = { __proto__: base }
base.v++
out(o.v)
out(o.w)`,
  },
  {
    category: 'corners',
    name: 'Object.create chain',
    code: `const base = { v: 1 }
const o = Object.create(base)
base.v = input(0)
out(o.v)`,
  },
  {
    category: 'corners',
    name: 'prototype assignment function',
    code: `function F() { this.a = input(0) }
F.prototype.get = function () { return this.a + this.b }
F.prototype.b = input(1)
out(new F().get())`,
  },
  {
    category: 'corners',
    name: 'frozen write ignored',
    code: `const o = { x: input(0) }
Object.freeze(o)
o.x = 5
out(o.x)`,
  },
  {
    category: 'corners',
    name: 'bind apply call',
    code: `function f(a, b) { return this.k + a * b }
const g = f.bind({ k: input(0) }, input(1))
out(g(2))
out(f.apply({ k: 1 }, [2, input(2)]))`,
  },
  {
    category: 'corners',
    name: 'function property mutated',
    code: `function f() { return f.n }
f.n = input(0)
const g = f
g.n += input(1)
out(f())`,
  },
  {
    category: 'corners',
    name: 'closures shared state',
    code: `function make() {
  let n = input(0)
  return { inc() { n++ }, get: () => n }
}
const { inc, get } = make()
if (input(1) > 2) inc()
out(get())`,
  },
  {
    category: 'corners',
    name: 'callbacks kept in map and called',
    code: `const handlers = new Map()
function on(name, fn) { handlers.set(name, fn) }
function emit(name, v) { return handlers.get(name)?.(v) }
let got = 0
on('a', (v) => { got = v })
emit('a', input(0))
out(got)`,
  },
  {
    category: 'corners',
    name: 'listeners in array field',
    code: `class Bus {
  ls = []
  on(f) { this.ls.push(f) }
  emit(v) { for (const l of this.ls) l(v) }
}
let total = 0
const bus = new Bus()
bus.on((v) => { total += v })
if (input(1) > 2) bus.emit(input(0))
out(total)`,
  },
  {
    category: 'corners',
    name: 'reduce with accumulating object',
    code: `const r = [1, 2, input(0)].reduce((acc, x) => { acc.s += x; return acc }, { s: input(1) })
out(r.s)`,
  },
  {
    category: 'corners',
    name: 'sort comparator',
    code: `const dir = input(0) > 2 ? 1 : -1
const l = [3, 1, input(1)].sort((a, b) => dir * (a - b))
out(l[0])`,
  },
  {
    category: 'corners',
    name: 'replace callback',
    code: `out('a1b2'.replace(/\\d/g, (d) => Number(d) + input(0)))`,
  },
  {
    category: 'corners',
    name: 'JSON reviver',
    code: `out(JSON.parse('{"a":1}', (k, v) => (k === 'a' ? input(0) : v)).a)`,
  },
  {
    category: 'corners',
    name: 'promise chain',
    code: `let s = 0
Promise.resolve(input(0)).then((v) => { if (v > 2) throw v; return v }).catch((e) => e * 2).finally(() => { s += input(1) }).then((v) => { out(v); out(s) })`,
  },
  {
    category: 'corners',
    name: 'new Promise executor',
    code: `const p = new Promise((res, rej) => { if (input(0) > 2) res(input(1)); else rej('no') })
p.then((v) => out(v), (e) => out(e))`,
  },
  {
    category: 'corners',
    name: 'promise all and race',
    code: `async function f(n) { await null; return n + input(0) }
async function main() {
  const [a, b] = await Promise.all([f(1), f(input(1))])
  out(a)
  out(b)
  out(await Promise.race([f(2), new Promise(() => {})]))
}
main()`,
  },
  {
    category: 'corners',
    name: 'async arrow in map with try',
    code: `async function load(n) { if (n > input(0)) throw new Error('n' + n); return n }
async function main() {
  const rs = await Promise.all([1, 4].map(async (n) => { try { return await load(n) } catch (e) { return e.message } }))
  out(rs.join())
}
main()`,
  },
  {
    category: 'corners',
    name: 'microtask order with shared',
    code: `let x = 0
queueMicro()
function queueMicro() { Promise.resolve().then(() => { x = input(0) }) }
Promise.resolve().then(() => out(x))`,
  },
  {
    category: 'corners',
    name: 'while with assignment in condition',
    code: `const l = [1, 2, input(0), 0, 5]
let i = 0, v, s = 0
while ((v = l[i++])) s += v
out(s)
out(i)`,
  },
  {
    category: 'corners',
    name: 'do while continue',
    code: `let i = 0, s = ''
do {
  if (i === input(0)) continue
  s += i
} while (++i < 4)
out(s)`,
  },
  {
    category: 'corners',
    name: 'for in with deletion',
    code: `const o = { a: 1, b: 2, c: input(0) }
let ks = ''
for (const k in o) { if (o[k] > input(1)) delete o.c; ks += k }
out(ks)`,
  },
  {
    category: 'corners',
    name: 'labelled block',
    code: `let r = 0
blk: { r = 1; if (input(0) > 2) break blk; r = 2 }
out(r)`,
  },
  {
    category: 'corners',
    name: 'labelled continue in switch in loop',
    code: `let s = ''
o: for (const x of [1, 2, 3]) {
  switch (x) {
    case input(0): continue o
    case 2: s += 'two'; break
    default: s += 'd'
  }
  s += x
}
out(s)`,
  },
  {
    category: 'corners',
    name: 'conditional chains',
    code: `const a = input(0)
const r = a > 5 ? 'big' : a > 2 ? (input(1) > 3 ? 'm1' : 'm2') : 'small'
out(r)`,
  },
  {
    category: 'corners',
    name: 'getter side effect in condition',
    code: `let n = 0
const o = { get p() { n++; return input(0) } }
if (o.p > 2 && o.p < 9) out('in')
out(n)`,
  },
  {
    category: 'corners',
    name: 'delete then in',
    code: `const o = { a: 1 }
if (input(0) > 2) delete o.a
out('a' in o)
out(Object.keys(o).length)`,
  },
  {
    category: 'corners',
    name: 'array length write',
    code: `const l = [1, 2, 3, 4]
l.length = input(0)
out(l[2])
out(l.join())`,
  },
  {
    category: 'corners',
    name: 'array holes copyWithin',
    code: `const l = [1, 2, 3, input(0)]
l.copyWithin(0, 3)
out(l[0])`,
  },
  {
    category: 'corners',
    name: 'weakmap privates',
    code: `const priv = new WeakMap()
class A { constructor(v) { priv.set(this, v) } get v() { return priv.get(this) } }
const a = new A(input(0))
const b = new A(input(1))
out(a.v)`,
  },
  {
    category: 'corners',
    name: 'symbol keyed',
    code: `const k = Symbol('k')
const o = { [k]: input(0) }
out(o[k])`,
  },
  {
    category: 'corners',
    name: 'toString conversion',
    code: `const o = { toString() { return 's' + input(0) } }
out(\`\${o}\`)
out(o + '')`,
  },
  {
    category: 'corners',
    name: 'valueOf conversion',
    code: `class M { constructor(v) { this.v = v } valueOf() { return this.v + input(1) } }
out(new M(input(0)) > 5)`,
  },
  {
    category: 'corners',
    name: 'toJSON',
    code: `const o = { toJSON() { return input(0) } }
out(JSON.stringify({ o }))`,
  },
  {
    category: 'corners',
    name: 'custom iterator return',
    code: `let closed = 0
const it = { [Symbol.iterator]() { let i = 0; return { next: () => ({ value: i++, done: i > input(1) }), return() { closed = input(0); return {} } } } }
for (const x of it) if (x === 1) break
out(closed)`,
  },
  {
    category: 'corners',
    name: 'eval free new Function',
    code: `const f = new Function('a', 'return a + 1')
out(f(input(0)))`,
  },
  {
    category: 'corners',
    name: 'with getter on class static',
    code: `class A { static get x() { return A.#y } static set x(v) { A.#y = v * 2 } static #y = 1 }
A.x = input(0)
out(A.x)
A.x ??= 5
A.x++
out(A.x)`,
  },
  {
    category: 'corners',
    name: 'recursion through variable',
    code: `let f = (n) => (n <= 0 ? input(0) : f(n - 1))
const g = f
f = (n) => n + input(1)
out(g(3))`,
  },
  {
    category: 'corners',
    name: 'default param referencing earlier and side effects',
    code: `let c = 0
function f(a = c++, b = (c += a, a)) { return a + b }
f()
if (input(0) > 2) f()
out(c)`,
  },
  {
    category: 'corners',
    name: 'getter on array index',
    code: `const o = []
Object.defineProperty(o, '0', { get() { return input(0) } })
out(o[0])`,
  },
  {
    category: 'corners',
    name: 'Reflect',
    code: `const o = { get a() { return this.k } }
out(Reflect.get(o, 'a', { k: input(0) }))
Reflect.set(o, 'b', input(1))
out(o.b)`,
  },
  {
    category: 'corners',
    name: 'indirect method by element',
    code: `const o = { add(x) { this.n += x }, n: input(0) }
const m = input(1) > 2 ? 'add' : 'toString'
o[m](input(2))
out(o.n)`,
  },
  {
    category: 'corners',
    name: 'super in object literal',
    code: `const base = { hi() { return 'b' + input(0) } }
const o = { __proto__: base, hi() { return super.hi() + 'o' } }
out(o.hi())`,
  },
  {
    category: 'corners',
    name: 'new.target and return override',
    code: `class A { constructor() { if (new.target === A) return { k: input(0) } ; this.k = 2 } }
class B extends A {}
out(new A().k)
out(new B().k)`,
  },
  {
    category: 'corners',
    name: 'class expression in loop',
    code: `const cs = []
for (let i = 0; i < 2; i++) cs.push(class { v() { return i + input(0) } })
out(new cs[1]().v())`,
  },
  {
    category: 'corners',
    name: 'instance field arrow captured this',
    code: `class A { n = 0; inc = () => { this.n += input(0) } }
const a = new A()
const { inc } = a
inc()
out(a.n)`,
  },
  {
    category: 'corners',
    name: 'compound order with side effect on left object',
    code: `let o = { n: 1 }
const first = o
o.n += (o = { n: 50 }, input(0))
out(first.n)
out(o.n)`,
  },
  {
    category: 'corners',
    name: 'index side effect order',
    code: `const l = [0, 0, 0]
let i = 0
l[i++] = i + input(0)
l[i] = i++ * input(1)
out(l[0])
out(l[1])
out(i)`,
  },
  {
    category: 'corners',
    name: 'alias through array element',
    code: `const a = { v: 1 }
const l = [a, { v: 2 }]
l[input(0) > 2 ? 0 : 1].v = input(1)
out(a.v)`,
  },
  {
    category: 'corners',
    name: 'alias through map value',
    code: `const m = new Map([['k', { v: 1 }]])
const o = m.get('k')
o.v = input(0)
out(m.get('k').v)`,
  },
  {
    category: 'corners',
    name: 'alias through closure return',
    code: `function holder() {
  const o = { v: 1 }
  return () => o
}
const get = holder()
get().v = input(0)
out(get().v)`,
  },
  {
    category: 'corners',
    name: 'alias via this return chain',
    code: `class B { set(k) { this.k = k; return this } done() { return this.k } }
out(new B().set(input(0)).set(input(1) > 2 ? 9 : input(2)).done())`,
  },
  {
    category: 'corners',
    name: 'write in loop seen in the next round',
    code: `let prev = { v: input(0) }
let s = 0
for (let i = 0; i < 3; i++) {
  const cur = { v: prev.v + i }
  s += prev.v
  prev = cur
}
out(s)`,
  },
  {
    category: 'corners',
    name: 'linked list reversal',
    code: `let head = null
for (const v of [1, input(0), 3]) head = { v, next: head }
let rev = null
while (head) {
  const next = head.next
  head.next = rev
  rev = head
  head = next
}
out(rev.next.v)`,
  },
  {
    category: 'corners',
    name: 'swap properties',
    code: `const o = { a: input(0), b: input(1) }
;[o.a, o.b] = [o.b, o.a]
out(o.a)`,
  },
  {
    category: 'corners',
    name: 'variable captured and reassigned later',
    code: `let x = input(0)
const f = () => x
x = input(1)
const g = () => { x = input(2) }
out(f())
g()
out(f())`,
  },
  {
    category: 'corners',
    name: 'closure param default captures mutated outer',
    code: `let k = 1
const f = (a = k) => a
k = input(0)
out(f())`,
  },
  {
    category: 'corners',
    name: 'catch rethrow through finally variable',
    code: `let s = 'a'
function f() {
  try {
    try { throw { c: input(0) } } catch (e) { s += e.c; throw e } finally { s += 'f' }
  } catch ({ c = 5 }) {
    s += c + input(1)
  }
}
f()
out(s)`,
  },
  {
    category: 'corners',
    name: 'finally sees variable of partial try',
    code: `let x = 0
function g() { if (input(0) > 2) throw 1 }
try {
  x = 1
  g()
  x = 2
} catch {} finally {
  out(x)
}`,
  },
  {
    category: 'corners',
    name: 'return value captured before finally changes',
    code: `function f() {
  let x = input(0)
  try { return x } finally { x = input(1) }
}
out(f())`,
  },
  {
    category: 'corners',
    name: 'return object mutated in finally',
    code: `function f() {
  const o = { v: input(0) }
  try { return o } finally { o.v += input(1) }
}
out(f().v)`,
  },
  {
    category: 'corners',
    name: 'break out of finally in loop with return pending',
    code: `function f() {
  for (let i = 0; i < 3; i++) {
    try { if (i === input(0)) return 'r' + i } finally { if (i === input(1)) break }
  }
  return 'end'
}
out(f())`,
  },
  {
    category: 'corners',
    name: 'loop with continue in finally',
    code: `let s = ''
for (let i = 0; i < 3; i++) {
  try {
    if (i === input(0)) throw 0
    s += i
  } catch { s += 'c' } finally {
    if (i === 1) continue
    s += 'f'
  }
  s += '.'
}
out(s)`,
  },
  {
    category: 'corners',
    name: 'switch fall through into block scoped function',
    code: `let s = ''
switch (input(0)) {
  case 0: s += f()
  case 3: { s += 'x'; break }
  case 9:
    function f() { return 'F' + input(1) }
  default: s += 'd'
}
out(s)`,
  },
  {
    category: 'corners',
    name: 'async state between awaits',
    code: `let state = 'idle'
async function work(n) {
  if (state === 'busy') return 'skipped' + n
  state = 'busy'
  await null
  state = input(0) > 2 ? 'idle' : 'stuck'
  return 'done' + n
}
async function main() {
  const a = work(1)
  const b = work(2)
  out(await a)
  out(await b)
  out(await work(3))
}
main()`,
  },
  {
    category: 'corners',
    name: 'await in loop changes captured',
    code: `let total = 0
async function add(n) { const before = total; await null; total = before + n }
async function main() { await Promise.all([add(input(0)), add(input(1))]); out(total) }
main()`,
  },
  {
    category: 'corners',
    name: 'promise rejection skipped handler',
    code: `let s = 0
Promise.reject(input(0)).then(() => { s = 1 }).catch((e) => { s = e + 10 }).then(() => out(s))`,
  },
  {
    category: 'corners',
    name: 'generator return value via done',
    code: `function* g() { yield 1; return input(0) }
const it = g()
it.next()
const { value, done } = it.next()
out(value)
out(done)`,
  },
  {
    category: 'corners',
    name: 'generator throws to consumer',
    code: `function* g() { yield 1; if (input(0) > 2) throw 'bad'; yield 2 }
let s = ''
try { for (const x of g()) s += x } catch (e) { s += e }
out(s)`,
  },
  {
    category: 'corners',
    name: 'two generators sharing',
    code: `const q = []
function* prod() { for (let i = 0; i < 3; i++) { q.push(i * input(0)); yield } }
function* cons() { let s = 0; while (true) { if (q.length) s += q.shift(); yield s } }
const p = prod()
const c = cons()
p.next()
c.next()
if (input(1) > 2) p.next()
out(c.next().value)`,
  },
  {
    category: 'corners',
    name: 'generator object in map resumed',
    code: `const its = new Map()
function* g() { out('a'); yield; out('b') }
its.set('x', g())
function step() { its.get('x').next() }
if (input(0) > 2) step()
if (input(1) > 2) step()`,
  },
  {
    category: 'corners',
    name: 'generator via spread into call and Math.max',
    code: `let n = 0
function* g() { n++; yield 3; n++ }
const it = g()
const big = input(0) > 2 ? Math.max(...it) : 0
out(n)`,
  },
  {
    category: 'corners',
    name: 'generator in Promise.all and Object.fromEntries',
    code: `let n = 0
function* g() { n++; yield ['a', 1] }
const it = g()
const o = input(0) > 2 ? Object.fromEntries(it) : {}
out(n)`,
  },
  {
    category: 'corners',
    name: 'generator passed to function then array destructured',
    code: `let n = 0
function* g() { n++; yield 1; n++; yield 2 }
function head([a, b = a]) { return b }
const it = g()
if (input(0) > 2) head(it)
out(n)`,
  },
  {
    category: 'corners',
    name: 'generator bound method',
    code: `function* g() { out('x'); yield 1 }
const next = g().next.bind(g())
const it = g()
const step = () => it.next()
if (input(0) > 2) step()`,
  },
  {
    category: 'corners',
    name: 'generator aliased next',
    code: `function* g() { out('x'); yield 1 }
const it = g()
const { next } = it
if (input(0) > 2) next.call(it)`,
  },
  {
    category: 'corners',
    name: 'generator next by element',
    code: `function* g() { out('x'); yield 1 }
const it = g()
const m = input(0) > 2 ? 'next' : 'toString'
it[m]()`,
  },
  {
    category: 'corners',
    name: 'class with accessor overridden',
    code: `class A { get v() { return input(0) } set v(x) { this.w = x } }
class B extends A { get v() { return super.v + 1 } }
const b = new B()
b.v = input(1)
out(b.v)
out(b.w)`,
  },
  {
    category: 'corners',
    name: 'accessor on prototype via class and define',
    code: `class A {}
Object.defineProperty(A.prototype, 'size', { get() { return this.l.length }, configurable: true })
const a = new A()
a.l = [1, 2].slice(input(0))
out(a.size)`,
  },
  {
    category: 'corners',
    name: 'getter installed in function with key parameter',
    code: `function lazy(o, key, make) {
  Object.defineProperty(o, key, { get: make })
}
const o = {}
lazy(o, 'conf', () => input(0))
out(o.conf)`,
  },
  {
    category: 'corners',
    name: 'getOwnPropertyDescriptor copies',
    code: `const src = { get x() { return input(0) } }
const o = {}
Object.defineProperty(o, 'x', Object.getOwnPropertyDescriptor(src, 'x'))
out(o.x)`,
  },
  {
    category: 'corners',
    name: 'descriptor in a variable',
    code: `const d = { get() { return input(0) } }
const o = {}
Object.defineProperty(o, 'x', d)
out(o.x)`,
  },
  {
    category: 'corners',
    name: 'defineProperties in a variable',
    code: `const ds = { x: { get() { return input(0) } } }
const o = Object.create(null, ds)
out(o.x)`,
  },
  {
    category: 'corners',
    name: 'Object.assign runs setters',
    code: `let got = 0
const o = { set x(v) { got = v } }
Object.assign(o, { x: input(0) })
out(got)`,
  },
  {
    category: 'corners',
    name: 'setter in destructuring target',
    code: `let got = 0
const o = { set x(v) { got = v } }
;[o.x] = [input(0)]
for (o.x of [1, input(1)]) ;
out(got)`,
  },
  {
    category: 'corners',
    name: 'for in over getter object',
    code: `let n = 0
const o = { get a() { n += input(0); return 1 } }
for (const k in o) o[k]
out(n)`,
  },
  {
    category: 'corners',
    name: 'Object.entries runs getters',
    code: `let n = 0
const o = { get a() { n += input(0); return 1 } }
Object.entries(o)
out(n)`,
  },
  {
    category: 'corners',
    name: 'JSON.stringify runs getters',
    code: `let n = 0
const o = { get a() { n += input(0); return n } }
const t = JSON.stringify(o)
out(n)`,
  },
  {
    category: 'corners',
    name: 'instance method replaced',
    code: `class A { m() { return 1 } }
const a = new A()
if (input(0) > 2) a.m = () => input(1)
out(a.m())`,
  },
  {
    category: 'corners',
    name: 'prototype method replaced later',
    code: `class A { m() { return 1 } }
A.prototype.m = function () { return input(0) }
out(new A().m())`,
  },
  {
    category: 'corners',
    name: 'constructor returns function',
    code: `function F() { return () => input(0) }
out(new F()())`,
  },
  {
    category: 'corners',
    name: 'static block order and this',
    code: `class A { static a = input(0); static { this.b = this.a + 1 } static c = this.b }
out(A.c)`,
  },
  {
    category: 'corners',
    name: 'private in and accessor pair',
    code: `class A { #x = 0; get #y() { return this.#x + input(0) } set #y(v) { this.#x = v } go() { this.#y = input(1); return this.#y } }
out(new A().go())`,
  },
  {
    category: 'corners',
    name: 'computed method called',
    code: `const k = 'do' + 'It'
class A { [k]() { return input(0) } }
out(new A()[k]())
out(new A().doIt())`,
  },
  {
    category: 'corners',
    name: 'closures in switch per case',
    code: `const fs = []
for (const x of [1, 2]) {
  switch (x) { case 1: { const y = input(0); fs.push(() => y); break } default: { const y = input(1); fs.push(() => y) } }
}
out(fs[0]())
out(fs[1]())`,
  },
  {
    category: 'corners',
    name: 'shadowed var in catch',
    code: `var e = input(0)
try { throw input(1) } catch (e) { var f = e; e = 3 }
out(e)
out(f)`,
  },
  {
    category: 'corners',
    name: 'delete and default',
    code: `const o = { a: input(0) }
if (input(1) > 2) delete o.a
const { a = 'gone' } = o
out(a)`,
  },
  {
    category: 'corners',
    name: 'optional call on possibly missing method with side effect',
    code: `let n = 0
const o = { m: input(0) > 2 ? () => { n = input(1) } : undefined }
o.m?.()
out(n)`,
  },
  {
    category: 'corners',
    name: 'nullish chain mix',
    code: `const a = input(0) > 2 ? null : { b: 0 }
out(a?.b ?? input(1))
out((a?.b || input(2)) && 7)`,
  },
  {
    category: 'corners',
    name: 'string building by replaceAll and match',
    code: `const t = \`x\${input(0)}y\${input(1)}\`
out(t.match(/y(\\d)/)[1])
out([...t.matchAll(/\\d/g)].length)`,
  },
  {
    category: 'corners',
    name: 'sort mutates alias',
    code: `const l = [3, input(0), 2]
const m = l
m.sort()
out(l[0])`,
  },
  {
    category: 'corners',
    name: 'splice result and remainder',
    code: `const l = [1, 2, 3, input(0)]
const cut = l.splice(input(1) > 2 ? 1 : 2, 1)
out(cut[0])
out(l[2])`,
  },
  {
    category: 'corners',
    name: 'reduceRight and flatMap',
    code: `out([[1], [input(0)]].flatMap((x) => x).reduceRight((a, b) => a * 2 + b, input(1)))`,
  },
  {
    category: 'corners',
    name: 'Set dedupe and order',
    code: `const s = new Set([1, input(0), 2])
s.delete(input(1))
out([...s].join())`,
  },
  {
    category: 'corners',
    name: 'Object.groupBy',
    code: `const g = Object.groupBy([1, 2, 3], (n) => (n > input(0) ? 'hi' : 'lo'))
out(g.lo?.length)`,
  },
  {
    category: 'corners',
    name: 'array from with map function',
    code: `out(Array.from({ length: input(0) % 4 }, (_, i) => i * input(1)).join())`,
  },
  {
    category: 'corners',
    name: 'relational via valueOf',
    code: `const d = { valueOf: () => input(0) }
if (d > 2) out('big')
else out('small')`,
  },
]
