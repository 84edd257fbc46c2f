import { createModuleResolver, type ModuleResolver } from '@forge/indexer'
import { describe, expect, it } from 'vitest'
import { parseFiles } from './project-folder.ts'

function resolverOf(
  fixture: string,
  links: ReadonlyMap<string, string> = new Map(),
): { of: ModuleResolver; paths: string[] } {
  const files = parseFiles(fixture)
  const paths = [...files.keys()].toSorted()
  const indexed = new Map(
    paths.map((path, index) => [path, index] as const).filter(([path]) => /\.[cm]?[jt]sx?$/.test(path)),
  )
  return { of: createModuleResolver({ paths, indexed, links, readText: (path) => files.get(path) }), paths }
}

/** Where each `importer specifier` leads: a path, `external NAME` or the reason why nowhere. */
function targetsOf(
  fixture: string,
  requests: readonly string[],
  links?: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const { of, paths } = resolverOf(fixture, links)
  return Object.fromEntries(
    requests.map((request) => {
      const [importer = '', specifier = ''] = request.split(' ')
      const target = of.resolve(importer, specifier)
      if (target.kind === 'file') return [request, paths[target.file] ?? '']
      return [request, target.kind === 'external' ? `external ${target.name}` : target.reason]
    }),
  )
}

describe('relative specifiers', () => {
  it('lead to the source behind the extension of its build', () => {
    const expected = {
      'x/index.ts ../a.js': 'a.ts',
      'x/index.ts ../b.js': 'b.tsx',
      'x/index.ts ../b.jsx': 'b.tsx',
      'x/index.ts ../c.mjs': 'c.mts',
      'x/index.ts ../d.cjs': 'd.cts',
      'x/index.ts ../e.js': 'e.d.ts',
      'x/index.ts ../f.js': 'f.js',
      'x/index.ts ../g': 'g.jsx',
      'x/index.ts ../a.ts': 'a.ts',
      'x/index.ts ../a': 'a.ts',
    }
    expect(
      targetsOf(
        '//- /a.ts\n//- /b.tsx\n//- /c.mts\n//- /d.cts\n//- /e.d.ts\n//- /f.js\n//- /g.jsx\n//- /x/index.ts\n',
        Object.keys(expected),
      ),
    ).toEqual(expected)
  })

  it('lead to the entry of a folder', () => {
    const expected = {
      'c.ts ./a': 'a.ts',
      'c.ts ./a/': 'a/index.ts',
      'c.ts ./b': 'b/start.ts',
      'a/index.ts .': 'a/index.ts',
      'a/index.ts ..': 'module-not-found',
    }
    expect(
      targetsOf(
        '//- /a/index.ts\n//- /b/package.json\n{"main":"./start.js"}\n//- /b/start.ts\n//- /c.ts\n//- /a.ts\n',
        Object.keys(expected),
      ),
    ).toEqual(expected)
  })

  it('tell assets, what is missing and what is outside apart', () => {
    const expected = {
      'a.ts ./data.json': 'external data.json',
      'a.ts ./style.css': 'style.css.d.ts',
      'a.ts ./i.svg?raw': 'external i.svg',
      'a.ts ./missing': 'module-not-found',
      'a.ts ../up': 'outside-project',
      'a.ts /root': 'outside-project',
      'a.ts file:///etc/passwd': 'outside-project',
    }
    expect(
      targetsOf(
        '//- /a.ts\n//- /data.json\n{}\n//- /style.css\n//- /style.css.d.ts\n//- /i.svg\n',
        Object.keys(expected),
      ),
    ).toEqual(expected)
  })

  it('say when the file is there but not indexed', () => {
    const resolver = createModuleResolver({
      paths: ['a.ts', 'big.js'],
      indexed: new Map([['a.ts', 0]]),
      links: new Map(),
      readText: () => undefined,
    })
    expect(resolver.resolve('a.ts', './big.js')).toEqual({ kind: 'unresolved', reason: 'not-indexed' })
  })

  it('go through links inside the project', () => {
    const expected = { 'src/a.ts ./linked/b.js': 'real/b.ts' }
    expect(
      targetsOf('//- /src/a.ts\n//- /real/b.ts\n', Object.keys(expected), new Map([['src/linked', 'real']])),
    ).toEqual(expected)
  })

  it('end where packages name each other as their entry', () => {
    const expected = {
      'a.ts ./b': 'module-not-found',
    }
    expect(
      targetsOf(
        '//- /a.ts\n//- /b/package.json\n{"main":"../c"}\n//- /c/package.json\n{"main":"../b"}\n',
        Object.keys(expected),
      ),
    ).toEqual(expected)
  })
})

