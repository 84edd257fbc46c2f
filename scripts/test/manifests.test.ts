import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { publishablePackages } from '../publishable-packages.ts'

const root = join(import.meta.dirname, '../..')

type Entry = Readonly<Record<string, string>>

interface FullManifest {
  readonly sideEffects: boolean | readonly string[]
  readonly exports: Readonly<Record<string, Entry>>
  readonly publishConfig: { readonly access: string; readonly exports: Readonly<Record<string, Entry>> }
}

describe.for(publishablePackages(root))('$name', ({ short, folder }) => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as FullManifest

  it('is an ES module for Node 22.22 and newer', () => {
    expect(manifest).toMatchObject({
      license: 'MIT',
      type: 'module',
      engines: { node: '>=22.22' },
      publishConfig: { access: 'public' },
      scripts: {
        build: expect.stringContaining('tsc -p tsconfig.json'),
        test: `vitest run --root ../.. --project ${short}`,
        'check:package': 'node ../../scripts/check-package.mjs',
      },
    })
  })

  it('does nothing when it is imported, except for what runs in a worker', () => {
    const { sideEffects } = manifest
    const files = Array.isArray(sideEffects) ? sideEffects : sideEffects === false ? [] : ['*']
    expect(files.filter((file) => !/worker\.[jt]s$/.test(file))).toEqual([])
  })

  it('publishes the entries it has here, without the condition that reads the source', () => {
    const published = Object.fromEntries(
      Object.entries(manifest.exports).map(([path, { '@forge/source': _, ...rest }]) => [path, rest]),
    )
    expect(manifest.publishConfig.exports).toEqual(published)
  })

  it('reads each entry from a source file that exists', () => {
    const sources = Object.values(manifest.exports).map((entry) => entry['@forge/source'])
    expect(sources.filter((source) => source === undefined || !existsSync(join(folder, source)))).toEqual([])
  })
})
