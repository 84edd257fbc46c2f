import type { EntryPoint } from '@forge/graph'
import { languageOf } from '@forge/lang'
import type { ModuleTarget } from '@forge/link'
import { ConfigFiles, isRecord, type ReadText } from './config-files.ts'
import type { Diagnostic } from './diagnostic.ts'
import { nodeBuiltins } from './node-builtins.ts'
import { filesOfPattern, findEntryPoints, textsIn } from './entry-points.ts'
import { entryTargets, type PackagePreference } from './package-entries.ts'
import { baseName, joinPath, parentOf, upwards, within } from './project-paths.ts'
import { mapPath, Tsconfigs, type Tsconfig } from './tsconfig.ts'
import { Packages, type Package } from './workspaces.ts'

/** The files a resolver chooses from. */
export interface ModuleResolverOptions {
  /** All files of the project, sorted; assets and files that are not indexed too. */
  readonly paths: readonly string[]
  /** The number of each indexed file, by path. */
  readonly indexed: ReadonlyMap<string, number>
  /** Links to files and folders of the project: where each leads. */
  readonly links: ReadonlyMap<string, string>
  /** Reads a `package.json`, a `tsconfig.json` or what it extends, or a `pnpm-workspace.yaml`. */
  readonly readText: ReadText
  /** What packages among the files are entered by. Default: `source`. */
  readonly prefer?: PackagePreference
}

/** Says where module specifiers lead. */
export interface ModuleResolver {
  resolve(importer: string, specifier: string): ModuleTarget
  /** The indexed files that are run or imported from outside the project. */
  entryPoints(): readonly EntryPoint[]
  /** The packages of the project, by folder. */
  packages(): readonly Package[]
  /** The package whose code a file is. */
  packageOf(path: string): Package | undefined
  /**
   * The specifiers that others may import a package by, patterns in its `exports` filled in, and the indexed file that each leads
   * to, or the path of a file that is no code. Those in `besides` are looked up as well.
   */
  entriesOf(member: Package, besides?: readonly string[]): ReadonlyMap<string, number | string | undefined>
  /** What was wrong with the configuration read so far. */
  readonly diagnostics: readonly Diagnostic[]
  /** The configuration files read so far. */
  readonly configs: readonly string[]
}

/**
 * Makes a resolver over the files of one project.
 *
 * It tries, in this order: `paths` of the tsconfig, `imports` of the `package.json`, `baseUrl`, the
 * modules of Node.js, the package itself and the members of its workspace by name; every other bare name is
 * external. Members lead to their source whether or not it is built: targets of `exports`, `main` and the
 * like that are not files of the project are mapped back from the output folder.
 *
 * Invariant: the answer depends on the project's files alone, never on `node_modules`, on ignored
 * output or on what lies outside, so it is the same on every machine.
 */
export function createModuleResolver(options: ModuleResolverOptions): ModuleResolver {
  return new ProjectResolver(options)
}

const notFound: ModuleTarget = { kind: 'unresolved', reason: 'module-not-found' }
const notIndexed: ModuleTarget = { kind: 'unresolved', reason: 'not-indexed' }
const outside: ModuleTarget = { kind: 'unresolved', reason: 'outside-project' }

/** What is tried for a file name without an extension, in TypeScript's order. */
const extensions = ['.ts', '.tsx', '.d.ts', '.js', '.jsx', '.mts', '.cts', '.d.mts', '.d.cts', '.mjs', '.cjs', '.json']

/** The files that become one with the extension when they are built, and the file itself. */
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.js', '.jsx'],
  '.jsx': ['.tsx', '.d.ts', '.jsx'],
  '.mjs': ['.mts', '.d.mts', '.mjs'],
  '.cjs': ['.cts', '.d.cts', '.cjs'],
}

const outputFolders = new Set(['dist', 'lib', 'build', 'out', 'esm', 'cjs', 'es', 'types', 'dts'])
const builtFields = ['types', 'typings', 'module', 'main']

class ProjectResolver implements ModuleResolver {
  readonly #paths: ReadonlySet<string>
  readonly #folders = new Set<string>()
  readonly #indexed: ReadonlyMap<string, number>
  readonly #links: ReadonlyMap<string, string>
  readonly #files: ConfigFiles
  readonly #packages: Packages
  readonly #tsconfigs: Tsconfigs
  readonly #prefer: PackagePreference
  readonly #entryFields: readonly string[]
  readonly #cache = new Map<string, ModuleTarget>()
  /** Folders whose entry is being looked for, as one may name another one as its entry. */
  readonly #entering = new Set<string>()

