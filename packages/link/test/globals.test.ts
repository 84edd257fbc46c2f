import { expect, test } from 'vitest'
import { project } from './project.ts'

test('names globals of the language and the platform by their path', () => {
  const { edges } = project(`
    //- /a.ts
    console.log(Math.max(1, 2), globalThis.structuredClone, process.stdout.write)
    export let when: Promise<Record<string, Date>>
  `)
  expect(edges()).toEqual([
    'calls a.ts -> external:globalThis#Math.max exact',
    'calls a.ts -> external:globalThis#console.log exact',
    'reads a.ts -> external:globalThis exact',
    'reads a.ts -> external:globalThis#Math exact',
    'reads a.ts -> external:globalThis#console exact',
    'reads a.ts -> external:globalThis#process exact',
    'reads a.ts -> external:globalThis#process.stdout exact',
    'reads a.ts -> external:globalThis#process.stdout.write exact',
    'reads a.ts -> external:globalThis#structuredClone exact',
    'references a.ts -> external:globalThis#Date exact',
    'references a.ts -> external:globalThis#Promise exact',
    'references a.ts -> external:globalThis#Record exact',
  ])
})

test('finds declarations of scripts and of declare global from any file', () => {
  const { edges, unresolved } = project(`
    //- /a.ts
    export const x = helper() + setting
    nobody()
    //- /script.js
    function helper() { return 1 }
    //- /b.ts
    export {}
    declare global { const setting: number }
  `)
  expect(edges('calls', 'reads')).toEqual([
    'calls a.ts -> script.js#helper exact',
    'reads a.ts -> b.ts#global.setting exact',
  ])
  expect(unresolved()).toEqual(['nobody undeclared call'])
})

test('lists every script that declares a global', () => {
  const { edges } = project(`
    //- /a.ts
    export const x = helper()
    //- /one.js
    function helper() {}
    //- /two.js
    function helper() {}
  `)
  expect(edges('calls')).toEqual(['calls a.ts -> one.js#helper ambiguous', 'calls a.ts -> two.js#helper ambiguous'])
})

test('does not take the declarations of a module for globals', () => {
  const { unresolved } = project(`
    //- /a.ts
    export const x = secret
    //- /b.ts
    const secret = 1
    export {}
    declare global { const setting: number }
    //- /c.cjs
    var secret = require('x')
  `)
  expect(unresolved()).toEqual(['secret undeclared'])
})

test('leads imports of what is not there to modules the project declares', () => {
  const { edges, unresolved } = project(`
    //- /a.ts
    import { render } from './generated/view'
    import url from './logo.svg'
    render(url.href)
    //- /types.ts
    declare module './generated/view' { export function render(text: string): void }
    declare module '*.svg' { const url: { href: string }; export default url }
  `)
  expect(edges('calls')).toEqual(['calls a.ts -> types.ts#./generated/view.render exact'])
  expect(unresolved()).not.toContain('./logo.svg module-not-found')
})

test('does not let a namespace that is imported hide the type of the platform', () => {
  const { at } = project(`
    //- /a.ts
    import * as Iterable from './b'
    export function f(list: /*type*/Iterable<string>, own: /*namespace*/Iterable.Own) {}
    //- /b.ts
    export interface Own {}
  `)
  expect(at('type')).toEqual(['references external:globalThis#Iterable exact type'])
  expect(at('namespace')).toEqual(['references b.ts exact type'])
})

test('keeps what a module declares to itself, also one that only says `export {}`', () => {
  const { unresolved, edges } = project(`
    //- /a.ts
    shared()
    own()
    //- /script.ts
    function shared() {}
    //- /module.ts
    export {}
    function own() {}
  `)
  expect(edges('calls')).toEqual(['calls a.ts -> script.ts#shared exact'])
  expect(unresolved()).toEqual(['own undeclared call'])
})
