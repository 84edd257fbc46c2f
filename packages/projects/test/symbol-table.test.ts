import {
  createProjectRegistry,
  createSymbolTable,
  type FedInstall,
  type FedInstalled,
  type FedUse,
  type Project,
  type ProjectFeed,
  type PublicSurface,
  type RegistryTables,
  type SymbolTable,
  type Target,
} from '@forge/projects'
import type { Database } from '@forge/db'
import * as fc from 'fast-check'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { found, openProjects, temporaryFolder } from './registry.ts'

/** Names by what holds them: `{ 'a.ts': { run: 'a.ts#run', z: 'external:zod#z' } }`; where others are looked for stands under `*`. */
type Names = Readonly<Record<string, Readonly<Record<string, string>>>>

function surfaceOf(entries: Readonly<Record<string, string>>, names: Names = {}): PublicSurface {
  const ids: string[] = []
  const placeOf = (id: string): number => (ids.includes(id) ? ids.indexOf(id) : ids.push(id) - 1)
  const targets = (text: string): readonly Target[] =>
    text.split(' ').map((id) => ({
      symbol: id.startsWith('external:') ? id : placeOf(id),
      confidence: 'exact',
    }))
  const found = Object.entries(entries).map(([specifier, id]) => ({ specifier, module: placeOf(id) }))
  const held = Object.entries(names).flatMap(([holder, inside]) =>
    Object.entries(inside)
      .filter(([name]) => name !== '*')
      .map(([name, text]) => ({ holder: placeOf(holder), name, targets: targets(text) })),
  )
  const holders = Object.entries(names).flatMap(([symbol, { '*': text }]) =>
    text === undefined ? [] : [{ symbol: placeOf(symbol), targets: targets(text) }],
  )
  const symbols = ids.map((id) => {
    const [file = '', name = file] = id.split('#')
    return { id, shownAs: id, name, qualifiedName: name, kind: 'function', file, line: 1, column: 1 }
  })
  return { symbols, entries: found, names: held, holders }
}

/** That the first module has all names of another one. */
function starOf(outside: string): PublicSurface['names'][number] {
  return { holder: 0, name: '*', targets: [{ symbol: outside, confidence: 'inferred' }] }
}

interface Fixture {
  readonly version?: string
  readonly packageName?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly surface?: PublicSurface
  /** `zod#object`, in the package at the root. */
  readonly uses?: readonly string[]
  /** What packages mean in the package at the root. */
  readonly installs?: Readonly<Record<string, Project | FedInstalled>>
}

let stamps = 0