describe('bare specifiers', () => {
  it('are external, the modules of Node.js under their full name', () => {
    const expected = {
      'a.ts fs': 'external node:fs',
      'a.ts node:test': 'external node:test',
      'a.ts effect/Option': 'external effect/Option',
      'a.ts @scope/name': 'external @scope/name',
      'a.ts bun:test': 'external bun:test',
      'a.ts https://esm.sh/x': 'external https://esm.sh/x',
    }
    expect(targetsOf('//- /a.ts\n', Object.keys(expected))).toEqual(expected)
  })

  it('do not exist where no package can have the name', () => {
    const expected = { 'a.ts @/components/x': 'module-not-found', 'a.ts ~/x': 'module-not-found' }
    expect(targetsOf('//- /a.ts\n', Object.keys(expected))).toEqual(expected)
  })

  it('never lead into node_modules', () => {
    const expected = {
      'a.ts x': 'external x',
    }
    expect(
      targetsOf(
        '//- /a.ts\n//- /packages/x/package.json\n{"name":"x"}\n//- /packages/x/index.ts\n',
        Object.keys(expected),
      ),
    ).toEqual(expected)
  })
})

describe('tsconfig', () => {
  it('maps paths, the longest prefix first, and what it extends', () => {
    const expected = {
      'app/a.ts @/b': 'src/b.ts',
      'app/a.ts @/deep/c': 'deep/c/index.ts',
      'app/a.ts one': 'src/one.ts',
      'app/a.ts @/none': 'module-not-found',
      'app/a.ts out/x': 'outside-project',
      'app/a.ts lib/util': 'lib/util.ts',
      'lib/util.ts @/b': 'module-not-found',
    }
    expect(
      targetsOf(
        `
//- /tsconfig.base.json
{ // the base
  "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./src/*"], "@/deep/*": ["./deep/*"], "one": ["./src/one.ts",], "out/*": ["../out/*"] } },
}
//- /app/tsconfig.json
{ "extends": "../tsconfig.base" }
//- /app/a.ts
//- /src/b.ts
//- /src/one.ts
//- /deep/c/index.ts
//- /lib/util.ts
//- /package.json
{ "dependencies": { "@/real": "1" } }
`,
        Object.keys(expected),
      ),
    ).toEqual(expected)
  })

  it('is the one that includes the file, where a solution refers to several', () => {
    const expected = { 'src/a.ts ~lib': 'src/lib.ts', 'server/a.ts ~lib': 'server/lib.ts' }
    expect(
      targetsOf(
        `
//- /tsconfig.json
{ "files": [], "references": [{ "path": "./tsconfig.app.json" }, { "path": "./server" }] }
//- /tsconfig.app.json
{ "include": ["src"], "compilerOptions": { "paths": { "~lib": ["./src/lib.ts"] } } }
//- /server/tsconfig.json
{ "include": ["**/*.ts"], "compilerOptions": { "paths": { "~lib": ["./lib.ts"] } } }
//- /src/a.ts
//- /src/lib.ts
//- /server/a.ts
//- /server/lib.ts
`,
        Object.keys(expected),
      ),
    ).toEqual(expected)
  })

  it('is reported and used as far as it can be read, when it is broken', () => {
    const { of, paths } = resolverOf(`
//- /tsconfig.json
{ "extends": ["./gone.json", "./loop.json"], "compilerOptions": { "paths": { "x": ["./a.ts"] } }
//- /loop.json
{ "extends": "./tsconfig.json" }
//- /a.ts
`)
    expect(of.resolve('a.ts', 'x')).toEqual({ kind: 'file', file: paths.indexOf('a.ts') })
    expect(of.diagnostics.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'tsconfig.json bad-config',
      'tsconfig.json bad-config',
      'loop.json bad-config',
    ])
  })
})

