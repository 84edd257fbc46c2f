import path from 'node:path'
import { createInstalledFinder, type FindInstalled, type InstalledAt, isInside, stampOfFiles } from '@forge/indexer'
import type { KnownInstall, Project } from '@forge/projects'

/** What a package means where it is imported. */
export interface InstallPlace {
  /** The folder that is read for it: its own, or that of its types where it has none itself; empty where there is neither. */
  readonly location: string
  /** Of the package itself; empty where it is not installed. */
  readonly version: string
  /** A text that is another one when the `package.json` that is there may have changed. */
  readonly stamp: string
  /** The project that the folder is of, where it is that of another project and no copy. */
  readonly linked: number | undefined
}

/** Finds what packages mean in one project. It looks at each place once. */
export class InstallPlaces {
  readonly #project: Project
  readonly #projects: readonly Project[]
  readonly #find: FindInstalled = createInstalledFinder()
  readonly #stamps = new Map<string, string>()

  /** `projects` are all: what is installed may lead into one of them. */
  constructor(project: Project, projects: readonly Project[]) {
    this.#project = project
    this.#projects = projects
  }

  /** What a package means in a folder: relative to the project, or absolute. */
  of(origin: string, name: string): InstallPlace {
    const at = this.#at(origin, name)
    const owner = at === undefined ? undefined : this.#ownerOf(at.location)
    if (at !== undefined && owner !== undefined && owner.id !== this.#project.id) {
      return { location: at.location, version: at.version, stamp: at.stamp, linked: owner.id }
    }
    const types = at?.typed === true || name.startsWith('@types/') ? undefined : this.#at(origin, typesOf(name))
    const read = types ?? at
    return {
      location: read?.location ?? '',
      version: at?.version ?? '',
      stamp: [at, types].map((each) => each?.stamp ?? '').join('|'),
      linked: undefined,
    }
  }

  /** Whether a package means what it meant, and none of its files that were read has changed. */
  isStill({ origin, name, location, version, stamp, linked, files }: KnownInstall): boolean {
    const now = this.of(origin, name)
    return (
      now.location === location &&
      now.version === version &&
      this.stampOf(now, files) === stamp &&
      (now.linked ?? null) === linked
    )
  }

  /** What is kept of a place, to tell whether what was read there may have changed. */
  stampOf({ location, stamp }: InstallPlace, files: readonly string[]): string {
    if (files.length === 0) return stamp
    const key = [location, ...files].join('\0')
    let stamped = this.#stamps.get(key)
    if (stamped === undefined) this.#stamps.set(key, (stamped = stampOfFiles(location, files)))
    return `${stamp} ${stamped}`
  }

  #at(origin: string, name: string): InstalledAt | undefined {
    const at = this.#find(path.resolve(this.#project.root, origin), name)
    if (at === undefined || !at.leadsOut) return at
    // A link that leads to anywhere is not followed: what is indexed is not trusted.
    const isTrusted = isInside(at.location, this.#project.root) || this.#ownerOf(at.location) !== undefined
    return isTrusted ? at : undefined
  }

  /** The project whose own a folder is: in it, and not installed there. */
  #ownerOf(location: string): Project | undefined {
    let owner: Project | undefined
    for (const project of this.#projects) {
      if (isInside(location, project.root) && project.root.length >= (owner?.root.length ?? 0)) owner = project
    }
    const isCopy = owner !== undefined && path.relative(owner.root, location).split(path.sep).includes('node_modules')
    return isCopy ? undefined : owner
  }
}

function typesOf(name: string): string {
  return `@types/${name.replace(/^@([^/]+)\//, '$1__')}`
}
