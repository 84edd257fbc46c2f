import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { forge, forgeJson, project } from './forge-process.ts'

const app = `
//- /package.json
{ "name": "app", "bin": "./src/main.ts", "forge": { "entryPoints": ["src/plugins/*.ts"] } }
//- /src/main.ts
import { Store } from './store.js'
const store = new Store()
store.put(1)
//- /src/store.ts
import { check } from './check.js'
export class Store {
  put(value: number): void { check(value) }
  drop(): void {}
}
export interface Options { size: number }
//- /src/check.ts
import type { Options } from './store.js'
export function check(value: number): number { return odd(value) ? 1 : 0 }
function odd(value: number): boolean { return value === 0 ? false : even(value - 1) }
function even(value: number): boolean { return value === 0 ? true : odd(value - 1) }
export function size(options: Options): number { return options.size }
//- /src/plugins/a.ts
export default function plugin() {}
//- /src/alone.ts
export const alone = 1
`

async function indexed(): Promise<string> {
  const root = project(app)
  await forge(['index', root])
  return root
}

describe('forge impact', () => {
  it('lists what a change may affect by distance, of symbols and of files', async () => {
    const root = await indexed()
    const { json } = await forgeJson(['impact', 'odd', '--cwd', root])
    expect(json.schema).toBe('forge.impact/1')
    const { affected, total, filesTotal } = json.data as unknown as {
      affected: { symbol: { id: string }; distance: number }[]
      total: number
      filesTotal: number
    }
    expect(affected.map(({ symbol, distance }) => [symbol.id, distance])).toEqual([
      ['src/check.ts#check', 1],
      ['src/check.ts#even', 1],
      ['src/store.ts', 2],
      ['src/store.ts#Store.put', 2],
      ['src/main.ts', 3],
    ])
    expect([total, filesTotal]).toEqual([5, 3])
    const text = await forge(['impact', 'odd', '--depth', '1', '--cwd', root])
    expect(text.stdout).toContain('2 symbols in 1 file may be affected')
    expect(text.stdout).toMatch(/ {2}1 {2}src\/check\.ts#check {2}calls src\/check\.ts#odd {2}src\/check\.ts:2:55/)
    const files = await forge(['impact', 'src/check.ts', '--files', '--cwd', root])
    expect(files.stdout).toMatch(/1 {2}src\/store\.ts/)
    expect(files.stdout).toMatch(/2 {2}src\/main\.ts/)
  })

  it('says what it does not know, and exits 1 for nothing where asked', async () => {
    const root = await indexed()
    expect((await forge(['impact', 'nothing', '--cwd', root])).code).toBe(3)
    expect((await forge(['impact', 'Store.drop', '--fail-empty', '--cwd', root])).code).toBe(1)
  })
})

describe('forge cycles', () => {
  it('tells cycles of types from those that are there at run time, and finds those of calls', async () => {
    const root = await indexed()
    const modules = await forge(['cycles', '--cwd', root])
    expect(modules.stdout).toContain('2 modules import each other  types only: gone at run time')
    expect(modules.stdout).toContain('src/check.ts -> src/store.ts  src/check.ts:1:31')
    const { json } = await forgeJson(['cycles', '--of', 'calls', '--cwd', root])
    expect(json).toMatchObject({
      schema: 'forge.cycles/1',
      data: { of: 'calls', total: 1, cycles: [{ symbols: [{ name: 'even' }, { name: 'odd' }] }] },
    })
    expect((await forge(['cycles', '--of', 'nonsense', '--cwd', root])).code).toBe(2)
  })
})

describe('forge dead', () => {
  it('lists what neither bin, plugins nor tests lead to', async () => {
    const root = await indexed()
    const { json } = await forgeJson(['dead', '--cwd', root])
    const { dead, entryPoints, guessed } = json.data as unknown as {
      dead: { symbol: { id: string } }[]
      entryPoints: unknown[]
      guessed: boolean
    }
    expect(guessed).toBe(false)
    expect(entryPoints).toEqual([
      { path: 'src/main.ts', reason: 'bin of app', exports: false },
      { path: 'src/plugins/a.ts', reason: 'forge.entryPoints of app', exports: true },
    ])
    expect(dead.map(({ symbol }) => symbol.id)).toEqual([
      'src/alone.ts',
      'src/check.ts#size',
      'src/store.ts#Store.drop',
      'src/store.ts#Options',
    ])
    const wider = await forge([
      'dead',
      '--entry',
      'src/al*.ts',
      '--kind',
      'function',
      'module',
      '--entries',
      '--cwd',
      root,
    ])
    expect(wider.stdout).toContain('src/alone.ts  src/al*.ts')
    expect(wider.stdout).toContain('1 symbol out of reach of 3 entry points')
    expect((await forge(['dead', '--kind', 'nonsense', '--cwd', root])).code).toBe(2)
  })
})

/** `tangle` is hard to follow, `choose` has many ways through, `early.ts` is never changed again. */
const knots = `
//- /src/knots.ts
import { plain } from './early.js'
export function tangle(list: number[]): number {
  for (const one of list) { if (one) { while (plain(one)) { if (one > 2) return one } } }
  return choose(list.length)
}
export function choose(n: number): number {
  switch (n) { case 1: case 2: case 3: case 4: case 5: case 6: case 7: case 8: case 9: case 10: return plain(n) ? 1 : tangle([n]) }
  return 0
}
//- /src/early.ts
export function plain(n: number): boolean { return n > 0 && other(n) }
function other(n: number): boolean { return n < 9 }
`

function git(root: string, ...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    cwd: root,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  })
}