describe('packages', () => {
  const workspace = `
//- /pnpm-workspace.yaml
packages:
  - 'packages/*' # all of them
  - '!packages/hidden'
//- /package.json
{ "name": "root" }
//- /packages/a/package.json
{ "name": "@x/a", "exports": {
  ".": { "types": "./dist/index.d.ts", "default": "./dist/index.js" },
  "./sub/*": { "import": "./dist/esm/sub/*.mjs" },
  "./worker": { "default": "./dist/worker.js", "@x/source": "./src/thread.ts" },
  "./secret": null,
  "./data": "./data.json" } }
//- /packages/a/src/index.ts
//- /packages/a/src/thread.ts
//- /packages/a/src/sub/q.mts
//- /packages/a/data.json
{}
//- /packages/b/package.json
{ "name": "b", "main": "lib/main.js", "imports": { "#own/*": "./src/own/*.ts", "#dep": "@x/a", "#fs": { "node": "fs" } } }
//- /packages/b/src/main.ts
//- /packages/b/src/own/k.ts
//- /packages/c/package.json
{ "name": "c", "exports": "./build/entry.js" }
//- /packages/c/tsconfig.json
{ "compilerOptions": { "outDir": "build", "rootDir": "source" } }
//- /packages/c/source/entry.ts
//- /packages/d/package.json
{ "name": "d", "main": "dist/generated.js" }
//- /packages/d/nothing.ts
//- /packages/hidden/package.json
{ "name": "hidden" }
//- /packages/hidden/index.ts
`
  it('of the workspace lead to their source, built or not', () => {
    const expected = {
      'packages/b/src/main.ts @x/a': 'packages/a/src/index.ts',
      'packages/b/src/main.ts @x/a/sub/q': 'packages/a/src/sub/q.mts',
      'packages/b/src/main.ts @x/a/worker': 'packages/a/src/thread.ts',
      'packages/b/src/main.ts @x/a/data': 'external packages/a/data.json',
      'packages/b/src/main.ts @x/a/secret': 'not-indexed',
      'packages/b/src/main.ts @x/a/nope': 'module-not-found',
      'packages/a/src/index.ts b': 'packages/b/src/main.ts',
      'packages/a/src/index.ts b/src/own/k': 'packages/b/src/own/k.ts',
      'packages/a/src/index.ts c': 'packages/c/source/entry.ts',
      'packages/a/src/index.ts d': 'not-indexed',
      'packages/a/src/index.ts hidden': 'external hidden',
      'packages/a/src/thread.ts @x/a': 'packages/a/src/index.ts',
    }
    expect(targetsOf(workspace, Object.keys(expected))).toEqual(expected)
  })

  it('import their own names that start with #', () => {
    const expected = {
      'packages/b/src/main.ts #own/k': 'packages/b/src/own/k.ts',
      'packages/b/src/main.ts #dep': 'packages/a/src/index.ts',
      'packages/b/src/main.ts #fs': 'external node:fs',
      'packages/b/src/main.ts #other': 'module-not-found',
    }
    expect(targetsOf(workspace, Object.keys(expected))).toEqual(expected)
  })

  it('of a workspace that npm declares are found too', () => {
    const expected = { 'a.ts y': 'libs/x/y/index.tsx' }
    expect(
      targetsOf(
        '//- /package.json\n{"workspaces":{"packages":["libs/**"]}}\n//- /libs/x/y/package.json\n{"name":"y"}\n//- /libs/x/y/index.tsx\n//- /a.ts\n',
        Object.keys(expected),
      ),
    ).toEqual(expected)
  })

  it('with one name are reported, and the first has it', () => {
    const { of, paths } = resolverOf(
      '//- /package.json\n{"workspaces":["*"]}\n//- /p/package.json\n{"name":"x"}\n//- /p/index.ts\n//- /q/package.json\n{"name":"x"}\n//- /q/index.ts\n//- /a.ts\n',
    )
    expect(of.resolve('a.ts', 'x')).toEqual({ kind: 'file', file: paths.indexOf('p/index.ts') })
    expect(of.diagnostics.map(({ path, code }) => `${path} ${code}`)).toEqual(['q/package.json duplicate-package'])
  })

  it('with broken files are reported and do no harm', () => {
    const { of } = resolverOf('//- /package.json\n{"name": \n//- /pnpm-workspace.yaml\npackages: [\n//- /a.ts\n')
    expect(of.resolve('a.ts', 'x')).toEqual({ kind: 'external', name: 'x' })
    expect(of.diagnostics.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'package.json bad-config',
      'pnpm-workspace.yaml bad-config',
    ])
  })
})
