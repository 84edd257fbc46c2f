import { describe, expect, it } from 'vitest'
import { createModuleResolver } from '../src/modules.ts'

/** The entry points of a project: configuration files by path, and the paths of its sources. */
function entriesOf(configs: Readonly<Record<string, unknown>>, sources: readonly string[]): string[] {
  const texts = new Map(Object.entries(configs).map(([path, value]) => [path, JSON.stringify(value)]))
  const resolver = createModuleResolver({
    paths: [...texts.keys(), ...sources].toSorted(),
    indexed: new Map(sources.map((path, index) => [path, index])),
    links: new Map(),
    readText: (path) => texts.get(path),
  })
  return resolver.entryPoints().map(({ path, reason, exports }) => `${path}: ${reason}${exports ? '' : ', run'}`)
}

describe('entry points', () => {
  it('are what a package exports, names and runs, found in the source it is built from', () => {
    expect(
      entriesOf(
        {
          'package.json': {
            name: 'acme',
            main: './dist/index.js',
            exports: { '.': './dist/index.js', './tools/*': './dist/tools/*.js', './data.json': './data.json' },
            bin: { acme: './bin/acme.mjs' },
            scripts: { build: 'node scripts/build.mjs && tsc', lint: 'eslint src/index.ts' },
          },
        },
        ['bin/acme.mjs', 'scripts/build.mjs', 'src/index.ts', 'src/tools/cut.ts', 'src/inner.ts'],
      ),
    ).toEqual([
      'src/index.ts: main of acme',
      'src/index.ts: exports of acme',
      'src/tools/cut.ts: exports of acme',
      'bin/acme.mjs: bin of acme, run',
      'scripts/build.mjs: scripts of acme, run',
      'src/index.ts: scripts of acme, run',
    ])
  })

  it('are tests, configuration and stories by their names, and what a package says', () => {
    expect(
      entriesOf({ 'packages/site/package.json': { forge: { entryPoints: ['src/pages/**', 7] } } }, [
        'packages/site/src/pages/a/b.tsx',
        'packages/site/src/other.ts',
        'packages/site/src/Button.stories.tsx',
        'src/pages/not-of-the-site.ts',
        'test/helper.ts',
        'src/a.spec.ts',
        'vitest.config.ts',
        'src/latest.ts',
      ]),
    ).toEqual([
      'packages/site/src/pages/a/b.tsx: forge.entryPoints of packages/site',
      'packages/site/src/Button.stories.tsx: story',
      'test/helper.ts: test, run',
      'src/a.spec.ts: test, run',
      'vitest.config.ts: configuration',
    ])
  })

  it('are none where a package.json says nothing, or nonsense', () => {
    expect(entriesOf({ 'package.json': { exports: 7, bin: null, scripts: 'x', forge: [] } }, ['a.ts'])).toEqual([])
  })
})