  constructor(options: ModuleResolverOptions) {
    this.#paths = new Set(options.paths)
    this.#indexed = options.indexed
    this.#links = options.links
    this.#prefer = options.prefer ?? 'source'
    this.#entryFields = this.#prefer === 'source' ? ['source', ...builtFields] : builtFields
    for (const path of options.paths) {
      for (let folder = parentOf(path); !this.#folders.has(folder); folder = parentOf(folder)) this.#folders.add(folder)
    }
    this.#files = new ConfigFiles(this.#paths, options.readText)
    this.#packages = new Packages(this.#files, options.paths)
    this.#tsconfigs = new Tsconfigs(this.#files, (name, folder) => this.#packages.named(name, folder)?.folder)
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#files.diagnostics, ...this.#packages.diagnostics]
  }

  get configs(): readonly string[] {
    return this.#files.seen
  }

  entryPoints(): readonly EntryPoint[] {
    return findEntryPoints(this.#packages.all, this.#indexed.keys(), (member, target) => {
      const found = this.#locate(member, [target])
      return found !== undefined && this.#indexed.has(found) ? found : undefined
    })
  }

  packages(): readonly Package[] {
    return this.#packages.all
  }

  packageOf(path: string): Package | undefined {
    return this.#packages.around(parentOf(path))
  }

  entriesOf(member: Package, besides: readonly string[] = []): ReadonlyMap<string, number | string | undefined> {
    const { name = '' } = member
    const entries = new Map<string, number | string | undefined>()
    for (const entry of [
      ...this.#entryNames(member),
      ...besides.map((specifier) => `.${specifier.slice(name.length)}`),
    ]) {
      const target = this.#packageEntry(member, entry, true)
      const asset = target.kind === 'external' ? target.name : undefined
      entries.set(`${name}${entry.slice(1)}`, target.kind === 'file' ? target.file : asset)
    }
    return entries
  }

  /** `.` and the keys of `exports`, one for each file where a key has a `*`. */
  #entryNames({ folder, json }: Package): readonly string[] {
    const map = json['exports']
    const entries = isRecord(map) ? Object.entries(map).filter(([key]) => key.startsWith('.')) : []
    if (entries.length === 0) return ['.']
    const indexed = [...this.#indexed.keys()]
    const names = new Set<string>()
    for (const [key, targets] of entries) {
      if (!key.includes('*')) {
        if (!key.endsWith('/')) names.add(key)
        continue
      }
      for (const pattern of textsIn(targets)) {
        const [before = '', after = ''] = pattern.split('*')
        if (!pattern.includes('*')) continue
        for (const target of filesOfPattern(pattern, folder, indexed)) {
          const middle = target.slice(before.length, target.length - after.length)
          names.add(key.replaceAll('*', () => middle))
        }
      }
    }
    return [...names]
  }

  resolve(importer: string, specifier: string): ModuleTarget {
    const folder = parentOf(importer)
    const relative = /^\.\.?(?:\/|$)/.test(specifier)
    const tsconfig = relative ? undefined : this.#tsconfigs.of(importer)
    const key = `${folder}\0${tsconfig?.path ?? ''}\0${specifier}`
    let target = this.#cache.get(key)
    if (target === undefined) {
      target = relative ? this.#relative(folder, specifier) : this.#named(folder, specifier, tsconfig)
      this.#cache.set(key, target)
    }
    return target
  }

