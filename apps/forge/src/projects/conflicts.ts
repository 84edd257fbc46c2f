import {
  type LinkReason,
  parseOutside,
  type Project,
  type ProvidedPackage,
  type SymbolTable,
  type Use,
  type UseLink,
} from '@forge/projects'

/** A package that may come from more than one place. */
export interface PackageConflict {
  readonly package: string
  /** The projects that have a package of the name. */
  readonly projects: readonly { readonly project: string; readonly folder: string; readonly version: string }[]
  /** The versions that are installed, and where. */
  readonly installed: readonly { readonly version: string; readonly projects: readonly string[] }[]
  /** Imports that may mean more than one of these. */
  readonly ambiguous: readonly {
    readonly project: string
    /** The folder of the package that imports; empty for the project itself. */
    readonly folder: string
    readonly names: number
    readonly candidates: readonly ConflictCandidate[]
  }[]
}

/** One thing that an import may mean, and why. */
export interface ConflictCandidate {
  /** Undefined for what is installed. */
  readonly project: string | undefined
  readonly version: string
  readonly reason: LinkReason
}

/** A name that a project uses, and that nothing it may mean has. */
export interface BrokenUse {
  readonly project: string
  readonly folder: string
  /** `external:zod#object`. */
  readonly outside: string
  readonly sites: number
  /** What was looked through. */
  readonly candidates: readonly ConflictCandidate[]
}

/** What is not clear between projects. */
export interface Conflicts {
  readonly packages: readonly PackageConflict[]
  /** Checkouts of the same project in several folders. */
  readonly checkouts: readonly { readonly identity: string; readonly projects: readonly string[] }[]
  readonly broken: readonly BrokenUse[]
}

/** Lists what is not clear between projects, by name. */
export async function findConflicts(projects: readonly Project[], symbols: SymbolTable): Promise<Conflicts> {
  const names = new Map(projects.map(({ id, name }) => [id, name]))
  const packages = new Map<string, PackageSides>()
  for (const one of await symbols.packages()) {
    if (one.name === '') continue
    const sides = packages.get(one.name) ?? { own: [], installed: [], uses: new Map() }
    packages.set(one.name, sides)
    ;(one.folder === undefined ? sides.installed : sides.own).push(one)
  }
  const broken: BrokenUse[] = []
  for (const project of projects) {
    for (const use of await symbols.uses(project.id)) {
      const candidates = candidatesOf(use.links, names)
      const sides = packages.get(use.package)
      if (sides !== undefined && candidates.length > 1) {
        const key = JSON.stringify([project.name, use.folder, candidates])
        const known = sides.uses.get(key)
        if (known === undefined) {
          sides.uses.set(key, { project: project.name, folder: use.folder, names: 1, candidates })
        } else {
          known.names++
        }
      }
      if (isBroken(use)) {
        const { folder, outside, sites } = use
        broken.push({ project: project.name, folder, outside, sites, candidates })
      }
    }
  }
  return {
    packages: [...packages]
      .flatMap(([name, sides]) => conflictOf(name, sides, names) ?? [])
      .toSorted((left, right) => (left.package < right.package ? -1 : 1)),
    checkouts: checkoutsOf(projects),
    broken,
  }
}

interface PackageSides {
  readonly own: ProvidedPackage[]
  readonly installed: ProvidedPackage[]
  readonly uses: Map<
    string,
    { project: string; folder: string; names: number; candidates: readonly ConflictCandidate[] }
  >
}

function conflictOf(
  name: string,
  { own, installed, uses }: PackageSides,
  names: ReadonlyMap<number, string>,
): PackageConflict | undefined {
  const versions = Map.groupBy(installed, ({ version }) => version)
  const isShared = new Set(own.map(({ project }) => project)).size > 1
  if (!isShared && versions.size < 2 && uses.size === 0) return undefined
  return {
    package: name,
    projects: own.map(({ project, folder = '', version }) => ({ project: names.get(project) ?? '', folder, version })),
    installed: [...versions].map(([version, places]) => ({
      version,
      projects: [...new Set(places.map(({ project }) => names.get(project) ?? ''))],
    })),
    ambiguous: [...uses.values()],
  }
}

function checkoutsOf(projects: readonly Project[]): Conflicts['checkouts'] {
  return [...Map.groupBy(projects, ({ identity }) => identity)]
    .filter(([, same]) => same.length > 1)
    .map(([identity, same]) => ({ identity, projects: same.map(({ name }) => name) }))
}

/** What the links of a use lead to, each project and version once. */
function candidatesOf(links: readonly UseLink[], names: ReadonlyMap<number, string>): readonly ConflictCandidate[] {
  const found = new Map<string, ConflictCandidate>()
  for (const { owner, reason } of links) {
    const project = owner.project === undefined ? undefined : names.get(owner.project)
    found.set(`${project} ${owner.version}`, { project, version: owner.version, reason })
  }
  return [...found.values()]
}

/**
 * Whether there is something to look through for what is imported, and nothing of that has it. Members of what is imported are
 * left out, as which type they are of is not always known; and so is what code without types exports when it runs.
 */
function isBroken({ links, package: name, outside }: Use): boolean {
  if (parseOutside(outside).path.length > 1 || name === '@types/node') return false
  return isNotThere(links)
}

/** Whether it is known that there is nothing of a name: what is installed decides, and where nothing is, what is likely to be meant. */
export function isNotThere(
  links: readonly {
    readonly symbol: unknown
    readonly confidence: UseLink['confidence']
    readonly reason: LinkReason
  }[],
): boolean {
  const installed = links.filter(({ reason }) => reason === 'installed' || reason === 'linked')
  const deciding = installed.length > 0 ? installed : links
  const sure = deciding.filter(({ confidence }) => confidence !== 'ambiguous')
  return sure.length > 0 && sure.every(({ symbol }) => symbol === undefined)
}
