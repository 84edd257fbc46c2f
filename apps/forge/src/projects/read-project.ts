import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Graph } from '@forge/graph'
import {
  discover,
  findInstalled,
  hasFiles,
  type InstalledAt,
  isInside,
  openProjectSurface,
  type ProjectSurfaceReader,
  readInstalledPackage,
} from '@forge/indexer'
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
  const base = [readerVersion, revision, indexedAt, reader.packages, besides, options.projects.map(({ root }) => root)]
  const found = before.map(({ origin, name }) => lookUp(options, origin, name))
  const state = (await symbols.states()).get(project.id)
  const isAsFound = found.every((place, index) => isSame(place, before[index]!))
  if (state !== undefined && isAsFound && state.stamp === stampOf(base, before)) return undefined

  const assets = new Set(discovery.files.map((file) => file.path))
  const uses = (await usesOf(graph, reader)).filter(({ outside }) => !assets.has(parseOutside(outside).specifier))
  const installs = await new InstallReader(options, before).read(uses, reader)
  const surface = await reader.surface(besides, signal)
  return { stamp: stampOf(base, installs), revision, indexedAt, packages: reader.packages, surface, uses, installs }
}

function stampOf(
  base: unknown,
  installs: readonly Pick<FedInstall, 'origin' | 'name' | 'location' | 'stamp'>[],
): string {
  const places = installs
    .map(({ origin, name, location, stamp }) => JSON.stringify([origin, name, location, stamp]))
    .toSorted(compareText)
  return createHash('sha256')
    .update(JSON.stringify([base, places]))
    .digest('hex')
}

/** The specifiers of its own packages that some project names. */
async function namedByOthers({ packages }: ProjectSurfaceReader, symbols: SymbolTable): Promise<readonly string[]> {
  const names = [...new Set(packages.flatMap(({ name }) => (name === '' ? [] : [name])))]
  return (await Promise.all(names.map((name) => symbols.specifiersNamed(name)))).flat().toSorted(compareText)
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

/** What is installed, and which project it leads into, if any. */
interface Place {
  readonly at: InstalledAt | undefined
  readonly linked: number | undefined
}

function lookUp({ project, projects }: ReadProjectOptions, origin: string, name: string): Place {
  const at = findInstalled(path.resolve(project.root, origin), name)
  if (at === undefined) return { at, linked: undefined }
  const owner = projects
    .filter(({ root }) => isInside(at.location, root))
    .reduce<Project | undefined>(
      (best, one) => (best === undefined || one.root.length > best.root.length ? one : best),
      undefined,
    )
  const isCopy = owner !== undefined && path.relative(owner.root, at.location).split(path.sep).includes('node_modules')
  if (owner !== undefined && !isCopy && owner.id !== project.id) return { at, linked: owner.id }
  // A link that leads to anywhere is not followed: what is indexed is not trusted.
  const isTrusted = !at.leadsOut || isInside(at.location, project.root)
  return { at: isTrusted ? at : undefined, linked: undefined }
}

function isSame({ at, linked }: Place, before: KnownInstall): boolean {
  return (
    (at?.location ?? '') === before.location && (at?.stamp ?? '') === before.stamp && (linked ?? null) === before.linked
  )
}

/** A package that is to be read, or was. */
interface PackageHere {
  readonly wanted: Set<string>
  is: { readonly provider: number } | { readonly read: FedInstalled; readonly instead: number | undefined } | undefined
  /** The specifiers that it was read by. */
  entries: ReadonlySet<string>
  /** What it names of other packages. */
  outsides: readonly string[]
}

/** Finds out what packages mean where they are imported, and reads those that nobody has read yet. */
class InstallReader {
  readonly #options: ReadProjectOptions
  readonly #before: readonly KnownInstall[]
  readonly #installs = new Map<string, { origin: string; name: string; place: Place; types: InstalledAt | undefined }>()
  readonly #packages = new Map<string, PackageHere>()
  readonly #due = new Set<string>()

  constructor(options: ReadProjectOptions, before: readonly KnownInstall[]) {
    this.#options = options
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
    return [...this.#installs.values()].map(({ origin, name, place, types }): FedInstall => {
      const { at, linked } = place
      const version = at?.version ?? ''
      const read = types ?? at
      const { location, stamp } = read ?? { location: '', stamp: '' }
      if (linked !== undefined) return { origin, name, location, version, stamp, is: { project: linked } }
      const is = read === undefined ? undefined : this.#packages.get(location)?.is
      return {
        origin,
        name,
        location: at?.location ?? location,
        version,
        stamp: at?.stamp ?? stamp,
        is: is ?? 'nothing',
      }
    })
  }

  /** Notes that a package is named somewhere, by a specifier unless it is only declared. */
  #want(origin: string, name: string, specifier: string | undefined): void {
    const key = `${origin}\0${name}`
    let install = this.#installs.get(key)
    if (install === undefined) {
      const place = lookUp(this.#options, origin, name)
      const types = place.at?.typed === true ? undefined : this.#typesOf(origin, name)
      this.#installs.set(key, (install = { origin, name, place, types }))
    }
    if (install.place.linked !== undefined) return
    const at = install.types ?? install.place.at
    if (at === undefined) return
    let here = this.#packages.get(at.location)
    if (here === undefined) {
      this.#packages.set(at.location, (here = { wanted: new Set(), is: undefined, entries: new Set(), outsides: [] }))
      this.#due.add(at.location)
    }
    if (specifier === undefined || here.wanted.has(specifier)) return
    here.wanted.add(specifier)
    if (!here.entries.has(specifier)) this.#due.add(at.location)
  }

  /** The types of a package that has none itself. */
  #typesOf(origin: string, name: string): InstalledAt | undefined {
    if (name.startsWith('@types/')) return undefined
    return lookUp(this.#options, origin, `@types/${name.replace(/^@([^/]+)\//, '$1__')}`).at
  }

  async #readPackage(location: string, here: PackageHere): Promise<void> {
    const { symbols, signal, onPackage } = this.#options
    const manifestName = nameOf(location)
    const known = await symbols.known(manifestName)
    const hasAll = (specifiers: readonly string[]): boolean =>
      [...here.wanted].every((specifier) => specifiers.includes(specifier))
    const before = this.#before.find((install) => install.location === location)
    const same =
      known.find(({ provider }) => provider === before?.provider && this.#isUntouched(location, before)) ??
      known.find(({ files }) => hasFiles(location, files))
    if (same !== undefined && hasAll(same.specifiers)) {
      here.is = { provider: same.provider }
      here.entries = new Set(same.specifiers)
      here.outsides = await symbols.outsides(same.provider)
      return
    }
    const specifiers = [...new Set([...here.wanted, ...(same?.specifiers ?? [])])].toSorted(compareText)
    onPackage?.(manifestName)
    const read = await readInstalledPackage(location, specifiers, { signal })
    here.is = { read, instead: same?.provider }
    here.entries = new Set(read.surface.entries.map(({ specifier }) => specifier))
    here.outsides = outsidesOf(read)
  }

  #isUntouched(location: string, before: KnownInstall): boolean {
    const now = [...this.#installs.values()].find(({ place }) => place.at?.location === location)
    return now?.place.at?.stamp === before.stamp
  }
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
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
