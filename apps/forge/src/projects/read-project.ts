import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Graph } from '@forge/graph'
import { discover, hasFiles, openProjectSurface, type ProjectSurfaceReader, readInstalledPackage } from '@forge/indexer'
import { EXTRACTOR_VERSION } from '@forge/lang'
import {
  type FedInstall,
  type FedInstalled,
  type FedUse,
  type KnownInstall,
  packageOf,
  parseOutside,
  type Project,
  type ProjectFeed,
  type SymbolTable,
} from '@forge/projects'
import { byCodeUnit } from '../by-code-unit.ts'
import { type InstallPlace, InstallPlaces } from './install-places.ts'

/** What reading a project needs. */
export interface ReadProjectOptions {
  readonly project: Project
  /** Its graph. */
  readonly graph: Graph
  readonly symbols: SymbolTable
  /** All projects of the registry: what is installed may lead into one of them. */
  readonly projects: readonly Project[]
  readonly signal?: AbortSignal | undefined
  /** Told which package is read next. */
  readonly onPackage?: ((name: string) => void) | undefined
}

/** Raised by one when the same project may be read in another way. */
const readerVersion = 1

/**
 * Reads what a project offers to others and names of them, from its graph, its `package.json` files and the packages it has installed.
 *
 * @returns undefined where all of it is as it was when it was fed last.
 * @throws `FORGE_INDEX_OUTDATED`, `FORGE_ROOT_…`, the reason of the signal
 */
export async function readProject(options: ReadProjectOptions): Promise<ProjectFeed | undefined> {
  const { project, graph, symbols, signal } = options
  const [revision, indexedAt = 0] = await Promise.all([graph.revision(), graph.updatedAt()])
  const discovery = await discover(project.root, signal === undefined ? {} : { signal })
  const reader = await openProjectSurface(graph, discovery)
  const besides = await namedByOthers(reader, symbols)
  const before = await symbols.installs(project.id)
  const roots = options.projects.map(({ root }) => root)
  const base = [readerVersion, EXTRACTOR_VERSION, revision, indexedAt, reader.packages, besides, roots]
  const places = new InstallPlaces(project, options.projects)
  const stamp = await symbols.stamp(project.id)
  if (stamp === stampOf(base, before) && before.every((install) => places.isStill(install))) return undefined

  const assets = new Set(discovery.files.map((file) => file.path))
  const uses = (await usesOf(graph, reader)).filter(({ outside }) => !assets.has(parseOutside(outside).specifier))
  const installs = await new InstallReader(options, places, before).read(uses, reader)
  const surface = await reader.surface(besides, signal)
  return { stamp: stampOf(base, installs), packages: reader.packages, surface, uses, installs }
}

function stampOf(
  base: unknown,
  installs: readonly Pick<FedInstall, 'origin' | 'name' | 'location' | 'stamp'>[],
): string {
  const places = installs
    .map(({ origin, name, location, stamp }) => JSON.stringify([origin, name, location, stamp]))
    .toSorted(byCodeUnit)
  return createHash('sha256')
    .update(JSON.stringify([base, places]))
    .digest('hex')
}

/** The specifiers of its own packages that some project names. */
async function namedByOthers({ packages }: ProjectSurfaceReader, symbols: SymbolTable): Promise<readonly string[]> {
  const names = [...new Set(packages.flatMap(({ name }) => (name === '' ? [] : [name])))]
  return (await Promise.all(names.map((name) => symbols.specifiersNamed(name)))).flat().toSorted(byCodeUnit)
}

/** What a project names outside, by the package of it that does. */
async function usesOf(graph: Graph, reader: ProjectSurfaceReader): Promise<readonly FedUse[]> {
  const folders = new Map<string, string>()
  const uses = new Map<string, FedUse & { files: number; sites: number }>()
  for (const { id, file, sites } of await graph.outsideUses()) {
    let folder = folders.get(file)
    if (folder === undefined) folders.set(file, (folder = reader.folderOf(file)))
    const key = `${folder}\0${id}`
    const known = uses.get(key)
    if (known === undefined) {
      const name = packageOf(parseOutside(id).specifier)
      uses.set(key, { folder, outside: id, package: name, files: 1, sites })
    } else {
      known.files++
      known.sites += sites
    }
  }
  return [...uses.values()]
}

/** A package that is to be read, or was. */
interface PackageHere {
  readonly wanted: Set<string>
  is: { readonly provider: number } | { readonly read: FedInstalled; readonly instead: number | undefined } | undefined
  /** Its files that were read. */
  files: readonly string[]
  /** The specifiers that it was read by. */
  entries: ReadonlySet<string>
  /** What it names of other packages. */
  outsides: readonly string[]
}

