import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createInstalledFinder,
  discover,
  hasFiles,
  type InstalledPackage,
  openProjectSurface,
  type PublicSurface,
  readInstalledPackage,
} from '@forge/indexer'
import { describe, expect, it } from 'vitest'
import { projectFolder } from './project-folder.ts'
import { openIndexer } from './project-graph.ts'

/** `zod -> index.d.ts`, and what its module has: `zod#z -> index.d.ts#z`. */
function linesOf({ entries, names, symbols }: PublicSurface): string[] {
  const show = (symbol: number | string): string =>
    typeof symbol === 'string' ? symbol : (symbols[symbol]?.id ?? 'nothing')
  return entries.flatMap(({ specifier, module }) => [
    `${specifier} -> ${show(module)}`,
    ...names
      .filter(({ holder }) => holder === module)
      .map(({ name, targets }) => `${specifier}#${name} -> ${targets.map(({ symbol }) => show(symbol)).join(' ')}`),
  ])
}

async function indexed(fixture: string) {
  const root = projectFolder(fixture)
  const { graph, indexer } = await openIndexer(root)
  await indexer.run()
  return { root, graph }
}

async function installed(fixture: string, ...specifiers: readonly string[]): Promise<InstalledPackage> {
  return readInstalledPackage(projectFolder(fixture), specifiers)
}

describe('an installed package', () => {
  it('is read by the types that its exports lead to', async () => {
    const found = await installed(
      `
      //- /package.json
      { "name": "lib", "version": "1.2.3", "exports": {
        ".": { "browser": { "types": "./browser.d.ts" }, "types@<5.0": "./old.d.ts", "source": "./src/index.ts", "import": { "types": "./index.d.ts", "default": "./index.js" } },
        "./*": "./parts/*.js", "./private/*": null } }
      //- /index.d.ts
      export { Part } from './parts/part.js'
      export * from 'other'
      export { inner as default } from 'other/inner'
      //- /index.js
      export const wrong = 1
      //- /src/index.ts
      export const wrong = 1
      //- /old.d.ts
      export declare const wrong: 1
      //- /browser.d.ts
      export declare const wrong: 1
      //- /parts/part.d.ts
      export interface Part {}
      //- /parts/part.js
      export {}
      //- /parts/untouched.d.ts
      export interface Untouched {}
    `,
      'lib',
      'lib/part',
      'lib/private/x',
      'lib/nothing',
    )
    expect([found.name, found.version, found.diagnostics]).toEqual(['lib', '1.2.3', []])
    expect(linesOf(found.surface)).toEqual([
      'lib -> index.d.ts',
      'lib#* -> external:other',
      'lib#Part -> parts/part.d.ts#Part',
      'lib#default -> external:other/inner#inner',
      'lib/nothing -> nothing',
      'lib/part -> parts/part.d.ts',
      'lib/part#Part -> parts/part.d.ts#Part',
      'lib/private/x -> nothing',
    ])
    expect(found.files.map(({ path }) => path)).toEqual(['index.d.ts', 'package.json', 'parts/part.d.ts'])
  })

  it('without types is read by the declarations beside its code, else by its code', async () => {
    const beside = '//- /package.json\n{ "name": "lib", "main": "lib/main.js" }\n//- /lib/main.js\nexports.a = 1\n'
    expect(linesOf((await installed(`${beside}//- /lib/main.d.ts\nexport const b: 1\n`, 'lib')).surface)).toEqual([
      'lib -> lib/main.d.ts',
      'lib#b -> lib/main.d.ts#b',
    ])
    expect(linesOf((await installed(`${beside}//- /index.d.ts\nexport const c: 1\n`, 'lib')).surface)).toEqual([
      'lib -> index.d.ts',
      'lib#c -> index.d.ts#c',
    ])
    expect(linesOf((await installed(beside, 'lib')).surface)).toEqual([
      'lib -> lib/main.js',
      'lib#a -> lib/main.js#a',
      'lib#default -> lib/main.js',
    ])
  })

  it('of types has the modules that its files declare, through references as well', async () => {
    const found = await installed(
      `
      //- /package.json
      { "name": "@types/node", "version": "24.0.0", "types": "index.d.ts" }
      //- /index.d.ts
      /// <reference path="fs.d.ts" />
      /// <reference path="../../outside.d.ts" />
      //- /fs.d.ts
      declare module 'fs' { import { Readable } from 'stream'; export function readFile(): void; export class In extends Readable {} }
      declare module 'stream' { export class Readable { read(): void } }
    `,
      'node:fs',
    )
    const lines = linesOf(found.surface)
    expect(lines).toEqual([
      'fs -> fs.d.ts#fs',
      'fs#In -> fs.d.ts#fs.In',
      'fs#Readable -> fs.d.ts#stream.Readable',
      'fs#readFile -> fs.d.ts#fs.readFile',
      'node:fs -> nothing',
      'stream -> fs.d.ts#stream',
      'stream#Readable -> fs.d.ts#stream.Readable',
    ])
  })

  it('keeps what can be read where files are broken or missing', async () => {
    const found = await installed(
      `
      //- /package.json
      { "name": "lib", "types": "./index.d.ts", "exports": { "./gone": "./gone.js" } }
      //- /index.d.ts
      export const a: 1
      //- /broken.json
      {
    `,
      'lib/gone',
    )
    expect(linesOf(found.surface)).toEqual(['lib/gone -> nothing'])
    const broken = await installed('//- /package.json\n{ "name": \n//- /index.d.ts\nexport const a: 1\n', 'lib')
    expect(linesOf(broken.surface)).toEqual(['lib -> nothing'])
  })

  it('is known again by its files', async () => {
    const folder = projectFolder(
      '//- /package.json\n{ "name": "lib" }\n//- /index.d.ts\nexport const a: 1\n//- /b.d.ts\n',
    )
    const { files } = await readInstalledPackage(folder, ['lib'])
    expect(hasFiles(folder, files)).toBe(true)
    writeFileSync(join(folder, 'b.d.ts'), 'export const b: 1')
    expect(hasFiles(folder, files)).toBe(true)
    writeFileSync(join(folder, 'index.d.ts'), 'export const a: 2')
    expect(hasFiles(folder, files)).toBe(false)
    rmSync(join(folder, 'index.d.ts'))
    expect(hasFiles(folder, files)).toBe(false)
  })
})

