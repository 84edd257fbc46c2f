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

describe('forge hotspots', () => {
  it('lists what is complex and calls much, and how complex the rest is', async () => {
    const root = await indexed()
    const { stdout } = await forge(['hotspots', '--complexity', '2', '--fan-out', '1', '--cwd', root])
    expect(stdout).toMatch(/^score {2}complexity {2}calls {2}called by {2}symbol/)
    expect(stdout).toMatch(/2 +2 +1 +2 {2}odd +src\/check\.ts:3:1/)
    expect(stdout).toContain('up to 10, 0 up to 20, 0 up to 50, 0 above')
    const none = await forge(['hotspots', '--cwd', root, '--fail-empty'])
    expect(none.code).toBe(1)
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
