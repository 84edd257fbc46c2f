import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Graph } from '@forge/graph'
import { EXTRACTOR_VERSION, unpackFacts, type Facts } from '@forge/lang'
import type { LinkFile } from '@forge/link'
import { isRecord } from './config-files.ts'
import { compareText } from './diagnostic.ts'
import type { Discovery } from './discover.ts'
import { textsIn } from './entry-points.ts'
import { IndexOutdatedError } from './index-errors.ts'
import { createModuleResolver, type ModuleResolver } from './modules.ts'
import { publicSurface, type PublicSurface, type SurfaceEntry } from './public-surface.ts'
import { readRegularText } from './read-regular-file.ts'
import type { Package } from './workspaces.ts'

/** In which field of a `package.json` a dependency stands. */
export type DependencyKind = 'production' | 'development' | 'peer' | 'optional'

/** What a `package.json` says that a package needs. */
export interface DeclaredDependency {
  readonly name: string
  /** As it is written: `^1.2.0`, `workspace:*`, `npm:other@1`. */
  readonly range: string
  readonly kind: DependencyKind
}

/** A package of a project, as its `package.json` says. */
export interface ProjectPackage {
  /** Relative to the project; empty for the project itself. */
  readonly folder: string
  /** Empty where it has none. */
  readonly name: string
  readonly version: string
  readonly dependencies: readonly DeclaredDependency[]
  /** The commands of its `scripts`. */
  readonly scripts: readonly string[]
}

/** Reads what a project offers to others, and what it says that it needs. */
export interface ProjectSurfaceReader {
  /** All its packages, by folder; those without a name as well. */
  readonly packages: readonly ProjectPackage[]
  /** The folder of the package whose code a file is; empty for the project itself. */
  folderOf(path: string): string
  /**
   * What can be named through the packages of the project.
   *
   * @param besides specifiers of its packages that somebody names, for those that allow any
   * @throws IndexOutdatedError `FORGE_INDEX_OUTDATED` where another version of Forge has indexed it; the reason of the signal
   */
  surface(besides: readonly string[], signal?: AbortSignal): Promise<PublicSurface>
}

/** Files unpacked before other tasks of the event loop get their turn. */
const chunk = 32

/** A configuration file is read up to this size, in bytes. */
const largestConfig = 4_000_000

const dependencyFields: readonly (readonly [field: string, kind: DependencyKind])[] = [
  ['dependencies', 'production'],
  ['optionalDependencies', 'optional'],
  ['peerDependencies', 'peer'],
  ['devDependencies', 'development'],
]

/**
 * Reads the packages of a project from its folder, and what they offer from its graph: what was indexed, whatever has changed since.
 *
 * @param discovery of the folder, as it is now
 */
export async function openProjectSurface(graph: Graph, discovery: Discovery): Promise<ProjectSurfaceReader> {
  const paths = [...(await graph.files()).keys()]
  const resolver = createModuleResolver({
    paths: discovery.files.map((file) => file.path),
    indexed: new Map(paths.map((path, index) => [path, index])),
    links: discovery.links,
    readText: (path) => readRegularText(join(discovery.root, path), largestConfig),
  })
  return {
    packages: resolver.packages().map(packageOf),
    folderOf: (path) => resolver.packageOf(path)?.folder ?? '',
    surface: async (besides, signal) => {
      const files = await linkFilesOf(graph, paths, resolver, signal)
      return publicSurface(files, entriesOf(resolver, besides))
    },
  }
}

function entriesOf(resolver: ModuleResolver, besides: readonly string[]): readonly SurfaceEntry[] {
  const entries = new Map<string, number | string | undefined>()
  for (const member of resolver.packages()) {
    const { name } = member
    if (name === undefined) continue
    const own = besides.filter((specifier) => specifier === name || specifier.startsWith(`${name}/`))
    for (const [specifier, file] of resolver.entriesOf(member, own)) {
      // Of two packages of one name, the first is what the name means.
      if (entries.get(specifier) === undefined) entries.set(specifier, file)
    }
  }
  return [...entries]
    .map(([specifier, leads]) =>
      typeof leads === 'string' ? { specifier, file: undefined, asset: leads } : { specifier, file: leads },
    )
    .toSorted((left, right) => compareText(left.specifier, right.specifier))
}

async function linkFilesOf(
  graph: Graph,
  paths: readonly string[],
  resolver: ModuleResolver,
  signal: AbortSignal | undefined,
): Promise<readonly LinkFile[]> {
  const packed = await graph.facts(EXTRACTOR_VERSION)
  const files: LinkFile[] = []
  for (const [index, path] of paths.entries()) {
    if (index % chunk === chunk - 1) await setImmediate()
    signal?.throwIfAborted()
    const bytes = packed.get(path)
    if (bytes === undefined) throw new IndexOutdatedError(path)
    const facts = unpackFacts(bytes)
    files.push({ path, facts, targets: targetsOf(path, facts, resolver) })
  }
  return files
}

function targetsOf(path: string, { modules, strings }: Facts, resolver: ModuleResolver): LinkFile['targets'] {
  return Array.from(modules.specifier.subarray(0, modules.count), (at) => resolver.resolve(path, strings[at]!))
}

function packageOf({ folder, name = '', json }: Package): ProjectPackage {
  const version = json['version']
  const dependencies = dependencyFields.flatMap(([field, kind]) => {
    const listed = json[field]
    if (!isRecord(listed)) return []
    return Object.entries(listed).flatMap(([dependency, range]) =>
      typeof range === 'string' ? [{ name: dependency, range, kind }] : [],
    )
  })
  return {
    folder,
    name,
    version: typeof version === 'string' ? version : '',
    dependencies,
    scripts: textsIn(json['scripts']),
  }
}
