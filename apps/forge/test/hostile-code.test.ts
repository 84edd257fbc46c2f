import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { IndexReport } from '@forge/indexer'
import { Forge } from '../src/forge.ts'

const root = mkdtempSync(path.join(tmpdir(), 'forge-hostile-'))
let forge: Forge
let report: IndexReport

/** One project with everything that has made an indexer fall over. */
const files: Readonly<Record<string, string>> = {
  'circle/a.ts': "export * from './b.js'\nexport { a as again } from './a.js'\nexport const a = 1\n",
  'circle/b.ts': "export * from './a.js'\nexport * from './c.js'\nexport const b = a\nimport { a } from './a.js'\n",
  'circle/c.ts': "export * from './b.js'\nimport { a, b, again } from './a.js'\nexport const c = [a, b, again]\n",
  'hot/hot.ts': 'export function hot() {}\n',
  ...Object.fromEntries(
    Array.from({ length: 10 }, (_, number) => [
      `hot/use${number}.ts`,
      `import { hot } from './hot.js'\n${'hot()\n'.repeat(10_000)}`,
    ]),
  ),
  'long.ts': `export function long() {\n${Array.from({ length: 20_000 }, (_, line) => `  const v${line} = ${line === 0 ? 1 : `v${line - 1}`}`).join('\n')}\n  return v19999\n}\n`,
  'deep.ts': `export const deep = ${'('.repeat(10_000)}1${')'.repeat(10_000)}\n`,
  'generated.ts': `export const data = [\n${'  "0123456789abcdef",\n'.repeat(500_000)}]\n`,
  'package.json': '{"private":true,"workspaces":["packages/*"]}',
  'packages/one/package.json': '{"name":"same","main":"index.ts"}',
  'packages/one/index.ts': 'export function fromOne() {}\n',
  'packages/two/package.json': '{"name":"same","main":"index.ts"}',
  'packages/two/index.ts': 'export function fromTwo() {}\n',
  'packages/user/package.json': '{"name":"user"}',
  'packages/user/index.ts': "import { fromOne, fromTwo } from 'same'\nfromOne()\nfromTwo()\n",
  'case/Name.ts': 'export function upper() {}\n',
  'case/name.ts': 'export function lower() {}\n',
  'case/use.ts': "import { upper } from './Name.js'\nimport { lower } from './name.js'\nupper()\nlower()\n",
  ...withConfig('broken', '{ "compilerOptions": { '),
  ...withConfig('one', '{ "extends": "../other/tsconfig.json", "compilerOptions": { "paths": { "@/*": ["./*"] } } }'),
  ...withConfig('other', '{ "extends": "../one/tsconfig.json" }'),
  ...withConfig('nowhere', '{ "extends": "./gone.json", "compilerOptions": { "paths": { "@/*": ["./*"] } } }'),
}

function withConfig(folder: string, config: string): Record<string, string> {
  return {
    [`config/${folder}/tsconfig.json`]: config,
    [`config/${folder}/a.ts`]: 'export function a() {}\n',
    [`config/${folder}/b.ts`]: "import { a } from '@/a'\nimport { a as direct } from './a'\na()\ndirect()\n",
  }
}

beforeAll(async () => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  forge = await Forge.open(root, { database: path.join(root, 'graph.db') })
  report = await forge.index()
}, 240_000)

afterAll(async () => {
  await forge.close()
  rmSync(root, { recursive: true, force: true })
})

test('what is wrong is said, and everything else is indexed', () => {
  expect(report.files).toBe(Object.keys(files).filter((file) => file.endsWith('.ts')).length)
  expect(report.diagnostics).toEqual(
    [
      { path: 'config/broken/tsconfig.json', code: 'bad-config', message: expect.stringMatching(/^Line 1: /) },
      {
        path: 'config/other/tsconfig.json',
        code: 'bad-config',
        message: 'It extends itself by way of config/one/tsconfig.json',
      },
      {
        path: 'config/nowhere/tsconfig.json',
        code: 'bad-config',
        message: 'It extends ./gone.json, which is not there',
      },
      {
        path: 'deep.ts',
        code: 'syntax-error',
        message: 'The code is nested too deeply to be read',
        start: 0,
        end: 20_022,
      },
      {
        path: 'packages/two/package.json',
        code: 'duplicate-package',
        message: 'The name same already means the package in packages/one',
      },
    ].toSorted((left, right) => (left.path < right.path ? -1 : 1)),
  )
})

async function linesOf(id: string): Promise<string[]> {
  const references = await forge.graph.references(id)
  return [...new Set(references.map(({ file, range, role }) => `${file}:${range.start.line} ${role}`))]
}

test('modules that re-export each other in circles', async () => {
  expect(await linesOf('circle/a.ts#a')).toEqual([
    'circle/a.ts:2 export',
    'circle/b.ts:3 read',
    'circle/b.ts:4 import',
    'circle/c.ts:2 import',
    'circle/c.ts:3 read',
  ])
})

test('a function with 100,000 calls', async () => {
  const references = await forge.graph.references('hot/hot.ts#hot')
  expect(references.filter(({ role }) => role === 'call')).toHaveLength(100_000)
  expect((await forge.graph.callers('hot/hot.ts#hot', { limit: 20 })).map(({ caller }) => caller)).toEqual(
    Array.from({ length: 20 }, () => 'hot/use0.ts'),
  )
})

test('a function of 20,000 lines, and a file of 10 MB', async () => {
  expect((await forge.graph.symbol('long.ts#long'))?.range.end.line).toBe(20_003)
  expect(await linesOf('long.ts#long.v19998')).toEqual(['long.ts:20001 read'])
  expect((await forge.graph.symbol('generated.ts#data'))?.range.end.line).toBe(500_002)
})

test('the graphs of all functions', async () => {
  expect(await forge.pdg.save()).toMatchObject({ files: report.files, removed: 0 })
  expect(await forge.pdg.save()).toMatchObject({ files: report.files, rows: 0 })
}, 240_000)

test('two packages of one name: the first has it, and what it lacks is not resolved', async () => {
  expect(await linesOf('packages/one/index.ts#fromOne')).toEqual([
    'packages/user/index.ts:1 import',
    'packages/user/index.ts:2 call',
  ])
  expect(await linesOf('packages/two/index.ts#fromTwo')).toEqual([])
  expect((await forge.graph.unresolvedNamed('fromTwo')).length).toBeGreaterThan(0)
})

test('files whose names differ in case alone', async () => {
  expect(await linesOf('case/Name.ts#upper')).toEqual(['case/use.ts:1 import', 'case/use.ts:3 call'])
  expect(await linesOf('case/name.ts#lower')).toEqual(['case/use.ts:2 import', 'case/use.ts:4 call'])
})

test.each([
  ['broken', [2, 4]],
  ['one', [1, 2, 3, 4]],
  ['other', [2, 4]],
  ['nowhere', [1, 2, 3, 4]],
] as const)('a tsconfig that is %s: what it says is taken as far as it goes', async (folder, lines) => {
  const found = (await linesOf(`config/${folder}/a.ts#a`)).map((line) => Number(/:(\d+) /.exec(line)![1]))
  expect(found).toEqual(lines)
})