describe('where a package is installed', () => {
  const findInstalled = createInstalledFinder()

  it('is the nearest node_modules that has it, links followed', () => {
    const root = projectFolder(`
      //- /node_modules/far/package.json
      { "version": "1.0.0", "types": "x.d.ts" }
      //- /packages/a/node_modules/near/package.json
      { "version": "2.0.0" }
      //- /node_modules/near/package.json
      { "version": "1.0.0" }
      //- /packages/b/package.json
      { "name": "b", "version": "3.0.0" }
    `)
    symlinkSync(join(root, 'packages/b'), join(root, 'node_modules/b'))
    const at = join(root, 'packages/a')
    const { location, version, typed, leadsOut } = findInstalled(at, 'far')!
    expect([location, version, typed, leadsOut]).toEqual([join(root, 'node_modules/far'), '1.0.0', true, false])
    expect(findInstalled(at, 'near')).toMatchObject({ version: '2.0.0', typed: false })
    expect(findInstalled(join(root, 'packages/b'), 'near')).toMatchObject({ version: '1.0.0' })
    expect(findInstalled(at, 'b')).toMatchObject({ location: join(root, 'packages/b'), leadsOut: false })
    expect(findInstalled(at, 'no-such-package-anywhere')).toBe(undefined)
    expect(findInstalled(at, '../b')).toBe(undefined)
  })

  it('is nowhere where its package.json is a link, a pipe or no JSON', () => {
    const outside = projectFolder('//- /secret.json\n{ "version": "6.6.6" }\n')
    const root = projectFolder('//- /node_modules/broken/package.json\n{ "version": \n')
    for (const name of ['link', 'pipe', 'device']) mkdirSync(join(root, 'node_modules', name))
    symlinkSync(join(outside, 'secret.json'), join(root, 'node_modules/link/package.json'))
    symlinkSync('/dev/zero', join(root, 'node_modules/device/package.json'))
    execFileSync('mkfifo', [join(root, 'node_modules/pipe/package.json')])
    for (const name of ['broken', 'link', 'pipe', 'device'])
      expect([name, findInstalled(root, name)]).toEqual([name, undefined])
  })

  it('is said to lead out where a link does', () => {
    const outside = projectFolder('//- /package.json\n{ "version": "6.6.6" }\n')
    const root = projectFolder('//- /package.json\n{}\n')
    mkdirSync(join(root, 'node_modules'))
    symlinkSync(outside, join(root, 'node_modules/evil'))
    expect(findInstalled(root, 'evil')).toMatchObject({ leadsOut: true })
  })
})