/** A repository in which `src/knots.ts` has two commits and `src/early.ts` one. */
function knotsInGit(): string {
  const root = project(knots)
  git(root, 'init')
  git(root, 'add', 'src/early.ts')
  git(root, 'commit', '-m', 'early')
  git(root, 'add', '.')
  git(root, 'commit', '-m', 'knots')
  appendFileSync(path.join(root, 'src/knots.ts'), '// more\n')
  git(root, 'commit', '-am', 'more')
  return root
}

describe('forge hotspots', () => {
  it('lists what is complex and calls much, and how complex the rest is', async () => {
    const root = await indexed()
    const { stdout } = await forge(['hotspots', '--complexity', '2', '--fan-out', '1', '--cwd', root])
    expect(stdout).toMatch(/^score {2}cyclomatic {2}calls {2}called by {2}maintainability {2}symbol/)
    expect(stdout).toMatch(/2 +2 +1 +2 +\d\d {2}odd +src\/check\.ts:3:1/)
    expect(stdout).toContain('complexity of 7 functions\n  simple        7  up to 10 ways through\n')
    expect(stdout).toMatch(/ {2}cyclomatic +10 +1 +2 +2\n {2}cognitive +3 +0 +1 +1\n/)
    const none = await forge(['hotspots', '--cwd', root, '--fail-empty'])
    expect(none).toMatchObject({ code: 1, stdout: expect.stringMatching(/^no symbol is that complex/) })
  })

  it('goes by what is hard to follow where asked, from 15 on', async () => {
    const root = project(knots)
    await forge(['index', root])
    const found = async (...options: readonly string[]): Promise<unknown> => {
      const { json } = await forgeJson(['hotspots', '--fan-out', '2', ...options, '--cwd', root])
      const { by, hotspots } = json.data as unknown as {
        by: string
        hotspots: { symbol: { name: string }; complexity: number; metrics: { cyclomatic: number; cognitive: number } }[]
      }
      return [by, ...hotspots.map(({ symbol, complexity, metrics }) => [symbol.name, complexity, metrics])]
    }
    expect(await found()).toEqual([
      'cyclomatic',
      ['choose', 12, expect.objectContaining({ cyclomatic: 12, cognitive: 3, lines: 4 })],
    ])
    expect(await found('--by', 'cognitive')).toEqual(['cognitive'])
    expect(await found('--by', 'cognitive', '--complexity', '10')).toEqual([
      'cognitive',
      ['tangle', 10, expect.objectContaining({ cyclomatic: 5, cognitive: 10, maintainability: expect.any(Number) })],
    ])
  })

  it('multiplies by how many commits have changed the file, all of them or those from a time on', async () => {
    const root = knotsInGit()
    await forge(['index', root])
    const all = ['hotspots', '--complexity', '1', '--fan-out', '1', '--cwd', root]
    const { json } = await forgeJson([...all, '--churn'])
    const { hotspots } = json.data as unknown as {
      hotspots: { symbol: { name: string }; complexity: number; fanOut: number; churn: number; score: number }[]
    }
    expect(hotspots.map(({ symbol, churn, score }) => [symbol.name, churn, score])).toEqual([
      ['choose', 2, 12 * 2 * 2],
      ['tangle', 2, 5 * 2 * 2],
      ['plain', 1, 2],
    ])
    const text = await forge([...all, '--churn'])
    expect(text.stdout).toMatch(/^score {2}cyclomatic {2}calls {2}called by {2}commits {2}maintainability/)
    expect((await forgeJson([...all, '--since', '1d'])).json.data).toMatchObject({ total: 3 })
    expect((await forgeJson([...all, '--since', '2200-01-01'])).json.data).toMatchObject({ total: 0 })
    const none = await forge([...all, '--since', '2200-01-01'])
    expect(none.stdout).toMatch(/^no symbol .*, in a file that commits have changed\n/)
  })

  it('says what is wrong with what it is asked for', async () => {
    const root = await indexed()
    expect(await forgeJson(['hotspots', '--churn', '--cwd', root])).toMatchObject({
      code: 2,
      json: {
        error: { code: 'FORGE_GIT_HISTORY', hint: expect.stringContaining('git repository') },
      },
    })
    expect(await forgeJson(['hotspots', '--since', 'tuesday', '--cwd', root])).toMatchObject({
      code: 2,
      json: { error: { code: 'FORGE_USAGE' } },
    })
    expect((await forge(['hotspots', '--by', 'charm', '--cwd', root])).code).toBe(2)
    expect((await forge(['hotspots', '--complexity', '-1', '--cwd', root])).code).toBe(2)
  })
})

