import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
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

/** A configuration file is read up to this size, in bytes. */
const largestConfig = 256 * 1024

/** Lists what each package of a project needs, by folder and name. */
export async function listDependencies(
  project: Project,
  projects: readonly Project[],
  symbols: SymbolTable,
): Promise<readonly ProjectDependency[]> {
  const names = new Map(projects.map(({ id, name }) => [id, name]))
  const uses = Map.groupBy(await symbols.uses(project.id), ({ folder, package: name }) => keyOf(folder, name))
  const installs = new Map((await symbols.installs(project.id)).map((one) => [keyOf(one.origin, one.name), one]))
  const declared = Map.groupBy(await symbols.dependencies(project.id), ({ folder, name }) => keyOf(folder, name))
  const mentions = new Mentions(project.root)
  const own = new Set((await symbols.packages()).flatMap((one) => (isOwn(one, project) ? one.name : [])))
  const peers: Record<string, ReadonlySet<string>> = {}
  const found: ProjectDependency[] = []
  for (const key of new Set([...declared.keys(), ...uses.keys()])) {
    const [folder, name] = JSON.parse(key) as [string, string]
    const declaredHere = declared.get(key)
    // What is built into the platform is no dependency, but its types may be.
    if (declaredHere === undefined && (name === '@types/node' || name.includes(':'))) continue
    const install = installs.get(key)
    const used = (uses.get(key) ?? []).map((use) => usedName(use, names))
    const isDeclared = declaredHere !== undefined || isDeclaredAbove(folder, name, declared)
    // What a value of its types is asked for may be named where it is not imported.
    const isUsed = used.some((one) => one.name === '')
    if (!isUsed && declaredHere === undefined) continue
    const isPeer = (peers[folder] ??= peersIn(folder, installs.values())).has(name)
    const asked = { folder, name, install, isDeclared, isUsed, isPeer }
    const use = own.has(name) ? 'own' : useOf(asked, uses, mentions)
    found.push({
      folder,
      name,
      kind: declaredHere?.[0]?.kind,
      range: declaredHere?.[0]?.range,
      installed: install === undefined || install.location === '' ? undefined : install.version,
      linked: install?.linked == null ? undefined : names.get(install.linked),
      use,
      names: used,
      unknown: used.filter(isUnknown).length,
    })
  }
  return found.toSorted((left, right) => compare(left.folder, right.folder) || compare(left.name, right.name))
}

function isOwn({ project, folder }: ProvidedPackage, { id }: Project): boolean {
  return project === id && folder !== undefined
}

/** Of members of what is imported the type is not always known, so that nothing is said of them. */
function isUnknown({ name, leads }: UsedName): boolean {
  return !name.includes('.') && leads.length > 0 && leads.every(({ symbol }) => symbol === undefined)
}

interface Asked {
  readonly folder: string
  readonly name: string
  readonly install: KnownInstall | undefined
  readonly isDeclared: boolean
  readonly isUsed: boolean
  readonly isPeer: boolean
}

function useOf(
  { folder, name, install, isDeclared, isUsed, isPeer }: Asked,
  uses: ReadonlyMap<string, unknown>,
  mentions: Mentions,
): DependencyUse {
  if (!isDeclared) return 'missing'
  if (name.startsWith('@types/')) {
    const of = name.slice('@types/'.length).replace(/^(.+)__/, '@$1/')
    const isUsedThrough =
      isUsed || of === 'node' || [...uses.keys()].some((key) => (JSON.parse(key) as string[])[1] === of)
    return isUsedThrough ? 'types' : mentions.has(folder, name, install) ? 'mentioned' : 'unused'
  }
  if (isUsed) return 'used'
  if (isPeer) return 'peer'
  return mentions.has(folder, name, install) ? 'mentioned' : 'unused'
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

function manifestIn(location: string): { readonly bin?: unknown; readonly peerDependencies?: unknown } {
  try {
    return (JSON.parse(readSmall(path.join(location, 'package.json')) ?? '') as object | null) ?? {}
  } catch {
    return {}
  }
}

/** Whether the package of a folder above declares it, as those of a workspace may. */
function isDeclaredAbove(folder: string, name: string, declared: ReadonlyMap<string, unknown>): boolean {
  for (let at = folder; at !== '';) {
    at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : ''
    if (declared.has(keyOf(at, name))) return true
  }
  return false
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

/** What scripts and configuration files say, read once for each folder. */
class Mentions {
  readonly #root: string
  readonly #texts = new Map<string, readonly string[]>()

  constructor(root: string) {
    this.#root = root
  }

  /** Whether they name a package, or a program that it installs. */
  has(folder: string, name: string, install: KnownInstall | undefined): boolean {
    const words = [
      name,
      ...(install === undefined || install.location === '' ? [] : programsOf(install.location, name)),
    ]
    return this.#of(folder).some((text) => words.some((word) => wordIn(text, word)))
  }

  #of(folder: string): readonly string[] {
    let texts = this.#texts.get(folder)
    if (texts === undefined) this.#texts.set(folder, (texts = configTexts(path.join(this.#root, folder))))
    return texts
  }
}

/** The texts of a folder's configuration files; of `package.json` what is not a list of dependencies. */
function configTexts(folder: string): readonly string[] {
  let entries: readonly string[]
  try {
    entries = readdirSync(folder)
  } catch {
    return []
  }
  return entries
    .filter((name) => /rc$|\.(?:json|jsonc|json5|ya?ml|toml)$/.test(name) && !/lock/.test(name))
    .flatMap((name) => {
      const text = readSmall(path.join(folder, name))
      if (text === undefined) return []
      return name === 'package.json' ? [withoutDependencies(text)] : [text]
    })
}

function withoutDependencies(manifest: string): string {
  try {
    const kept = Object.entries(JSON.parse(manifest) as object).filter(
      ([field]) => !/ependencies/.test(field) && field !== 'name',
    )
    return JSON.stringify(Object.fromEntries(kept))
  } catch {
    return ''
  }
}

function programsOf(location: string, name: string): readonly string[] {
  const { bin } = manifestIn(location)
  if (typeof bin === 'string') return [name.replace(/^@[^/]+\//, '')]
  return typeof bin === 'object' && bin !== null ? Object.keys(bin) : []
}

/** Whether a text has a word that is no part of a longer one. */
function wordIn(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const around = `${text[at - 1] ?? ' '}${text[at + word.length] ?? ' '}`
    if (!/[\w@-]/.test(around)) return true
  }
  return false
}

function readSmall(file: string): string | undefined {
  try {
    // What a link leads to is no file of the project.
    const stats = lstatSync(file)
    return stats.isFile() && stats.size <= largestConfig ? readFileSync(file, 'utf8') : undefined
  } catch {
    return undefined
  }
}

function keyOf(folder: string, name: string): string {
  return JSON.stringify([folder, name])
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