describe('a project', () => {
  it('offers what its packages export, by every specifier that they can be imported by', async () => {
    const { root, graph } = await indexed(`
      //- /package.json
      { "name": "root", "private": true, "workspaces": ["packages/*"], "scripts": { "test": "vitest" } }
      //- /packages/a/package.json
      { "name": "@x/a", "version": "1.0.0", "exports": { ".": "./dist/index.js", "./parts/*": "./dist/parts/*.js" }, "dependencies": { "@x/b": "workspace:*" }, "devDependencies": { "zod": "^4" } }
      //- /packages/a/src/index.ts
      export { b } from '@x/b'
      export class A { run() {} }
      //- /packages/a/src/parts/one.ts
      export const one = 1
      //- /packages/b/package.json
      { "name": "@x/b", "version": "2.0.0", "main": "lib/b.js" }
      //- /packages/b/lib/b.ts
      export const b = 1
      //- /packages/b/lib/deep.ts
      export const deep = 1
    `)
    const reader = await openProjectSurface(graph, await discover(root))
    expect(reader.packages).toEqual([
      { folder: '', name: 'root', version: '', dependencies: [], scripts: ['vitest'] },
      {
        folder: 'packages/a',
        name: '@x/a',
        version: '1.0.0',
        dependencies: [
          { name: '@x/b', range: 'workspace:*', kind: 'production' },
          { name: 'zod', range: '^4', kind: 'development' },
        ],
        scripts: [],
      },
      { folder: 'packages/b', name: '@x/b', version: '2.0.0', dependencies: [], scripts: [] },
    ])
    expect(reader.folderOf('packages/a/src/index.ts')).toBe('packages/a')
    expect(linesOf(await reader.surface(['@x/b/lib/deep.js']))).toEqual([
      '@x/a -> packages/a/src/index.ts',
      '@x/a#A -> packages/a/src/index.ts#A',
      '@x/a#b -> packages/b/lib/b.ts#b',
      '@x/a/parts/one -> packages/a/src/parts/one.ts',
      '@x/a/parts/one#one -> packages/a/src/parts/one.ts#one',
      '@x/b -> packages/b/lib/b.ts',
      '@x/b#b -> packages/b/lib/b.ts#b',
      '@x/b/lib/deep.js -> packages/b/lib/deep.ts',
      '@x/b/lib/deep.js#deep -> packages/b/lib/deep.ts#deep',
      'root -> nothing',
    ])
  })

  it('has what it offers from its graph, whatever has changed since', async () => {
    const { root, graph } = await indexed(
      '//- /package.json\n{ "name": "a" }\n//- /index.ts\nexport const before = 1\n',
    )
    writeFileSync(join(root, 'index.ts'), 'export const after = 1')
    const reader = await openProjectSurface(graph, await discover(root))
    expect(linesOf(await reader.surface([]))).toEqual(['a -> index.ts', 'a#before -> index.ts#before'])
  })
})
