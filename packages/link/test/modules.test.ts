import { expect, test } from 'vitest'
import { project } from './project.ts'

test('leads an import to what the module exports under the name', () => {
  const { edges, at } = project(`
    //- /a.ts
    import { /*import*/g as h } from './b'
    export function f() { /*call*/h() }
    //- /b.ts
    export function g() {}
  `)
  expect(edges()).toEqual([
    'calls a.ts#f -> b.ts#g exact',
    'imports a.ts -> b.ts exact',
    'imports a.ts -> b.ts#g exact',
  ])
  expect(at('import')).toEqual(['imports b.ts#g exact import'])
  expect(at('call')).toEqual(['calls b.ts#g exact call'])
})

test('follows names through barrels that rename them', () => {
  const { edges } = project(`
    //- /a.ts
    import { open, shut as close } from './barrel'
    open()
    close()
    //- /barrel.ts
    export { start as open } from './deeper'
    export * from './other'
    //- /deeper.ts
    export { begin as start } from './b'
    //- /other.ts
    export { end as shut } from './b'
    //- /b.ts
    export function begin() {}
    export function end() {}
  `)
  expect(edges('calls')).toEqual(['calls a.ts -> b.ts#begin exact', 'calls a.ts -> b.ts#end exact'])
  expect(edges('references')).toEqual([
    'references barrel.ts -> b.ts#begin exact',
    'references deeper.ts -> b.ts#begin exact',
    'references other.ts -> b.ts#end exact',
  ])
})

test('prefers an own export to one of the same name that a star brings', () => {
  const { edges } = project(`
    //- /a.ts
    import { f } from './barrel'
    f()
    //- /barrel.ts
    export * from './b'
    export function f() {}
    //- /b.ts
    export function f() {}
  `)
  expect(edges('calls')).toEqual(['calls a.ts -> barrel.ts#f exact'])
})

test('lists every candidate of a name that two stars bring', () => {
  const { edges } = project(`
    //- /a.ts
    import { f, g } from './barrel'
    f()
    g()
    //- /barrel.ts
    export * from './b'
    export * from './c'
    //- /b.ts
    export function f() {}
    export { g } from './d'
    //- /c.ts
    export function f() {}
    export { g } from './d'
    //- /d.ts
    export function g() {}
  `)
  expect(edges('calls')).toEqual([
    'calls a.ts -> b.ts#f ambiguous',
    'calls a.ts -> c.ts#f ambiguous',
    'calls a.ts -> d.ts#g exact',
  ])
})

test('finds names through modules that export each other', () => {
  const { edges, unresolved } = project(`
    //- /a.ts
    import { f, missing } from './x'
    f()
    missing()
    //- /x.ts
    export * from './y'
    //- /y.ts
    export * from './x'
    export * from './z'
    export { loop as missing } from './y2'
    //- /y2.ts
    export { missing as loop } from './y'
    //- /z.ts
    export * from './x'
    export function f() {}
  `)
  expect(edges('calls')).toEqual(['calls a.ts -> z.ts#f exact'])
  expect(unresolved()).toContain('missing not-exported call')
})

test('resolves default exports, namespaces and namespace exports', () => {
  const { edges } = project(`
    //- /a.ts
    import run, * as all from './b'
    import { tools } from './barrel'
    run()
    all.helper()
    all.default()
    tools.helper()
    //- /barrel.ts
    export * as tools from './b'
    //- /b.ts
    export default function main() {}
    export function helper() {}
  `)
  expect(edges('calls')).toEqual(['calls a.ts -> b.ts#helper exact', 'calls a.ts -> b.ts#main exact'])
})

test('takes the type or the value of a name by its role', () => {
  const { at, edges } = project(`
    //- /a.ts
    import { /*import*/Pair } from './b'
    const x: /*type*/Pair = /*value*/Pair(1)
    //- /b.ts
    export interface Pair { readonly left: number }
    export function makePair(left: number) { return { left } }
    export const Pair = makePair
  `)
  expect(at('type')).toEqual(['references b.ts#Pair exact type'])
  expect(at('value')).toEqual(['calls b.ts#makePair inferred through', 'reads b.ts#Pair exact call'])
  expect(at('import')).toEqual(['imports b.ts#Pair exact import'])
  expect(edges('imports')).toEqual([
    'imports a.ts -> b.ts exact',
    'imports a.ts -> b.ts#Pair exact',
    'imports a.ts -> b.ts#Pair exact',
  ])
})