  #relative(folder: string, specifier: string): ModuleTarget {
    const whole = joinPath(folder, specifier)
    if (whole === undefined) return outside
    const onlyFolder = /(?:^|\/)\.{0,2}\/?$/.test(specifier)
    const found = onlyFolder ? this.#findInFolder(whole) : this.#find(whole)
    if (found !== undefined) return this.#targetOf(found)
    // Bundlers take a query behind the name: `./icon.svg?raw`.
    const query = specifier.search(/[?#]/)
    return query > 0 ? this.#relative(folder, specifier.slice(0, query)) : notFound
  }

  #named(folder: string, specifier: string, tsconfig: Tsconfig | undefined): ModuleTarget {
    if (specifier === '') return notFound
    const mapped = tsconfig?.paths && mapPath(tsconfig.paths, specifier)
    for (const path of mapped ?? []) {
      const found = path === undefined ? undefined : this.#find(path)
      if (found !== undefined) return this.#targetOf(found)
    }
    if (specifier.startsWith('#')) {
      const target = this.#packageImport(folder, specifier)
      if (target !== undefined) return target
    }
    if (/^[a-z][a-z0-9+.-]+:/i.test(specifier)) {
      return specifier.startsWith('file:') ? outside : { kind: 'external', name: specifier }
    }
    if (specifier.startsWith('/')) return outside
    if (tsconfig?.baseUrl !== undefined) {
      const found = this.#find(within(tsconfig.baseUrl, specifier))
      if (found !== undefined) return this.#targetOf(found)
    }
    if (nodeBuiltins.has(specifier)) return { kind: 'external', name: `node:${specifier}` }
    const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier) ?? []
    if (name === undefined || !isPackageName(name)) return this.#unmapped(mapped)
    const member = this.#packages.named(name, folder)
    if (member !== undefined) return this.#packageEntry(member, `.${rest === '/' ? '' : rest}`)
    if (mapped !== undefined && !this.#dependsOn(folder, name)) return this.#unmapped(mapped)
    return { kind: 'external', name: specifier }
  }

