import {
  type Confidence,
  type KnownInstall,
  type LinkReason,
  parseOutside,
  type Project,
  type ProvidedPackage,
  type SymbolTable,
  type Use,
} from '@forge/projects'
import { byCodeUnit } from '../by-code-unit.ts'
import { isNotThere } from './conflicts.ts'
import { folderAround } from './folder-around.ts'
import { manifestIn, mentionedInCode, Mentions } from './mentions.ts'

/**
 * What becomes of a dependency.
 *
 * - `used`: code imports it.
 * - `own`: it is another package of the project.
 * - `peer`: no code imports it, but another dependency needs it beside itself.
 * - `types`: it has the types of something that is used, or of the platform.
 * - `mentioned`: no code imports it, but a script or a configuration file beside its `package.json` does.
 * - `unused`: nothing was found that names it.
 * - `missing`: code imports it, and no `package.json` declares it.
 */
export type DependencyUse = 'used' | 'own' | 'peer' | 'types' | 'mentioned' | 'unused' | 'missing'

/** A name of a package that is used. */
export interface UsedName {
  /** `zod`, `zod/v4`. */
  readonly specifier: string
  /** `z.object`; empty for the module itself. */
  readonly name: string
  readonly files: number
  readonly sites: number
  /** Where it leads, the surest first; without a symbol where there is nothing of that name. */
  readonly leads: readonly {
    /** Undefined for what is installed. */
    readonly project: string | undefined
    /** The package that it is of: where the types are in another one, that. */
    readonly package: string
    readonly version: string
    readonly symbol: string | undefined
    readonly confidence: Confidence
    readonly reason: LinkReason
  }[]
}

/** A package that a package of the project declares, or names. */
export interface ProjectDependency {
  /** The folder of the package that needs it; empty for the project itself. */
  readonly folder: string
  readonly name: string
  /** Undefined where it is not declared. */
  readonly kind: string | undefined
  readonly range: string | undefined
  /** The version that is installed; undefined where none is. */
  readonly installed: string | undefined
  /** The project that the installed folder is of, if it is one. */
  readonly linked: string | undefined
  readonly use: DependencyUse
  readonly names: readonly UsedName[]
  /** How many of those that are imported are not there. */
  readonly unknown: number
}

/** Lists what each package of a project needs, by folder and name; `files` are the paths of its code. */
export async function listDependencies(
  project: Project,
  projects: readonly Project[],
  symbols: SymbolTable,
  files: Iterable<string>,
): Promise<readonly ProjectDependency[]> {
  const names = new Map(projects.map(({ id, name }) => [id, name]))
  const uses = Map.groupBy(await symbols.uses(project.id), ({ folder, package: name }) => keyOf(folder, name))
  const installs = new Map((await symbols.installs(project.id)).map((one) => [keyOf(one.origin, one.name), one]))
  const declared = Map.groupBy(await symbols.dependencies(project.id), ({ folder, name }) => keyOf(folder, name))
  const own = new Set((await symbols.packages()).flatMap((one) => (isOwn(one, project) ? one.name : [])))
  const judge = new Judge(project, { uses, installs, declared, own, folders: await symbols.folders(project.id) })
  const found: ProjectDependency[] = []
  for (const key of new Set([...declared.keys(), ...uses.keys()])) {
    const [folder, name] = placeOf(key)
    const [declaredHere] = declared.get(key) ?? []
    // What is built into the platform is no dependency, but its types may be; and what a value of a package's types is asked for may be named where that is not imported.
    if (declaredHere === undefined && (isPlatform(name) || !judge.isImported(key))) continue
    const install = installs.get(key)
    const used = (uses.get(key) ?? []).map((use) => usedName(use, names))
    found.push({
      folder,
      name,
      kind: declaredHere?.kind,
      range: declaredHere?.range,
      installed: install === undefined || install.location === '' ? undefined : install.version,
      linked: install?.linked == null ? undefined : names.get(install.linked),
      use: judge.useOf(folder, name),
      names: used,
      // Of members of what is imported the type is not always known, so that nothing is said of them.
      unknown: used.filter(({ name: path, leads }) => !path.includes('.') && isNotThere(leads)).length,
    })
  }
  const unused = found.filter(({ use }) => use === 'unused')
  const isFor = (one: ProjectDependency, file: string): boolean => judge.isFor(one.folder, one.name, file)
  const mentioned = await mentionedInCode(project.root, files, unused, isFor)
  return found
    .map((one): ProjectDependency => (mentioned.has(one) ? Object.assign(one, { use: 'mentioned' }) : one))
    .toSorted((left, right) => byCodeUnit(left.folder, right.folder) || byCodeUnit(left.name, right.name))
}

