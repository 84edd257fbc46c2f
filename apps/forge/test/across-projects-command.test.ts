import { existsSync, rmSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Json } from './forge-process.ts'
import { threeProjects, Work } from './three-projects.ts'

interface Elsewhere {
  readonly name: string
  readonly state: string
  readonly meanings: readonly { readonly reason: string }[]
}

function dataOf<T>({ json }: { readonly json: Json }): T {
  return json.data as unknown as T
}

describe('--all-projects', () => {
  it('answers with what other projects say, in the order of their names, and why', async () => {
    const { work } = await threeProjects()
    const refs = await work.forge('core', 'refs', 'createPool', '--all-projects')
    expect(refs).toMatchObject({ code: 0, stderr: '' })
    expect(refs.stdout.replaceAll(work.root, '~')).toBe(`\
packages/core/src/pool.ts:5:1  function  export function createPool()  1 reference
  packages/core/src/index.ts:1:10  export  in packages/core/src/index.ts
shop  ~/shop  2 references
  @acme/core#createPool is packages/core/src/pool.ts#createPool of acme: it has the version that is installed  inferred
  lib/index.ts:1:10  import  in lib/index.ts
  lib/index.ts:5:16  call  in lib/index.ts#open
`)
    const impact = await work.json('core', 'impact', 'createPool', '--all-projects', '--limit', '4')
    expect(impact).toMatchObject({ code: 0, json: { schema: 'forge.impact/1', freshness: { stale: false } } })
    const data = dataOf<{
      total: number
      projectsTotal: number
      projects: readonly (Elsewhere & { affected: unknown[] })[]
    }>(impact)
    expect(data).toMatchObject({ total: 1, projectsTotal: 7 })
    expect(data.projects.map(({ name, state, affected }) => [name, state, affected.length])).toEqual([
      ['shop', 'ready', 3],
      ['site', 'ready', 0],
    ])
    const found = dataOf<{ total: number; projects: readonly (Elsewhere & { symbols: unknown[] })[] }>(
      await work.json('site', 'find', 'open', '--exact', '--all-projects'),
    )
    expect([found.total, found.projects.map(({ name, symbols }) => [name, symbols.length])]).toEqual([
      1,
      [
        ['acme', 0],
        ['shop', 1],
        ['site', 0],
      ],
    ])
    const callers = dataOf<{ projects: readonly (Elsewhere & { calls: unknown[] })[] }>(
      await work.json('shop', 'callers', 'open', '--depth', '2', '--all-projects'),
    )
    expect(callers.projects).toMatchObject([
      { name: 'site', meanings: [{ reason: 'linked' }], calls: [{ depth: 1 }, { depth: 2 }] },
    ])
  })

  it('names a project that is not there, and what it named when it was last read', async () => {
    const { work } = await threeProjects()
    await work.forge('shop', 'refs', 'open', '--all-projects')
    rmSync(work.at('site'), { recursive: true })
    const { code, stdout } = await work.forge('shop', 'refs', 'open', '--all-projects')
    expect(code).toBe(0)
    expect(stdout).toContain('when it was last read, 2 places named it')
    expect(stdout).toMatch(/missing: There is no folder .*\/site\. .*forge projects add.*remove/)
  })

  it('is an error with a remedy in a project that was not added', async () => {
    const work = new Work()
    work.lay('alone', '//- /package.json\n{ "name": "alone" }\n//- /a.ts\nexport const a = 1\n')
    await work.index('alone')
    const { code, json } = await work.json('alone', 'refs', 'a', '--all-projects')
    expect(code).toBe(3)
    expect(json.error).toMatchObject({ code: 'FORGE_PROJECT_NOT_FOUND', hint: 'Run `forge projects add` here first' })
    expect(existsSync(work.file)).toBe(false)
  })

  it('is answered alike by several processes at once that all find the table empty', async () => {
    const { work } = await threeProjects()
    const asked = await Promise.all(
      ['core', 'core', 'core', 'core'].map((name) => work.json(name, 'impact', 'createPool', '--all-projects')),
    )
    for (const each of asked) expect(each).toMatchObject({ code: 0 })
    const answers = asked.map((each) => JSON.stringify(dataOf(each)))
    expect(new Set(answers).size).toBe(1)
    expect(dataOf<{ projectsTotal: number }>(asked[0]!).projectsTotal).toBe(7)
  })
})

describe('forge deps', () => {
  it('shows what is declared and used, in a project that was not added as well', async () => {
    const { work } = await threeProjects()
    const shown = await work.forge('shop', 'deps')
    expect(shown.stdout).toBe(`\
.
  @acme/core  ^1.0.0          1.2.0  unused
  eslint      ^9      not installed  named, not imported
  left-pad    1.x     not installed  unused

apps/web
  @shop/lib  workspace:*                       a package of this project
  lodash     not declared here  not installed  missing: 3 names in 4 places

lib
  @acme/core  ^1.0.0  1.2.0  6 names in 10 places
`)
    const alone = await work.json('shop', 'deps', '@acme/core', '--global-db', `${work.file}.none`)
    const { dependencies } = dataOf<{
      dependencies: readonly { folder: string; use: string; names: readonly unknown[] }[]
    }>(alone)
    expect(dependencies.map(({ folder, use, names }) => [folder, use, names.length])).toEqual([
      ['', 'unused', 0],
      ['lib', 'used', 6],
    ])
    expect(existsSync(`${work.file}.none`)).toBe(false)
    const only = await work.forge('shop', 'deps', '--missing')
    expect(only.stdout).toContain('lodash')
    expect(only.stdout).not.toContain('left-pad')
    expect(await work.forge('shop', 'deps', 'nothing-like-it', '--fail-empty')).toMatchObject({
      code: 1,
      stdout: 'nothing here needs nothing-like-it\n',
    })
  })
})

describe('forge projects conflicts', () => {
  it('lists what may come from several places, and names that nothing has', async () => {
    const { work } = await threeProjects()
    work.lay(
      'fork',
      '//- /package.json\n{ "name": "@acme/core", "version": "1.2.0", "exports": "./i.ts" }\n//- /i.ts\nexport const other = 1\n',
    )
    await work.index('fork')
    await work.forge('fork', 'projects', 'add')
    const { code, stdout } = await work.forge('core', 'projects', 'conflicts')
    expect(code).toBe(0)
    expect(stdout).toContain(`\
@acme/core
  project    acme (packages/core)  1.2.0
  project    @acme/core  1.2.0
  installed  1.2.0  in shop
`)
    expect(stdout).toContain('what is installed 1.2.0: it is installed')
    expect(stdout).toContain('acme 1.2.0: it has the version that is installed')
    const { json } = await work.json('core', 'projects', 'conflicts')
    expect(json).toMatchObject({ schema: 'forge.projects/1', data: { action: 'conflicts', checkouts: [], broken: [] } })
  })
})