  /** A name that `paths` is about, or that no package can have, but that leads to no file of the project. */
  #unmapped(mapped: readonly (string | undefined)[] | undefined): ModuleTarget {
    return mapped !== undefined && mapped.length > 0 && mapped.every((path) => path === undefined) ? outside : notFound
  }

  #dependsOn(folder: string, name: string): boolean {
    const types = `@types/${name.replace(/^@([^/]+)\//, '$1__')}`
    for (const at of upwards(folder)) {
      const json = this.#files.json(within(at, 'package.json'))
      for (const field of ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']) {
        const listed = json?.[field]
        if (typeof listed === 'object' && listed !== null && (name in listed || types in listed)) return true
      }
    }
    return false
  }

  #packageImport(folder: string, specifier: string): ModuleTarget | undefined {
    const around = this.#packages.around(folder)
    const targets = around && entryTargets(around.json['imports'], specifier, this.#prefer)
    if (around === undefined || targets === undefined) return undefined
    const found = this.#locate(around, targets)
    if (found !== undefined) return this.#targetOf(found)
    const bare = targets.find((target) => !target.startsWith('.') && !target.startsWith('#'))
    return bare === undefined ? notIndexed : this.#named(around.folder, bare, undefined)
  }

  /** `isBorder` says that what `exports` does not name is not there. */
  #packageEntry(member: Package, entry: string, isBorder = this.#prefer === 'types'): ModuleTarget {
    const { folder, json } = member
    const targets = json['exports'] === undefined ? undefined : entryTargets(json['exports'], entry, this.#prefer)
    if (isBorder && json['exports'] !== undefined && (targets === undefined || targets.length === 0)) return notFound
    const fields = this.#entryFields.map((field) => json[field]).filter((field) => typeof field === 'string')
    // As the compiler does: a package that names no types may have those of its first file.
    const unnamed = this.#prefer === 'types' && json['types'] === undefined && json['typings'] === undefined
    const candidates = targets ?? (entry === '.' ? [...fields, ...(unnamed ? ['./index.js'] : [])] : [entry])
    const found =
      this.#locate(member, candidates) ??
      (entry === '.'
        ? (this.#findInFolder(within(folder, 'src')) ?? this.#findIndex(folder))
        : (this.#find(within(folder, entry.slice(2))) ?? this.#find(within(folder, `src/${entry.slice(2)}`))))
    if (found !== undefined) return this.#targetOf(found)
    return targets === undefined && entry !== '.' ? notFound : notIndexed
  }

  /** The first of the package's targets that is a file of the project, else the first whose source is one. */
  #locate(member: Package, targets: readonly string[]): string | undefined {
    const paths = targets.flatMap((target) => joinPath(member.folder, target.replace(/^\.\//, '')) ?? [])
    const declared = this.#prefer === 'types' ? first(paths, (path) => this.#declarationOf(path)) : undefined
    if (declared !== undefined) return declared
    const direct = paths.find((path) => this.#paths.has(path)) ?? first(paths, (path) => this.#find(path))
    return direct ?? first(paths, (path) => this.#findSource(member, path))
  }

  /** The declarations beside a file, or the file itself where it is typed. */
  #declarationOf(path: string): string | undefined {
    if (/\.[cm]?tsx?$/.test(path)) return this.#existing(path)
    const match = /^(.*)\.([cm]?)jsx?$/.exec(path)
    return match === null
      ? this.#existing(`${path}.d.ts`)
      : (this.#existing(`${match[1]}.d.${match[2]}ts`) ?? this.#existing(`${match[1]}.d.ts`))
  }

  /** The source of a file in an output folder. */
  #findSource(member: Package, output: string): string | undefined {
    const { folder } = member
    const tsconfig = this.#tsconfigs.nearest(folder)
    const { outDir } = tsconfig ?? {}
    const bare = withoutExtension(output)
    if (outDir !== undefined && outDir !== '' && output.startsWith(`${outDir}/`)) {
      const rest = bare.slice(outDir.length + 1)
      const roots = [tsconfig?.rootDir, within(folder, 'src'), folder]
      const found = first(roots, (root) =>
        root === undefined ? undefined : this.#findBuilt(within(root, rest), output),
      )
      if (found !== undefined) return found
    }
    const inside = folder === '' ? bare : bare.slice(folder.length + 1)
    const parts = inside.split('/')
    while (parts.length > 1 && outputFolders.has(parts[0] ?? '')) {
      parts.shift()
      const rest = parts.join('/')
      const found = first([`src/${rest}`, rest], (path) => this.#findBuilt(within(folder, path), output))
      if (found !== undefined) return found
    }
    return undefined
  }

  /** A source file of that name whose build has the extension of `output`. */
  #findBuilt(bare: string, output: string): string | undefined {
    const family = /\.(?:d\.)?m[jt]s$/.test(output)
      ? ['.mts', '.mjs']
      : /\.(?:d\.)?c[jt]s$/.test(output)
        ? ['.cts', '.cjs']
        : []
    return first([...family, '.ts', '.tsx', '.js', '.jsx', '.mts', '.cts'], (extension) =>
      this.#existing(`${bare}${extension}`),
    )
  }

  #find(path: string): string | undefined {
    const sources = sourcesOf[/\.[cm]?jsx?$/.exec(path)?.[0] ?? '']
    if (sources !== undefined) {
      const bare = path.slice(0, path.lastIndexOf('.'))
      const found = first(sources, (extension) => this.#existing(`${bare}${extension}`))
      if (found !== undefined) return found
    }
    const exact = this.#existing(path)
    if (exact !== undefined && languageOf(exact) !== undefined) return exact
    const appended = first(extensions, (extension) => this.#existing(`${path}${extension}`))
    return appended ?? exact ?? this.#findInFolder(path)
  }

  #findInFolder(path: string): string | undefined {
    const folder = this.#follow(path)
    if (!this.#folders.has(folder) || this.#entering.has(folder)) return undefined
    const json = this.#files.has(within(folder, 'package.json'))
      ? this.#files.json(within(folder, 'package.json'))
      : undefined
    const fields = this.#entryFields.map((field) => json?.[field]).filter((field) => typeof field === 'string')
    const member = json && { folder, json, name: undefined }
    this.#entering.add(folder)
    const entry = member && this.#locate(member, fields)
    this.#entering.delete(folder)
    return entry ?? this.#findIndex(folder)
  }

  #findIndex(folder: string): string | undefined {
    return first(extensions, (extension) => this.#existing(within(folder, `index${extension}`)))
  }

  #existing(path: string): string | undefined {
    const real = this.#follow(path)
    return this.#paths.has(real) ? real : undefined
  }

  /** The path without links in it. */
  #follow(path: string): string {
    if (this.#links.size === 0) return path
    for (const at of upwards(path)) {
      const target = this.#links.get(at)
      if (target !== undefined) return within(target, path.slice(at.length + 1))
    }
    return path
  }

  #targetOf(path: string): ModuleTarget {
    const file = this.#indexed.get(path)
    if (file !== undefined) return { kind: 'file', file }
    // An asset is no code: nothing of it can be indexed, but the import of it is fine.
    return languageOf(path) === undefined ? { kind: 'external', name: path } : notIndexed
  }
}

function isPackageName(name: string): boolean {
  return (
    !name.startsWith('@/') &&
    /^(?:@[^/]+\/)?[a-z0-9._-]/i.test(name) &&
    (name.startsWith('@') ? name.includes('/') : true)
  )
}

function withoutExtension(path: string): string {
  const name = baseName(path)
  const extension = /(?:\.d)?\.[cm]?[jt]sx?$/.exec(name)?.[0] ?? ''
  return path.slice(0, path.length - extension.length)
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