test('resolves types through namespaces', () => {
  const { at } = project(`
    //- /a.ts
    import * as ns from './b'
    let x: /*ns*/ns./*type*/Shape
    let y: ns.Inner./*inner*/Deep
    //- /b.ts
    export interface Shape {}
    export namespace Inner { export type Deep = string }
  `)
  expect(at('ns')).toEqual(['references b.ts exact type'])
  expect(at('type')).toEqual(['references b.ts#Shape exact type'])
  expect(at('inner')).toEqual(['references b.ts#Inner.Deep exact type'])
})

test('resolves CommonJS modules', () => {
  const { edges } = project(`
    //- /a.cjs
    const lib = require('./lib.cjs')
    const { direct: renamed } = require('./named.cjs')
    const Pool = require('./pool.cjs')
    lib.start()
    renamed()
    new Pool().acquire()
    //- /lib.cjs
    function start() {}
    module.exports = { start }
    //- /named.cjs
    exports.direct = function () {}
    //- /pool.cjs
    class Pool { acquire() {} }
    module.exports = Pool
  `)
  expect(edges('calls', 'instantiates')).toEqual([
    'calls a.cjs -> external:globalThis#require exact',
    'calls a.cjs -> lib.cjs#start inferred',
    'calls a.cjs -> named.cjs#direct exact',
    'calls a.cjs -> pool.cjs#Pool.acquire exact',
    'instantiates a.cjs -> pool.cjs#Pool exact',
  ])
})

test('imports a CommonJS module by its default and by names', () => {
  const { edges } = project(`
    //- /a.ts
    import lib, { start } from './lib.cjs'
    import plain from './plain.cjs'
    lib.start()
    start()
    plain.go()
    //- /lib.cjs
    module.exports = { start() {} }
    //- /plain.cjs
    exports.go = () => {}
  `)
  expect(edges('calls')).toEqual(['calls a.ts -> lib.cjs#default.start exact', 'calls a.ts -> plain.cjs#go exact'])
})

test('resolves export = and import = require', () => {
  const { edges } = project(`
    //- /a.ts
    import Pool = require('./pool')
    import Alias = Pool.Options
    const pool = new Pool()
    pool.acquire()
    let options: Alias
    //- /pool.ts
    class Pool { acquire() {} }
    namespace Pool { export interface Options {} }
    export = Pool
  `)
  expect(edges('calls', 'instantiates')).toEqual([
    'calls a.ts -> pool.ts#Pool.acquire exact',
    'instantiates a.ts -> pool.ts#Pool exact',
  ])
  expect(edges('references')).toContain('references a.ts -> pool.ts#Pool.Options exact')
})

test('names what is outside the project by module and path', () => {
  const { edges } = project(`
    //- /a.ts
    import * as fs from 'node:fs'
    import fsDefault, { promises } from 'node:fs'
    import { Hono } from 'hono'
    fs.readFileSync('x')
    fs.promises.readFile('x')
    fsDefault.existsSync('x')
    promises.readFile('x')
    const app = new Hono()
    app.get('/')
  `)
  expect(edges('calls', 'instantiates')).toEqual([
    'calls a.ts -> external:hono#Hono.get inferred',
    'calls a.ts -> external:node:fs#default.existsSync inferred',
    'calls a.ts -> external:node:fs#promises.readFile exact',
    'calls a.ts -> external:node:fs#readFileSync exact',
    'instantiates a.ts -> external:hono#Hono exact',
  ])
  expect(edges('imports')).toEqual([
    'imports a.ts -> external:hono exact',
    'imports a.ts -> external:hono#Hono exact',
    'imports a.ts -> external:node:fs exact',
    'imports a.ts -> external:node:fs#default exact',
    'imports a.ts -> external:node:fs#promises exact',
  ])
})

