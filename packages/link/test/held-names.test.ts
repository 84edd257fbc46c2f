import { describeSymbols } from '@forge/lang'
import { createPublicNames } from '@forge/link'
import { expect, it } from 'vitest'
import { filesOf, inputOf } from './project.ts'

it('gives what CommonJS exports by name as the property, and as what that holds', () => {
  const fixture = `
    //- /index.js
    const fs = require('node:fs')
    function parse() {}
    class Parser {}
    const limit = 3
    module.exports = { parse, Parser, limit, made: new Parser(), other: parse, read: fs.readFileSync, inline() {} }
  `
  expect(membersOf(fixture, 'index.js#default~hidden')).toEqual([
    'Parser -> index.js#default.Parser exact, index.js#Parser inferred',
    'inline -> index.js#default.inline exact',
    'limit -> index.js#default.limit exact',
    'made -> index.js#default.made exact',
    'other -> index.js#default.other exact, index.js#parse inferred',
    'parse -> index.js#default.parse exact, index.js#parse inferred',
    'read -> index.js#default.read exact, external:node:fs#readFileSync inferred',
  ])
})

it('looks for names in what a promise gives, where a type is one', () => {
  const fixture = `
    //- /index.d.ts
    export interface Answer { status: number }
    export interface Chain extends Promise<Answer> { headers(): this }
    export class Job implements PromiseLike<Answer> { then: PromiseLike<Answer>['then'] }
    export class Pending extends Promise<Answer> {}
  `
  expect(membersOf(fixture, 'index.d.ts#Chain')).toEqual([
    '* -> index.d.ts#Answer inferred',
    '* -> external:globalThis#Promise exact',
    'headers -> index.d.ts#Chain.headers exact',
  ])
  expect(membersOf(fixture, 'index.d.ts#Pending')).toContain('* -> index.d.ts#Answer inferred')
  expect(membersOf(fixture, 'index.d.ts#Answer')).toEqual(['status -> index.d.ts#Answer.status exact'])
})

/** The names that a symbol holds, and where those are looked for that it does not hold (`*`), each with all that it leads to. */
function membersOf(fixture: string, id: string): readonly string[] {
  const input = inputOf(filesOf(fixture))
  const names = createPublicNames(input)
  const descriptors = input.map(({ facts }) => describeSymbols(facts).descriptors)
  const [path, descriptor] = id.split('#')
  const file = input.findIndex((one) => one.path === path)
  const symbol = names.module(file) + descriptors[file]!.indexOf(descriptor!)
  const show = (target: number | string): string =>
    typeof target === 'string'
      ? target
      : `${input[names.fileOf(target)]!.path}#${descriptors[names.fileOf(target)]![names.rowOf(target)]!}`
  const shown = (targets: ReturnType<typeof names.holders>): string =>
    targets.map((target) => `${show(target.symbol)} ${target.confidence}`).join(', ')
  return [
    ...names.holders(symbol).map((holder) => `* -> ${shown([holder])}`),
    ...names.names(symbol).map(({ name, targets }) => `${name} -> ${shown(targets)}`),
  ]
}
