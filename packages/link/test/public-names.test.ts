import { describeSymbols } from '@forge/lang'
import { createPublicNames } from '@forge/link'
import { expect, it } from 'vitest'
import { filesOf, inputOf } from './project.ts'

/** What can be named in a file: `Pool.acquire` is what `acquire` of what it exports as `Pool` leads to, and where names are looked for besides. */
function namesOf(fixture: string, depth = 1, file = 0): string[] {
  const input = inputOf(filesOf(fixture))
  const names = createPublicNames(input)
  const descriptors = input.map(({ facts }) => describeSymbols(facts).descriptors)
  const show = (symbol: number | string): string => {
    if (typeof symbol === 'string') return symbol
    const at = names.fileOf(symbol)
    const row = names.rowOf(symbol)
    return row === 0 ? input[at]!.path : `${input[at]!.path}#${descriptors[at]![row]!}`
  }
  const lines: string[] = []
  const visit = (symbol: number, prefix: string, left: number): void => {
    for (const { symbol: holder, confidence } of names.holders(symbol)) {
      lines.push(`${prefix}* -> ${show(holder)} ${confidence}`)
    }
    for (const { name, targets } of names.names(symbol)) {
      for (const target of targets) {
        lines.push(`${prefix}${name} -> ${show(target.symbol)} ${target.confidence}`)
        if (left > 1 && typeof target.symbol === 'number') visit(target.symbol, `${prefix}${name}.`, left - 1)
      }
    }
  }
  visit(names.module(file), '', depth)
  return lines
}

it('gives what a module exports, under the names it exports it by, wherever it is declared', () => {
  expect(
    namesOf(`
      //- /index.ts
      export { Pool as Connections, type Options } from './pool.ts'
      export * as queue from './queue.ts'
      export * from './more.ts'
      export default function start() {}
      const own = 1
      export { own }
      //- /pool.ts
      export class Pool {}
      export interface Options {}
      //- /queue.ts
      export function push() {}
      //- /more.ts
      export * from './index.ts'
      export type More = string
      export default 1
    `),
  ).toEqual([
    'Connections -> pool.ts#Pool exact',
    'More -> more.ts#More exact',
    'Options -> pool.ts#Options exact',
    'default -> index.ts#start exact',
    'own -> index.ts#own exact',
    'queue -> queue.ts exact',
  ])
})

it('gives members, those named with # left out, and bases in which others are', () => {
  expect(
    namesOf(
      `
      //- /index.ts
      import { Base } from './base.ts'
      export class Pool extends Base {
        static of() {}
        #secret = 1
        private hidden = 1
        acquire(how: string) {}
        constructor() { super() }
      }
      export interface Shape extends Base { size: number }
      export enum Color { red }
      //- /base.ts
      export class Base { close() {} }
    `,
      2,
    ),
  ).toEqual([
    'Color -> index.ts#Color exact',
    'Color.red -> index.ts#Color.red exact',
    'Pool -> index.ts#Pool exact',
    'Pool.* -> base.ts#Base exact',
    'Pool.acquire -> index.ts#Pool.acquire exact',
    'Pool.hidden -> index.ts#Pool.hidden exact',
    'Pool.of -> index.ts#Pool.of exact',
    'Shape -> index.ts#Shape exact',
    'Shape.* -> base.ts#Base exact',
    'Shape.size -> index.ts#Shape.size exact',
  ])
})

it('looks for members of a variable in its declared type, or in what it was given', () => {
  expect(
    namesOf(
      `
      //- /index.ts
      interface Logger { info(): void }
      export declare const logger: Logger
      export const settings = { depth: 1 }
      export type Named = { title: string }
    `,
      2,
    ).filter((line) => line.includes('*')),
  ).toEqual([
    'Named.* -> index.ts#Named~hidden exact',
    'logger.* -> index.ts#Logger exact',
    'settings.* -> index.ts#settings~hidden exact',
  ])
})

it('leads outside where a name comes from there', () => {
  expect(
    namesOf(
      `
      //- /index.ts
      export { z } from 'zod'
      export * from 'more'
      import { EventEmitter } from 'node:events'
      export class Bus extends EventEmitter {}
    `,
      2,
    ),
  ).toEqual([
    '* -> external:more inferred',
    'Bus -> index.ts#Bus exact',
    'Bus.* -> external:node:events#EventEmitter inferred',
    'z -> external:zod#z exact',
  ])
})

it('takes what is exported as a whole for what has the names, also of CommonJS', () => {
  expect(
    namesOf(
      `
      //- /index.d.ts
      declare function start(): void
      declare namespace start {
        interface Options { size: number }
        export { Extra }
      }
      interface Extra {}
      export = start
    `,
      2,
    ),
  ).toEqual([
    '* -> index.d.ts#start exact',
    'default -> index.d.ts#start exact',
    'default.Extra -> index.d.ts#Extra exact',
    'default.Options -> index.d.ts#start.Options exact',
  ])
  expect(
    namesOf(`
      //- /index.js
      function start() {}
      module.exports = start
      module.exports.stop = function () {}
    `),
  ).toEqual(['* -> index.js#start exact', 'default -> index.js#start exact', 'stop -> index.js#stop exact'])
})

it('knows the modules that files declare by name, and what those export as a whole', () => {
  const input = inputOf(
    filesOf(`
      //- /path.d.ts
      declare module 'path' {
        namespace path { interface Platform { join(): string } }
        const path: path.Platform
        export = path
      }
      declare module 'node:path' { import path = require('path'); export = path }
    `),
  )
  const names = createPublicNames(input)
  const { symbols, strings } = input[0]!.facts
  expect(names.declaredModules.map(({ specifier }) => specifier).toSorted()).toEqual(['node:path', 'path'])
  const path = names.declaredModules.find(({ specifier }) => specifier === 'path')!.symbol
  const held = names.holders(path).map(({ symbol }) => strings[symbols.name[names.rowOf(symbol as number)]!])
  expect(held).toEqual(['path', 'path'])
})

it('takes no more for what is exported as a whole of a declared module than what is', () => {
  const input = inputOf(
    filesOf(`
      //- /m.d.ts
      declare module 'm' { namespace inner { const deep: number } export { inner } }
    `),
  )
  const names = createPublicNames(input)
  const [{ symbol } = { symbol: -1 }] = names.declaredModules
  expect(names.names(symbol).map(({ name }) => name)).toEqual(['inner'])
  expect(names.holders(symbol)).toEqual([])
})

it('has what other files add to a declaration, also to one in what is exported as a whole', () => {
  expect(
    namesOf(
      `
      //- /index.ts
      export = _
      declare const _: _.Static
      declare namespace _ { interface Static {} }
      //- /common.ts
      import _ = require('./index')
      declare module './index' { interface Static { map(): void } }
    `,
      3,
    ).filter((line) => line.includes('Static')),
  ).toEqual([
    'default.* -> index.ts#_.Static exact',
    'default.Static -> index.ts#_.Static exact',
    'default.Static.* -> common.ts#./index.Static exact',
  ])
})