test('takes a name that only an external star can bring from there, inferred', () => {
  const { edges } = project(`
    //- /a.ts
    import { own, foreign } from './barrel'
    own()
    foreign()
    //- /barrel.ts
    export * from 'pkg'
    export const own = () => 1
  `)
  expect(edges('calls')).toEqual(['calls a.ts -> barrel.ts#own exact', 'calls a.ts -> external:pkg#foreign inferred'])
})

test('says why a name has no target', () => {
  const { unresolved } = project(`
    //- /a.ts
    import { x } from './missing'
    import * as gone from './missing'
    import { y } from './b'
    import * as b from './b'
    x()
    gone.z()
    y()
    b.nothing()
    //- /b.ts
    export const there = 1
  `)
  expect(unresolved()).toEqual([
    'x module-not-found',
    './missing module-not-found',
    './missing module-not-found',
    './missing module-not-found',
    'y not-exported',
    'x module-not-found call',
    'gone module-not-found',
    'z module-not-found call',
    'y not-exported call',
    'nothing not-exported call',
  ])
})

test('resolves what import() and import types give', () => {
  const { edges } = project(`
    //- /a.ts
    export async function f() {
      const { g } = await import('./b')
      g()
      const all = await import('./b')
      all.h()
    }
    let s: import('./b').Shape
    //- /b.ts
    export function g() {}
    export function h() {}
    export interface Shape {}
  `)
  expect(edges('calls')).toEqual(['calls a.ts#f -> b.ts#g inferred', 'calls a.ts#f -> b.ts#h exact'])
  expect(edges('references')).toContain('references a.ts -> b.ts#Shape exact')
})

test('takes the module that `new URL` is given relative to this one for imported', () => {
  const { edges, unresolved } = project(`
    //- /main.ts
    new Worker(new URL('./worker.ts', import.meta.url))
    const page = new URL('./page.html', import.meta.url)
    fork(new URL('own.ts', import.meta.url))
    const other = new URL('./other.ts', 'https://example.org')
    const gone = new URL('./gone.js', import.meta.url)
    //- /worker.ts
    export {}
    //- /other.ts
    export {}
    //- /own.ts
    class URL { constructor(public path: string, public base: string) {} }
    new URL('./worker.ts', import.meta.url)
  `)
  expect(edges('imports')).toEqual(['imports main.ts -> own.ts exact', 'imports main.ts -> worker.ts exact'])
  expect(unresolved()).toContain('./gone.js module-not-found')
})

test('merges what `declare module` adds to a module with what the module declares', () => {
  const { at, unresolved } = project(`
    //- /model.ts
    export interface Model { id: string }
    export class Store { open() {} }
    //- /plugin.ts
    import type { Context } from 'server'
    declare module './model' {
      interface Model { saved: /*self*/Model; extra: Extra }
      interface Store { plug(): void }
      interface Extra { more(): void }
    }
    declare module 'server' { interface Context { user: Context } }
    //- /app.ts
    import type { Extra, Model } from './model'
    import { Store } from './model'
    import type { Context } from 'server'
    declare const model: Model
    declare const context: Context
    model./*added*/saved./*own*/id
    model.extra./*more*/more()
    new Store()./*class*/plug()
    new Store()./*method*/open()
    context./*outside*/user
    export type E = /*export*/Extra
  `)
  expect(at('added')).toEqual(['reads plugin.ts#./model.Model.saved exact read'])
  expect(at('own')).toEqual(['reads model.ts#Model.id exact read'])
  expect(at('more')).toEqual(['calls plugin.ts#./model.Extra.more exact call'])
  expect(at('class')).toEqual(['calls plugin.ts#./model.Store.plug exact call'])
  expect(at('method')).toEqual(['calls model.ts#Store.open exact call'])
  expect(at('outside')).toEqual(['reads plugin.ts#server.Context.user exact read'])
  expect(at('export')).toEqual(['references plugin.ts#./model.Extra exact type'])
  expect(unresolved()).toEqual([])
})
