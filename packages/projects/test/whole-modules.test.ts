import path from 'node:path'
import type { Database } from '@forge/db'
import {
  createProjectRegistry,
  createSymbolTable,
  type ProjectFeed,
  type PublicSurface,
  type PublicSymbol,
  type RegistryTables,
} from '@forge/projects'
import { expect, it } from 'vitest'
import { found, openProjects, temporaryFolder } from './registry.ts'

it('takes a package for what a module exports as a whole that it exports as a whole', async () => {
  // declare module 'lib' { import whole = require('lib/inner'); export = whole }, and so on.
  const symbols = [
    symbolOf('lib', 'namespace'),
    symbolOf('inner', 'namespace'),
    symbolOf('run', 'class'),
    symbolOf('Base', 'class'),
  ]
  const surface = {
    symbols,
    entries: [
      { specifier: 'lib', module: 0 },
      { specifier: 'lib/inner', module: 1 },
    ],
    names: [],
    holders: [0, 1, 2].map((symbol) => ({
      symbol,
      targets: [{ symbol: symbol + 1, confidence: 'exact' as const }],
    })),
  }
  expect(await meaningsOf('lib', surface)).toEqual(['lib', 'inner', 'run'])
  expect(await meaningsOf('lib/inner', surface)).toEqual(['inner', 'run'])
})

function symbolOf(name: string, kind: string): PublicSymbol {
  const id = `index.d.ts#${name}`
  return { id, shownAs: id, name, qualifiedName: name, kind, file: 'index.d.ts', line: 1, column: 1 }
}

/** The names of what a specifier means for a project that has `lib` installed. */
async function meaningsOf(specifier: string, surface: PublicSurface): Promise<readonly string[]> {
  const { db: opened, ready } = openProjects(path.join(temporaryFolder(), 'global.db'))
  await ready()
  const db = opened as unknown as Database<RegistryTables>
  const { project } = await createProjectRegistry({ db }).add(found('/app', 'path:/app'), () => true)
  const table = createSymbolTable({ db })
  await table.feed(project.id, feedOf(specifier, surface))
  const [use] = await table.uses(project.id)
  return use!.links.map(({ symbol }) => symbol?.name ?? 'nothing')
}

function feedOf(specifier: string, surface: PublicSurface): ProjectFeed {
  return {
    stamp: '1',
    packages: [{ folder: '', name: 'app', version: '1.0.0', dependencies: [] }],
    surface: { symbols: [], entries: [], names: [], holders: [] },
    uses: [{ folder: '', outside: `external:${specifier}`, package: 'lib', files: 1, sites: 1 }],
    installs: [
      {
        origin: '',
        name: 'lib',
        location: '/node_modules/lib',
        version: '1.0.0',
        stamp: '',
        is: { read: { name: 'lib', version: '1.0.0', files: [], surface }, instead: undefined },
      },
    ],
  }
}
