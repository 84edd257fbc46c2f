import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { measureProjects, type ProjectResult } from '../src/projects/measure-projects.ts'
import { totalOf } from '../src/projects/report.ts'

/** Three packages: modules with declarations, CommonJS with `export =`, and CommonJS without types; and one that uses them. */
const packages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  shapes: {
    'package.json': `{ "name": "shapes", "version": "1.0.0", "type": "module", "types": "./index.d.ts", "main": "./index.js" }`,
    'index.js': `
      export class Base { area() { return 0 } }
      export class Square extends Base { side = 1 }
      export const units = { metre: 1 }
      export default function measure(shape) { return shape }
    `,
    'index.d.ts': `
      export declare class Base { area(): number }
      export declare class Square extends Base { side: number; static unit(): Square }
      export declare namespace units { const metre: number; namespace deep { function convert(): void } }
      export interface Options { exact?: boolean; readonly inner: Inner }
      export interface Inner { depth: number }
      export interface Answer { status: number }
      export interface Pending extends Promise<Answer> { cancel(): void }
      export declare function later(): Pending
      export default function measure(shape: Base, options?: Options): number
    `,
  },
  wrap: {
    'package.json': `{ "name": "wrap", "version": "2.0.0", "types": "./index.d.ts", "main": "./index.js", "dependencies": { "shapes": "^1.0.0" } }`,
    'index.js': `module.exports = function wrap(value) { return value }`,
    'index.d.ts': `
      import { Square as Box } from 'shapes'
      declare function wrap(value: wrap.Wrapped): wrap.Wrapped
      declare namespace wrap { interface Wrapped { box: Box; times: number } function twice(): Wrapped }
      export = wrap
    `,
    'again.d.mts': `export * from 'shapes'; export { default as measureAgain } from 'shapes'`,
    'again.mjs': `export * from 'shapes'; export { default as measureAgain } from 'shapes'`,
  },
  plain: {
    'package.json': `{ "name": "plain", "version": "3.0.0", "main": "./main.js" }`,
    'main.js': `
      function parse() {}
      class Parser { read() {} }
      module.exports = { parse, Parser }
    `,
  },
}

const user: Readonly<Record<string, string>> = {
  'package.json': `{ "name": "user", "version": "1.0.0", "type": "module", "dependencies": { "shapes": "^1.0.0", "wrap": "^2.0.0", "plain": "^3.0.0" } }`,
  'main.ts': `
    import measure, { Square, units, later, type Options } from 'shapes'
    import * as shapes from 'shapes'
    import wrap from 'wrap'
    import { Square as Same, measureAgain } from 'wrap/again.mjs'
    const square = new Square()
    square.area()
    square.side
    Square.unit()
    shapes.units.metre
    units.deep.convert()
    const options: Options = { inner: { depth: 1 } }
    measure(square, options)
    measureAgain(new Same(), options)
    export function around(wrapped: wrap.Wrapped, inner: shapes.Inner): number {
      wrap(wrapped)
      wrap.twice()
      return wrapped.times + wrapped.box.side + inner.depth
    }
    export async function wait(pending: shapes.Pending = later()): Promise<number> {
      pending.cancel()
      const answer = await pending
      return answer.status
    }
  `,
  'main.cjs': `
    const { parse, Parser } = require('plain')
    const plain = require('plain')
    parse()
    plain.parse()
    new Parser()
  `,
}

const [result] = await measure('user')

test('leads where the TypeScript language service leads, for each name of another package and each member', () => {
  expect(result.comparison.findings.filter((finding) => finding.class !== 'key').map(explained)).toEqual([])
  const { same } = totalOf([result], ['name', 'member'])
  expect(same).toBeGreaterThanOrEqual(45)
})

test('leads in projects to what it leads to in what is installed of the same version', () => {
  const { same, ...rest } = result.agreement
  expect([rest, result.disagreements]).toEqual([{ other: 0, onlyInstalled: 0, onlyProject: 0 }, []])
  expect(same).toBeGreaterThanOrEqual(30)
})

async function measure(name: string): Promise<[ProjectResult]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'forge-accuracy-test-')))
  try {
    for (const [owner, files] of Object.entries(packages)) {
      writeAll(join(folder, 'node_modules', owner), files)
      writeAll(join(folder, 'projects', owner), files)
    }
    // The types of Node have to be there, and none of them is named here.
    writeAll(join(folder, 'node_modules/@types/node'), {
      'package.json': '{ "name": "@types/node", "version": "24.0.0", "types": "index.d.ts" }',
      'index.d.ts': "declare module 'node:none' {}\n",
    })
    writeAll(join(folder, 'projects', name), user)
    const roots = [...Object.keys(packages), name].map((one) => join(folder, 'projects', one))
    const results = await measureProjects({ folder, roots })
    return [results.find((one) => one.name === name)!]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function writeAll(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

function explained({
  verdict,
  where,
  line,
  typescript,
  forge,
}: ProjectResult['comparison']['findings'][number]): string {
  return `${verdict} ${where} ${line}: TypeScript ${typescript}, Forge ${forge}`
}
