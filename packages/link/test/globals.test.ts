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
    //- /c.cjs
    var secret = require('x')
  `)
  expect(unresolved()).toEqual(['secret undeclared'])
})