function isPlatform(name: string): boolean {
  return name === '@types/node' || name.includes(':')
}

function isOwn({ project, folder }: ProvidedPackage, { id }: Project): boolean {
  return project === id && folder !== undefined
}

/** What a project declares, names and has installed, by {@link keyOf}. */
interface ProjectFacts {
  readonly uses: ReadonlyMap<string, readonly Use[]>
  readonly installs: ReadonlyMap<string, KnownInstall>
  readonly declared: ReadonlyMap<string, unknown>
  /** The names of its own packages. */
  readonly own: ReadonlySet<string>
  /** The folders of its packages. */
  readonly folders: readonly string[]
}

/** Says what becomes of dependencies. */
class Judge {
  readonly #facts: ProjectFacts
  readonly #mentions: Mentions
  readonly #peers = new Map<string, ReadonlySet<string>>()

  constructor({ root }: Project, facts: ProjectFacts) {
    this.#facts = facts
    this.#mentions = new Mentions(root)
  }

  /** Whether the code of a package imports another one. */
  isImported(key: string): boolean {
    return this.#facts.uses.get(key)?.some(({ outside }) => parseOutside(outside).path.length === 0) === true
  }

  useOf(folder: string, name: string): DependencyUse {
    const { own, installs, uses } = this.#facts
    if (own.has(name)) return 'own'
    if (this.#declaringFolder(folder, name) === undefined) return 'missing'
    const folders = this.#foldersFor(folder, name)
    const isImported = folders.some((at) => this.isImported(keyOf(at, name)))
    if (name.startsWith('@types/')) {
      const of = name.slice('@types/'.length).replace(/^(.+)__/, '@$1/')
      if (isImported || of === 'node' || [...uses.keys()].some((key) => placeOf(key)[1] === of)) return 'types'
    } else if (isImported) {
      return 'used'
    }
    if (folders.some((at) => this.#peersOf(at).has(name))) return 'peer'
    const location = installs.get(keyOf(folder, name))?.location ?? ''
    return folders.some((at) => this.#mentions.has(at, name, location)) ? 'mentioned' : 'unused'
  }

  /** Whether a dependency that is declared in a folder is what a file has it from. */
  isFor(folder: string, name: string, file: string): boolean {
    return this.#declaringFolder(folderAround(file, this.#facts.folders), name) === folder
  }

  /** The folder of a package, and of those below it that have the dependency from it, as in a workspace. */
  #foldersFor(folder: string, name: string): readonly string[] {
    const below = this.#facts.folders.filter((at) => at !== folder && (folder === '' || at.startsWith(`${folder}/`)))
    return [folder, ...below.filter((at) => this.#declaringFolder(at, name) === folder)]
  }

  /** The nearest folder, from a package upwards, whose `package.json` declares a dependency. */
  #declaringFolder(folder: string, name: string): string | undefined {
    for (let at = folder; ; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') {
      if (this.#facts.declared.has(keyOf(at, name))) return at
      if (at === '') return undefined
    }
  }

  #peersOf(folder: string): ReadonlySet<string> {
    let peers = this.#peers.get(folder)
    if (peers === undefined) this.#peers.set(folder, (peers = peersIn(folder, this.#facts.installs.values())))
    return peers
  }
}

/** What the packages that a folder has installed need beside themselves. */
function peersIn(folder: string, installs: Iterable<KnownInstall>): ReadonlySet<string> {
  const peers = new Set<string>()
  for (const { origin, location } of installs) {
    if (origin !== folder || location === '') continue
    const { peerDependencies } = manifestIn(location)
    if (typeof peerDependencies !== 'object' || peerDependencies === null) continue
    for (const name of Object.keys(peerDependencies)) peers.add(name)
  }
  return peers
}

function usedName({ outside, files, sites, links }: Use, names: ReadonlyMap<number, string>): UsedName {
  const { specifier, path: parts } = parseOutside(outside)
  return {
    specifier,
    name: parts.join('.'),
    files,
    sites,
    leads: links.map(({ owner, symbol, confidence, reason }) => ({
      project: owner.project === undefined ? undefined : names.get(owner.project),
      package: owner.package,
      version: owner.version,
      symbol: symbol?.shownAs,
      confidence,
      reason,
    })),
  }
}

function keyOf(folder: string, name: string): string {
  return JSON.stringify([folder, name])
}

function placeOf(key: string): readonly [folder: string, name: string] {
  return JSON.parse(key) as [string, string]
}