/** Finds out what packages mean where they are imported, and reads those that nobody has read yet. */
class InstallReader {
  readonly #options: ReadProjectOptions
  readonly #before: readonly KnownInstall[]
  readonly #places: InstallPlaces
  readonly #installs = new Map<
    string,
    { readonly origin: string; readonly name: string; readonly place: InstallPlace }
  >()
  readonly #packages = new Map<string, PackageHere>()
  readonly #due = new Set<string>()

  constructor(options: ReadProjectOptions, places: InstallPlaces, before: readonly KnownInstall[]) {
    this.#options = options
    this.#places = places
    this.#before = before
  }

  async read(uses: readonly FedUse[], { packages }: ProjectSurfaceReader): Promise<readonly FedInstall[]> {
    for (const { folder, dependencies } of packages)
      for (const { name } of dependencies) this.#want(folder, name, undefined)
    for (const use of uses) this.#want(use.folder, use.package, parseOutside(use.outside).specifier)
    for (let location = first(this.#due); location !== undefined; location = first(this.#due)) {
      this.#due.delete(location)
      this.#options.signal?.throwIfAborted()
      const here = this.#packages.get(location)!
      await this.#readPackage(location, here)
      for (const outside of here.outsides) {
        const { specifier } = parseOutside(outside)
        this.#want(location, packageOf(specifier), specifier)
      }
    }
    return [...this.#installs.values()].map(({ origin, name, place }): FedInstall => {
      const { location, version, linked } = place
      const here = linked === undefined ? this.#packages.get(location) : undefined
      const is = linked === undefined ? (here?.is ?? 'nothing') : { project: linked }
      return { origin, name, location, version, stamp: this.#places.stampOf(place, here?.files ?? []), is }
    })
  }

  /** Notes that a package is named somewhere, by a specifier unless it is only declared. */
  #want(origin: string, name: string, specifier: string | undefined): void {
    const key = `${origin}\0${name}`
    let install = this.#installs.get(key)
    if (install === undefined) {
      install = { origin, name, place: this.#places.of(origin, name) }
      this.#installs.set(key, install)
    }
    const { location, linked } = install.place
    if (linked !== undefined || location === '') return
    let here = this.#packages.get(location)
    if (here === undefined) {
      this.#packages.set(
        location,
        (here = { wanted: new Set(), is: undefined, files: [], entries: new Set(), outsides: [] }),
      )
      this.#due.add(location)
    }
    if (specifier === undefined || here.wanted.has(specifier)) return
    here.wanted.add(specifier)
    if (!here.entries.has(specifier)) this.#due.add(location)
  }

  async #readPackage(location: string, here: PackageHere): Promise<void> {
    const { symbols, signal, onPackage } = this.#options
    const manifestName = nameOf(location)
    const known = await symbols.known(manifestName)
    const hasAll = (specifiers: readonly string[]): boolean =>
      [...here.wanted].every((specifier) => specifiers.includes(specifier))
    const before = this.#before.find((install) => install.location === location)
    const isUntouched = before !== undefined && this.#places.isStill(before)
    const same =
      known.find(({ provider }) => isUntouched && provider === before.provider) ??
      known.find(({ files }) => hasFiles(location, files))
    if (same !== undefined && hasAll(same.specifiers)) {
      here.is = { provider: same.provider }
      here.files = same.files.map(({ path: file }) => file)
      here.entries = new Set(same.specifiers)
      here.outsides = await symbols.outsides(same.provider)
      return
    }
    const specifiers = [...new Set([...here.wanted, ...(same?.specifiers ?? [])])].toSorted(byCodeUnit)
    onPackage?.(manifestName)
    const read = await readInstalledPackage(location, specifiers, { signal })
    here.is = { read, instead: same?.provider }
    here.files = read.files.map(({ path: file }) => file)
    here.entries = new Set(read.surface.entries.map(({ specifier }) => specifier))
    here.outsides = outsidesOf(read)
  }
}

function first<T>(items: ReadonlySet<T>): T | undefined {
  for (const item of items) return item
  return undefined
}

/** A package is in a folder of its name, but for one that was installed under another: then nothing of that name is known, and it is read. */
function nameOf(location: string): string {
  const parts = location.split(path.sep)
  const scope = parts.at(-2) ?? ''
  return scope.startsWith('@') ? `${scope}/${parts.at(-1)}` : (parts.at(-1) ?? '')
}

function outsidesOf({ surface }: FedInstalled): readonly string[] {
  const outsides = new Set<string>()
  for (const { targets } of [...surface.names, ...surface.holders]) {
    for (const { symbol } of targets) if (typeof symbol === 'string') outsides.add(symbol)
  }
  return [...outsides]
}