function feedOf({
  version = '1.0.0',
  packageName = '',
  dependencies = {},
  surface,
  uses = [],
  installs = {},
}: Fixture): ProjectFeed {
  const declared = Object.entries(dependencies).map(([name, range]) => ({ name, range, kind: 'production' }))
  return {
    stamp: `${stamps++}`,
    packages: [{ folder: '', name: packageName, version, dependencies: declared }],
    surface: surface ?? surfaceOf({}),
    uses: uses.map((text): FedUse => ({
      folder: '',
      outside: `external:${text}`,
      package: text.split(/[#/]/)[0]!,
      files: 1,
      sites: 2,
    })),
    installs: Object.entries(installs).map(([name, what]): FedInstall => {
      const [version, is]: [string, FedInstall['is']] =
        'root' in what ? ['', { project: what.id }] : [what.version, { read: what, instead: undefined }]
      return { origin: '', name, location: `/node_modules/${name}`, version, stamp: '', is }
    }),
  }
}

function installed(name: string, version: string, surface: PublicSurface): FedInstalled {
  return { name, version, files: [{ path: 'package.json', hash: `${name}@${version}` }], surface }
}

interface World {
  readonly symbols: SymbolTable
  readonly db: Database<RegistryTables>
  project(name: string): Promise<Project>
  remove(project: Project): Promise<void>
  /** `zod#object -> zod@4.0.0 a.ts#object exact installed`, one line for each thing it may mean. */
  links(project: Project): Promise<readonly string[]>
}

async function world(): Promise<World> {
  const { db: opened, ready } = openProjects(path.join(temporaryFolder(), 'global.db'))
  await ready()
  const db = opened as unknown as Database<RegistryTables>
  const registry = createProjectRegistry({ db })
  const symbols = createSymbolTable({ db })
  return {
    symbols,
    db,
    project: async (name) => (await registry.add(found(`/${name}`, `path:/${name}`), () => true)).project,
    remove: async ({ name }) => void (await registry.remove(name)),
    links: async ({ id }) => {
      const names = new Map((await registry.list()).map((project) => [project.id, project.name]))
      return (await symbols.uses(id)).flatMap(({ outside, links }) => {
        const use = outside.slice('external:'.length)
        if (links.length === 0) return [`${use} -> nothing`]
        return links.map(({ owner, symbol, confidence, reason }) => {
          const of =
            owner.project === undefined ? `${owner.package}@${owner.version}` : `project ${names.get(owner.project)}`
          return `${use} -> ${of} ${symbol?.id ?? 'nothing'} ${confidence} ${reason}`
        })
      })
    },
  }
}

const lib = surfaceOf(
  { lib: 'index.ts', 'lib/deep': 'deep.ts' },
  {
    'index.ts': { Pool: 'pool.ts#Pool', deep: 'deep.ts', z: 'external:zod#z' },
    'deep.ts': { dive: 'deep.ts#dive', '*': 'deep.ts#whole' },
    'deep.ts#whole': { inside: 'deep.ts#inside' },
    'pool.ts#Pool': { acquire: 'pool.ts#Pool.acquire', '*': 'pool.ts#Base' },
    'pool.ts#Base': { close: 'pool.ts#Base.close', '[]': 'pool.ts#Base.any' },
  },
)

describe('a use', () => {
  it('leads to what the name is in what is installed: through namespaces, bases, index signatures and what is exported as a whole', async () => {
    const { symbols, project, links } = await world()
    const app = await project('app')
    const uses = ['lib', 'lib#Pool', 'lib#Pool.acquire', 'lib#Pool.close', 'lib#Pool.x', 'lib#deep.dive', 'lib#none']
    const more = ['lib/deep', 'lib/deep#default', 'lib/deep#inside', 'lib/none']
    await symbols.feed(app.id, feedOf({ uses: [...uses, ...more], installs: { lib: installed('lib', '1.0.0', lib) } }))
    const of = 'lib@1.0.0'
    expect(await links(app)).toEqual([
      `lib -> ${of} index.ts exact installed`,
      `lib#Pool -> ${of} pool.ts#Pool exact installed`,
      `lib#Pool.acquire -> ${of} pool.ts#Pool.acquire exact installed`,
      `lib#Pool.close -> ${of} pool.ts#Base.close exact installed`,
      `lib#Pool.x -> ${of} pool.ts#Base.any exact installed`,
      `lib#deep.dive -> ${of} deep.ts#dive exact installed`,
      `lib#none -> ${of} nothing exact installed`,
      `lib/deep -> ${of} deep.ts exact installed`,
      `lib/deep -> ${of} deep.ts#whole exact installed`,
      `lib/deep#default -> ${of} deep.ts#whole exact installed`,
      `lib/deep#inside -> ${of} deep.ts#inside exact installed`,
      `lib/none -> ${of} nothing exact installed`,
    ])
  })

  it('leads to the project whose folder is installed, and to no other one', async () => {
    const { symbols, project, links } = await world()
    const [one, two, app] = [await project('one'), await project('two'), await project('app')]
    for (const each of [one, two]) await symbols.feed(each.id, feedOf({ packageName: 'lib', surface: lib }))
    await symbols.feed(app.id, feedOf({ uses: ['lib#Pool'], installs: { lib: two } }))
    expect(await links(app)).toEqual(['lib#Pool -> project two pool.ts#Pool exact linked'])
  })

  it('lists every project that may be meant, with the reason, and is sure of one only where the version says so', async () => {
    const { symbols, project, links } = await world()
    const [one, two, app] = [await project('one'), await project('two'), await project('app')]
    const use = { uses: ['lib#Pool'], dependencies: { lib: '^1.0.0' } }
    await symbols.feed(app.id, feedOf(use))
    expect(await links(app)).toEqual(['lib#Pool -> nothing'])
    await symbols.feed(one.id, feedOf({ packageName: 'lib', version: '1.4.0', surface: lib }))
    expect(await links(app)).toEqual(['lib#Pool -> project one pool.ts#Pool inferred in-range'])
    await symbols.feed(two.id, feedOf({ packageName: 'lib', version: '2.0.0', surface: lib }))
    expect(await links(app)).toEqual([
      'lib#Pool -> project one pool.ts#Pool inferred in-range',
      'lib#Pool -> project two pool.ts#Pool ambiguous out-of-range',
    ])
    await symbols.feed(two.id, feedOf({ packageName: 'lib', version: '1.5.0', surface: lib }))
    expect(await links(app)).toEqual([
      'lib#Pool -> project one pool.ts#Pool ambiguous in-range',
      'lib#Pool -> project two pool.ts#Pool ambiguous in-range',
    ])
    await symbols.feed(app.id, feedOf({ ...use, installs: { lib: installed('lib', '1.5.0', lib) } }))
    expect(await links(app)).toEqual([
      'lib#Pool -> lib@1.5.0 pool.ts#Pool exact installed',
      'lib#Pool -> project two pool.ts#Pool inferred same-version',
      'lib#Pool -> project one pool.ts#Pool ambiguous other-version',
    ])
    await symbols.feed(app.id, feedOf({ uses: ['lib#Pool'] }))
    expect(await links(app)).toEqual([
      'lib#Pool -> project one pool.ts#Pool ambiguous by-name',
      'lib#Pool -> project two pool.ts#Pool ambiguous by-name',
    ])
  })

  it('goes on in the package that a name comes from, as that is installed where the name is taken on', async () => {
    const { symbols, project, links } = await world()
    const [one, app] = [await project('one'), await project('app')]
    const zod = installed('zod', '4.0.0', surfaceOf({ zod: 'z.d.ts' }, { 'z.d.ts': { z: 'z.d.ts#z' } }))
    await symbols.feed(one.id, feedOf({ packageName: 'lib', surface: lib, installs: { zod } }))
    await symbols.feed(app.id, feedOf({ uses: ['lib#z'], installs: { lib: one } }))
    expect(await links(app)).toEqual(['lib#z -> zod@4.0.0 z.d.ts#z exact linked'])
  })

  it('goes on in packages all of whose names are taken on, but for the default', async () => {
    const { symbols, project, links } = await world()
    const app = await project('app')
    const names = { 'z.d.ts': { z: 'z.d.ts#z', default: 'z.d.ts#whole' } }
    const zod = installed('zod', '4.0.0', surfaceOf({ zod: 'z.d.ts' }, names))
    const all = installed('all', '1.0.0', surfaceOf({ all: 'a.d.ts' }, { 'a.d.ts': { a: 'a.d.ts#a' } }))
    const taken = { ...all, surface: { ...all.surface, names: [...all.surface.names, starOf('external:zod')] } }
    const place = { origin: '/node_modules/all', name: 'zod', location: '/zod', version: '4.0.0', stamp: '' }
    const feed = feedOf({ uses: ['all#z', 'all#default', 'all#none'], installs: { all: taken } })
    const installs = [...feed.installs, { ...place, is: { read: zod, instead: undefined } }]
    await symbols.feed(app.id, { ...feed, installs })
    expect(await links(app)).toEqual([
      'all#default -> all@1.0.0 a.d.ts inferred installed',
      'all#none -> all@1.0.0 nothing exact installed',
      'all#z -> zod@4.0.0 z.d.ts#z inferred installed',
    ])
  })

  it('ends where packages take names from each other in a circle', async () => {
    const { symbols, project, links } = await world()
    const [one, two] = [await project('one'), await project('two')]
    const circle = (own: string, other: string): PublicSurface =>
      surfaceOf({ [own]: 'i.ts' }, { 'i.ts': { a: `external:${other}#a` } })
    await symbols.feed(one.id, feedOf({ packageName: 'one', surface: circle('one', 'two'), uses: ['two#a'] }))
    await symbols.feed(two.id, feedOf({ packageName: 'two', surface: circle('two', 'one'), uses: ['one#a'] }))
    expect(await links(one)).toEqual(['two#a -> project two nothing ambiguous by-name'])
  })
})

describe('an update', () => {
  it('links those uses again that name what has changed, and no others', async () => {
    const { symbols, project, links } = await world()
    const [one, app, other] = [await project('one'), await project('app'), await project('other')]
    const provided = { packageName: 'lib', version: '1.0.0' }
    await symbols.feed(one.id, feedOf({ ...provided, surface: lib }))
    const uses = ['lib#Pool', 'lib#Pool.acquire', 'lib#deep.dive', 'lib/deep']
    const first = await symbols.feed(app.id, feedOf({ uses, installs: { lib: one } }))
    expect(first).toMatchObject({ relinked: 4, uses: 4 })
    await symbols.feed(other.id, feedOf({ uses: ['zod#z'] }))

    expect(await symbols.feed(one.id, feedOf({ ...provided, surface: lib }))).toMatchObject({ changed: 0, relinked: 0 })

    const renamed = surfaceOf(
      { lib: 'index.ts', 'lib/deep': 'deep.ts' },
      {
        'index.ts': { Pool: 'pool.ts#Pool', deep: 'deep.ts', z: 'external:zod#z' },
        'deep.ts': { sink: 'deep.ts#sink', '*': 'deep.ts#whole' },
        'deep.ts#whole': { inside: 'deep.ts#inside' },
        'pool.ts#Pool': { acquire: 'pool.ts#Pool.acquire', '*': 'pool.ts#Base' },
        'pool.ts#Base': { close: 'pool.ts#Base.close', '[]': 'pool.ts#Base.any' },
      },
    )
    expect(await symbols.feed(one.id, feedOf({ ...provided, surface: renamed }))).toMatchObject({ relinked: 1 })
    expect(await links(app)).toContain('lib#deep.dive -> project one nothing exact linked')
  })

  it('links uses of others again that go on in what a project has installed, when that is another one', async () => {
    const { symbols, project, links } = await world()
    const [one, app] = [await project('one'), await project('app')]
    const provided = { packageName: 'lib', surface: lib }
    await symbols.feed(one.id, feedOf(provided))
    await symbols.feed(app.id, feedOf({ uses: ['lib#z', 'lib#Pool'], installs: { lib: one } }))
    expect(await links(app)).toContain('lib#z -> project one nothing exact linked')
    const zod = installed('zod', '4.0.0', surfaceOf({ zod: 'z.d.ts' }, { 'z.d.ts': { z: 'z.d.ts#z' } }))
    expect(await symbols.feed(one.id, feedOf({ ...provided, installs: { zod } }))).toMatchObject({ relinked: 1 })
    expect(await links(app)).toContain('lib#z -> zod@4.0.0 z.d.ts#z exact linked')
  })

  it('leaves nothing behind of a project that is removed', async () => {
    const { symbols, db, project, remove, links } = await world()
    const [one, app] = [await project('one'), await project('app')]
    await symbols.feed(one.id, feedOf({ packageName: 'lib', surface: lib, uses: ['app#x'] }))
    await symbols.feed(app.id, feedOf({ packageName: 'app', uses: ['lib#Pool', 'lib#z'] }))
    expect(await symbols.users(one.id, ['pool.ts#Pool'])).toHaveLength(1)
    await remove(one)
    expect(await symbols.repair()).toBe(2)
    expect(await symbols.repair()).toBe(0)
    expect(await links(app)).toEqual(['lib#Pool -> nothing', 'lib#z -> nothing'])
    await remove(app)
    await symbols.repair()
    for (const table of [
      'providers',
      'packages',
      'entries',
      'symbols',
      'names',
      'holders',
      'uses',
      'links',
      'reads',
      'installs',
      'feeds',
      'dependencies',
      'provider_files',
    ] as const) {
      expect([table, await db.kysely.selectFrom(table).selectAll().execute()]).toEqual([table, []])
    }
  })

  it('does nothing where a package that was known, or the project, was dropped meanwhile', async () => {
    const { symbols, project, remove } = await world()
    const app = await project('app')
    const zod = installed('zod', '4.0.0', surfaceOf({ zod: 'z.d.ts' }))
    await symbols.feed(app.id, feedOf({ uses: ['zod#z'], installs: { zod } }))
    const [known] = await symbols.known('zod')
    const place = { origin: '', name: 'zod', location: '/z', version: '4.0.0', stamp: '' }
    const again = { ...feedOf({ uses: ['zod#z'] }), installs: [{ ...place, is: { provider: known!.provider } }] }
    await symbols.feed(app.id, feedOf({ uses: ['zod#z'] }))
    expect(await symbols.known('zod')).toEqual([])
    expect(await symbols.feed(app.id, again)).toBe(undefined)
    await remove(app)
    expect(await symbols.feed(app.id, feedOf({}))).toBe(undefined)
  })

  it('gives what feeding everything anew gives, whatever was fed before', async () => {
    const names = ['a', 'b', 'c'] as const
    const name = fc.constantFrom(...names)
    const surface = fc
      .record({
        module: fc.dictionary(name, fc.constantFrom('i.ts#A', 'i.ts#B', 'i.ts', 'external:p0#a', 'external:dep#b'), {
          maxKeys: 3,
        }),
        A: fc.dictionary(name, fc.constantFrom('i.ts#B', 'i.ts#A.a', 'external:dep'), { maxKeys: 2 }),
        base: fc.option(fc.constantFrom('i.ts#B', 'external:dep#a'), { nil: undefined }),
        B: fc.dictionary(name, fc.constantFrom('i.ts#A', 'i.ts#B.b'), { maxKeys: 2 }),
      })
      .map(({ module, A, base, B }): Names => ({
        'i.ts': module,
        'i.ts#A': { ...A, ...(base === undefined ? {} : { '*': base }) },
        'i.ts#B': B,
      }))
    const use = fc
      .tuple(fc.constantFrom('p0', 'p1', 'dep'), fc.array(name, { maxLength: 3 }))
      .map(([specifier, parts]) => (parts.length === 0 ? specifier : `${specifier}#${parts.join('.')}`))
    const step = fc.record({
      project: fc.constantFrom(0, 1, 2),
      packageName: fc.constantFrom('p0', 'p1', ''),
      version: fc.constantFrom('1.0.0', '2.0.0'),
      range: fc.constantFrom('^1.0.0', '*', 'workspace:*', 'not a range'),
      names: surface,
      uses: fc.uniqueArray(use, { maxLength: 5 }),
      link: fc.option(fc.constantFrom(0, 1, 2), { nil: undefined }),
      dep: fc.option(surface, { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
        const apply = async (list: typeof steps): Promise<readonly (readonly string[])[]> => {
          const { symbols, project, links } = await world()
          const projects = [await project('x'), await project('y'), await project('z')]
          for (const { project: at, packageName, version, range, names: held, uses, link, dep } of list) {
            const feed = feedOf({
              packageName,
              version,
              dependencies: { p0: range, p1: range },
              surface: surfaceOf(packageName === '' ? {} : { [packageName]: 'i.ts' }, held),
              uses,
              installs: {
                ...(link === undefined || link === at ? {} : { p0: projects[link]! }),
                ...(dep === undefined ? {} : { dep: installed('dep', version, surfaceOf({ dep: 'i.ts' }, dep)) }),
              },
            })
            await symbols.feed(projects[at]!.id, feed)
          }
          return Promise.all(projects.map(links))
        }
        const last = steps.filter(
          ({ project }, index) => !steps.slice(index + 1).some((later) => later.project === project),
        )
        expect(await apply(steps)).toEqual(await apply(last))
      }),
      { numRuns: 40 },
    )
  }, 120_000)
})

it('says by which names what a project has can be imported', async () => {
  const { symbols, project } = await world()
  const one = await project('one')
  await symbols.feed(one.id, feedOf({ packageName: 'lib', surface: lib }))
  const paths = await symbols.exportPaths(one.id, { depth: 2 })
  expect(paths.map(({ specifier, path: name, symbol }) => `${specifier} ${name} ${symbol.id}`)).toEqual([
    'lib Pool pool.ts#Pool',
    'lib deep deep.ts',
    'lib Pool.acquire pool.ts#Pool.acquire',
    'lib deep.dive deep.ts#dive',
    'lib/deep dive deep.ts#dive',
  ])
})