describe('forge status', () => {
  it('says how complex functions are', async () => {
    const root = project(knots)
    await forge(['index', root])
    const { stdout } = await forge(['status', '--cwd', root])
    expect(stdout).toContain(
      'complexity of 4 functions\n  simple        3  up to 10 ways through\n  moderate      1  up to 20\n',
    )
    expect((await forgeJson(['status', '--cwd', root])).json.data).toMatchObject({
      complexity: {
        functions: 4,
        cyclomatic: { total: 20, median: 2, p90: 12, max: 12 },
        cognitive: { total: 14, median: 1, p90: 10, max: 10 },
        simple: 3,
        moderate: 1,
        complex: 0,
        veryComplex: 0,
      },
    })
  })

  it('says nothing of it where there are no functions', async () => {
    const root = project('//- /a.ts\nexport const a = 1\n')
    await forge(['index', root])
    expect((await forge(['status', '--cwd', root])).stdout).not.toContain('complexity')
  })
})

describe('forge modules', () => {
  it('counts dependencies of all files, and lists those of one', async () => {
    const root = await indexed()
    const { json } = await forgeJson(['modules', '--cwd', root])
    expect(json.data).toMatchObject({
      total: 5,
      modules: [{ path: 'src/store.ts', imports: 1, importedBy: 2 }, {}, {}, {}, {}],
    })
    const one = await forge(['modules', 'src/store.ts', '--cwd', root])
    expect(one.stdout.split('\n').slice(0, 4)).toEqual([
      'src/store.ts  1 import out, 2 in',
      '  src/store.ts -> src/check.ts  1 name',
      '  src/check.ts -> src/store.ts  1 name, types only',
      '  src/main.ts -> src/store.ts  1 name',
    ])
    expect((await forge(['modules', 'src/gone.ts', '--cwd', root])).code).toBe(3)
  })
})
