import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { languageOf, symbolFlag, symbolKinds, unpackFacts, type Facts } from '@forge/lang'
import type { LinkFile, ModuleTarget } from '@forge/link'
import { IgnoreRules } from '@forge/watch/ignore'
import { ConfigFiles } from './config-files.ts'
import { compareText, type Diagnostic } from './diagnostic.ts'
import { extractFile } from './extract-file.ts'
import { digest } from './index-state.ts'
import { defaultMaxFileSize } from './indexer.ts'
import { createModuleResolver, type ModuleResolver } from './modules.ts'
import { joinPath, parentOf } from './project-paths.ts'
import { publicSurface, type PublicSurface } from './public-surface.ts'
import { readRegularFile, readRegularText } from './read-regular-file.ts'
import { walkFiles } from './walk-files.ts'

/** A file of a package that was read. */
export interface PackageFile {
  /** Relative to the folder of the package, with `/`. */
  readonly path: string
  /** BLAKE3 of its bytes, in hex. */
  readonly hash: string
}

/** A package as it is installed, and what can be named of it. */
export interface InstalledPackage {
  readonly name: string
  /** Empty where its `package.json` says none. */
  readonly version: string
  /** All files that were read, by path. */
  readonly files: readonly PackageFile[]
  readonly surface: PublicSurface
  /** Files that could not be read. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Files read before other tasks of the event loop get their turn. */
const chunk = 8

/** A `package.json` is read up to this size, in bytes. */
const largestManifest = 1_000_000

/**
 * Reads of an installed package what can be named through some of its specifiers (`zod`, `zod/v4`): the types of what its `exports` lead to,
 * and where there are none the code. Only files of the package that these lead to are read; none of its code is run.
 *
 * @param location the folder of the package, absolute, without links
 * @throws the reason of the signal
 */
export async function readInstalledPackage(
  location: string,
  specifiers: readonly string[],
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<InstalledPackage> {
  const reading = await PackageReading.open(location, signal)
  const entries = specifiers.map((specifier) => ({ specifier, ...reading.entry(specifier) }))
  await reading.load([...entries.flatMap(({ path }) => path ?? []), ...reading.typesOfOthers()])
  const surface = publicSurface(
    reading.linkFiles(),
    entries.map(({ specifier, path, asset }) => ({ specifier, file: reading.placeOf(path), asset })),
    { declared: true },
  )
  const { name, version, files, diagnostics } = reading
  return { name, version, files, surface, diagnostics }
}

/** Whether a package that is installed somewhere has the same files as one that was read. */
export function hasFiles(location: string, files: readonly PackageFile[]): boolean {
  return files.every(({ path, hash }) => {
    const file = readRegularFile(join(location, path), defaultMaxFileSize)
    return file !== undefined && digest(file.bytes) === hash
  })
}

interface LoadedFile {
  readonly place: number
  readonly facts: Facts
  readonly hash: string
}

/** The files of one package, those read so far among them. */
class PackageReading {
  readonly name: string
  readonly version: string
  readonly diagnostics: Diagnostic[]
  readonly #location: string
  readonly #paths: ReadonlySet<string>
  readonly #sources: readonly string[]
  readonly #indexed: ReadonlyMap<string, number>
  readonly #resolver: ModuleResolver
  readonly #manifest: string
  readonly #loaded = new Map<string, LoadedFile>()
  readonly #signal: AbortSignal | undefined

  private constructor(
    location: string,
    paths: readonly string[],
    diagnostics: Diagnostic[],
    signal: AbortSignal | undefined,
  ) {
    this.#location = location
    this.diagnostics = diagnostics
    this.#signal = signal
    this.#paths = new Set(paths)
    this.#sources = paths.filter((path) => languageOf(path) !== undefined)
    this.#indexed = new Map(this.#sources.map((path, index) => [path, index]))
    const readText = (path: string): string | undefined => readRegularText(join(location, path), largestManifest)
    this.#manifest = readText('package.json') ?? ''
    const manifest = new ConfigFiles(this.#paths, readText).json('package.json') ?? {}
    this.name = textOf(manifest['name'])
    this.version = textOf(manifest['version'])
    this.#resolver = createModuleResolver({
      paths,
      indexed: this.#indexed,
      links: new Map(),
      readText,
      prefer: 'types',
    })
  }

  static async open(location: string, signal: AbortSignal | undefined): Promise<PackageReading> {
    const diagnostics: Diagnostic[] = []
    const paths = await walkFiles(location, {
      start: '',
      rules: new IgnoreRules(),
      enterRepositories: true,
      heedIgnoreFiles: false,
      report: (diagnostic) => void diagnostics.push(diagnostic),
      signal,
    })
    return new PackageReading(location, paths.toSorted(compareText), diagnostics, signal)
  }

  get files(): readonly PackageFile[] {
    const manifest = { path: 'package.json', hash: digest(this.#manifest) }
    return [manifest, ...[...this.#loaded].map(([path, { hash }]) => ({ path, hash }))].toSorted((left, right) =>
      compareText(left.path, right.path),
    )
  }

  /** The file that a specifier of the package leads to, code or an asset; of `@types/x` those of `x` are. */
  entry(specifier: string): { readonly path?: string; readonly asset?: string } {
    if (specifier.includes(':')) return {}
    const inside = specifier.slice(packageNameOf(specifier).length)
    const target = this.#resolver.resolve('', `${this.name}${inside}`)
    if (target.kind === 'external') return this.#paths.has(target.name) ? { asset: target.name } : {}
    return target.kind === 'file' ? { path: this.#sources[target.file]! } : {}
  }

  /** A package of types for what is no package, as `@types/node` is, is entered by its first file. */
  typesOfOthers(): readonly string[] {
    return this.name.startsWith('@types/') ? [this.#follow('', this.name) ?? []].flat() : []
  }

  placeOf(path: string | undefined): number | undefined {
    return path === undefined ? undefined : this.#loaded.get(path)?.place
  }

  /** Reads files and all that they lead to inside the package. */
  async load(paths: readonly string[]): Promise<void> {
    const queue = [...paths]
    for (let at = 0; at < queue.length; at++) {
      if (at % chunk === chunk - 1) await setImmediate()
      this.#signal?.throwIfAborted()
      const path = queue[at]!
      const language = languageOf(path)
      if (language === undefined || this.#loaded.has(path)) continue
      const location = join(this.#location, path)
      const result = extractFile({ path, location, language, size: 0 }, defaultMaxFileSize)
      if (result.kind !== 'extracted') {
        if (result.kind === 'skipped') this.diagnostics.push({ path, code: result.code, message: result.message })
        continue
      }
      const facts = unpackFacts(result.facts, result.texts)
      this.#loaded.set(path, {
        place: this.#loaded.size,
        facts,
        hash: Buffer.from(result.hash).toString('hex'),
      })
      for (const specifier of specifiersOf(facts)) queue.push(...[this.#follow(path, specifier) ?? []].flat())
      if (isDeclaration(path)) queue.push(...this.#referencesOf(path))
    }
  }

  linkFiles(): readonly LinkFile[] {
    const declared = new Set([...this.#loaded.values()].flatMap(({ facts }) => modulesDeclaredBy(facts)))
    return [...this.#loaded].map(([path, { facts }]) => ({
      path,
      facts,
      targets: specifiersOf(facts).map((specifier): ModuleTarget => {
        const target = this.#resolver.resolve(path, specifier)
        // What the package declares itself is no other package: the linker finds it by its name.
        if (declared.has(specifier)) return { kind: 'unresolved', reason: 'module-not-found' }
        if (target.kind !== 'file') return target
        const file = this.placeOf(this.#sources[target.file])
        return file === undefined ? { kind: 'unresolved', reason: 'not-indexed' } : { kind: 'file', file }
      }),
    }))
  }

  #follow(importer: string, specifier: string): string | undefined {
    const target = this.#resolver.resolve(importer, specifier)
    return target.kind === 'file' ? this.#sources[target.file] : undefined
  }

  /** The files that a declaration file includes by `/// <reference path="…" />`. */
  #referencesOf(path: string): readonly string[] {
    const text = readRegularText(join(this.#location, path), defaultMaxFileSize) ?? ''
    return [...text.matchAll(/^[ \t]*\/\/\/\s*<reference\s+path\s*=\s*["']([^"']+)["']/gm)]
      .flatMap(([, reference]) => joinPath(parentOf(path), reference!) ?? [])
      .filter((reference) => this.#indexed.has(reference))
  }
}

/** The package that a specifier is of: `@scope/name` of `@scope/name/sub`. */
function packageNameOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
}

function isDeclaration(path: string): boolean {
  return /\.d\.[cm]?ts$/.test(path)
}

function specifiersOf({ modules, strings }: Facts): readonly string[] {
  return Array.from(modules.specifier.subarray(0, modules.count), (at) => strings[at]!)
}

/** The names of `declare module 'x'`, and of global namespaces, which look the same. */
function modulesDeclaredBy({ symbols, strings }: Facts): readonly string[] {
  const names: string[] = []
  for (let row = 1; row < symbols.count; row++) {
    // One with a type adds to a module that is declared elsewhere.
    const isDeclared =
      symbols.parent[row] === 0 && (symbols.flags[row]! & symbolFlag.ambient) !== 0 && symbols.type[row]! < 0
    if (isDeclared && symbolKinds[symbols.kind[row]!] === 'namespace') names.push(strings[symbols.name[row]!]!)
  }
  return names
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
