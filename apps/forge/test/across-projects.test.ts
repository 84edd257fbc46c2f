import { cpSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { type AcrossProjects, Forge, type Projects } from '@forge/forge'
import { describe, expect, it, onTestFinished } from 'vitest'
import { write } from './forge-process.ts'
import { threeProjects } from './three-projects.ts'

async function ask(projects: Projects): Promise<AcrossProjects> {
  const asked = await projects.ask()
  onTestFinished(() => asked[Symbol.asyncDispose]())
  return asked
}

const pool = 'packages/core/src/pool.ts'

/** The users of symbols of a project in the others: `shop: lib/index.ts#open`. */
async function affected(projects: Projects, name: string, id: string): Promise<readonly string[]> {
  const asked = await ask(projects)
  const project = await projects.get(name)
  await using opened = await Forge.open(project.root, { readOnly: true })
  const own = await opened.analysis.impact([id])
  const found = await asked.impact(project, [id], Infinity, own)
  return found.flatMap(({ name: of, rows }) => rows.map(({ symbol, distance }) => `${of}: ${symbol.id} ${distance}`))
}

describe('three workspaces that use each other', () => {
  it('name each other: the users of an export, through the projects between, under whatever names', async () => {
    const { projects } = await threeProjects()
    expect(await affected(projects, 'acme', `${pool}#createPool`)).toEqual([
      'shop: lib/index.ts 1',
      'shop: lib/index.ts#open 1',
      'shop: apps/web/src/main.ts 2',
      'shop: apps/web/src/main.ts#start 2',
      'site: src/page.ts 2',
      'site: src/page.ts#render 2',
      'site: src/page.ts#page 3',
    ])
    const asked = await ask(projects)
    const acme = await projects.get('acme')
    const references = await asked.references(acme, ['packages/util/src/util.ts#parse'])
    expect(references).toMatchObject([
      {
        name: 'shop',
        state: 'ready',
        freshness: { stale: false },
        meanings: [
          { outside: 'external:@acme/core#parse', confidence: 'inferred', reason: 'same-version', project: 'acme' },
        ],
      },
    ])
    expect(references[0]!.rows.map(({ file, role, range }) => `${file}:${range.start.line} ${role}`)).toEqual([
      'lib/index.ts:1 import',
      'lib/index.ts:6 call',
    ])
    const callers = await asked.callers(acme, [`${pool}#createPool`], 3, [])
    expect(callers.map(({ name, rows }) => [name, rows.map(({ caller, depth }) => `${caller} ${depth}`)])).toEqual([
      ['shop', ['lib/index.ts#open 1', 'apps/web/src/main.ts#start 2']],
      ['site', ['src/page.ts#render 2', 'src/page.ts 3']],
    ])
  })

  it('are asked about a name of another project from where it is used', async () => {
    const { projects } = await threeProjects()
    const asked = await ask(projects)
    const found = await asked.references(await projects.get('site'), ['external:@shop/lib#open'])
    expect(found.map(({ name, rows }) => [name, rows.map(({ file, role }) => `${file} ${role}`)])).toEqual([
      ['shop', ['apps/web/src/main.ts import', 'apps/web/src/main.ts call']],
    ])
  })

  it('say after an export is renamed who names what is there no more, having linked only those again', async () => {
    const { work: at, projects } = await threeProjects()
    await ask(projects)
    const file = path.join(at.at('core'), pool)
    write(file, readFileSync(file, 'utf8').replaceAll('createPool', 'openPool'))
    const index = path.join(at.at('core'), 'packages/core/src/index.ts')
    write(index, readFileSync(index, 'utf8').replaceAll('createPool', 'openPool'))
    rmSync(path.join(at.at('shop'), 'node_modules'), { recursive: true })
    await ask(projects)
    await at.index('core')
    const asked = await ask(projects)
    expect(asked.synced.fed).toMatchObject([{ project: 'acme', relinked: 1 }])
    expect((await asked.conflicts()).broken).toEqual([
      {
        project: 'shop',
        folder: 'lib',
        outside: 'external:@acme/core#createPool',
        sites: 2,
        candidates: [{ project: 'acme', version: '1.2.0', reason: 'in-range' }],
      },
    ])
  })

  it('leave nothing behind when one is removed', async () => {
    const { projects } = await threeProjects()
    await ask(projects)
    await projects.remove('acme')
    const asked = await ask(projects)
    expect(asked.projects.map(({ name }) => name)).toEqual(['shop', 'site'])
    expect(asked.synced.repaired).toBeGreaterThan(0)
    const shopUses = await projects.symbols.uses((await projects.get('shop')).id)
    expect(shopUses.flatMap(({ links }) => links.map(({ owner }) => owner.project))).toEqual(
      expect.not.arrayContaining([expect.any(Number)]),
    )
    expect(await affected(projects, 'shop', 'lib/index.ts#open')).toEqual([
      'site: src/page.ts 1',
      'site: src/page.ts#render 1',
      'site: src/page.ts#page 2',
    ])
  })

  it('say of one that was never read, or has changed since, that it may use what is asked about as well', async () => {
    const { work: at, projects } = await threeProjects()
    rmSync(path.join(at.at('site'), '.forge'), { recursive: true })
    write(path.join(at.at('shop'), 'lib/index.ts'), "import { push } from '@acme/core/queue'\npush()\n")
    const asked = await ask(projects)
    const found = await asked.references(await projects.get('acme'), ['packages/core/src/queue.ts#Queue'])
    expect(found).toMatchObject([
      { name: 'shop', state: 'ready', freshness: { stale: true, pending: ['lib/index.ts'] }, meanings: [], rows: [] },
      {
        name: 'site',
        state: 'not-indexed',
        meanings: [],
        rows: [],
        problem: { hint: 'Run `forge index` in its folder' },
      },
    ])
  })

  it('see what was edited in an installed package', async () => {
    const { work: at, projects } = await threeProjects()
    await ask(projects)
    expect((await ask(projects)).synced).toEqual({ fed: [], repaired: 0 })
    write(path.join(at.at('shop'), 'node_modules/@acme/core/src/queue.ts'), 'export function pull() {}\n')
    const asked = await ask(projects)
    expect(asked.synced.fed).toMatchObject([{ project: 'shop' }])
    const lib = (await asked.dependencies(await projects.get('shop'))).find((one) => one.folder === 'lib')
    expect(lib).toMatchObject({ name: '@acme/core', unknown: 1 })
  })

  it('share what is known of a package that several have installed, as long as its files are the same', async () => {
    const { work: at, projects } = await threeProjects()
    at.lay(
      'twin',
      `
//- /package.json
{ "name": "twin", "dependencies": { "@acme/core": "1.2.0" } }
//- /index.ts
import { createPool } from '@acme/core'
export const pool = createPool()
`,
    )
    cpSync(path.join(at.at('shop'), 'node_modules'), path.join(at.at('twin'), 'node_modules'), { recursive: true })
    await at.index('twin')
    await projects.add(at.at('twin'))
    await ask(projects)
    const installedIn = async (name: string): Promise<readonly (number | null)[]> =>
      (await projects.symbols.installs((await projects.get(name)).id))
        .filter((install) => install.name === '@acme/core')
        .map(({ provider }) => provider)
    const [known] = await projects.symbols.known('@acme/core')
    expect(known).toMatchObject({ version: '1.2.0', specifiers: ['@acme/core', '@acme/core/queue'] })
    expect([...new Set([...(await installedIn('shop')), ...(await installedIn('twin'))])]).toEqual([known!.provider])
    write(path.join(at.at('twin'), 'node_modules/@acme/core/src/pool.ts'), 'export function createPool() {}\n')
    await ask(projects)
    expect(await projects.symbols.known('@acme/core')).toHaveLength(2)
    expect(await installedIn('shop')).not.toEqual(await installedIn('twin'))
  })

  it('know of one that is not there what it named when it was last read', async () => {
    const { work: at, projects } = await threeProjects()
    await ask(projects)
    renameSync(at.at('site'), at.at('elsewhere'))
    const asked = await ask(projects)
    const [, missing] = await asked.references(await projects.get('shop'), ['lib/index.ts#open'])
    expect(missing ?? (await asked.references(await projects.get('shop'), ['lib/index.ts#open']))[0]).toMatchObject({
      name: 'site',
      state: 'missing',
      rows: [],
      meanings: [{ outside: 'external:@shop/lib#open', sites: 2 }],
      problem: { hint: expect.stringContaining('forge projects add') },
    })
    await projects.add(at.at('elsewhere'))
  })

  it('list what they need of others: what is used, only mentioned, unused, missing', async () => {
    const { projects } = await threeProjects()
    const asked = await ask(projects)
    const found = await asked.dependencies(await projects.get('shop'))
    expect(
      found.map(({ folder: at, name, use, installed, linked, names }) => [
        at,
        name,
        use,
        installed,
        linked,
        names.length,
      ]),
    ).toEqual([
      ['', '@acme/core', 'unused', '1.2.0', undefined, 0],
      ['', 'eslint', 'mentioned', undefined, undefined, 0],
      ['', 'left-pad', 'unused', undefined, undefined, 0],
      ['apps/web', '@shop/lib', 'own', undefined, undefined, 0],
      ['apps/web', 'lodash', 'missing', undefined, undefined, 3],
      ['lib', '@acme/core', 'used', '1.2.0', undefined, 6],
    ])
    const site = await asked.dependencies(await projects.get('site'))
    expect(site).toMatchObject([{ name: '@shop/lib', use: 'used', linked: 'shop' }])
  })
})
