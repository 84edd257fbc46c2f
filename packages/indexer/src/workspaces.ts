import { posix } from 'node:path'
import { isRecord, type ConfigFiles } from './config-files.ts'
import type { Diagnostic } from './diagnostic.ts'
import { baseName, parentOf, upwards, within } from './project-paths.ts'

/** A folder with a `package.json`. */
export interface Package {
  /** Relative to the project; empty for the project itself. */
  readonly folder: string
  readonly name: string | undefined
  readonly json: Readonly<Record<string, unknown>>
}

/** The packages of a project, and which of them may import which by name. */
export class Packages {
  readonly #files: ConfigFiles
  readonly #folders: string[] = []
  readonly #packages = new Map<string, Package | undefined>()
  /** For each workspace root its members by name. */
  readonly #workspaces = new Map<string, ReadonlyMap<string, Package>>()
  readonly #diagnostics: Diagnostic[] = []

  /** `paths` are all files of the project, sorted. */
  constructor(files: ConfigFiles, paths: Iterable<string>) {
    this.#files = files
    const folders = this.#folders
    const roots = new Set<string>()
    for (const path of paths) {
      const name = baseName(path)
      if (name === 'package.json') folders.push(parentOf(path))
      else if (name === 'pnpm-workspace.yaml') roots.add(parentOf(path))
    }
    for (const folder of folders) if (this.#at(folder)?.json['workspaces'] !== undefined) roots.add(folder)
    for (const root of roots) this.#workspaces.set(root, this.#members(root, folders))
  }

  /** All packages, by folder. */
  get all(): readonly Package[] {
    return this.#folders.flatMap((folder) => this.#at(folder) ?? [])
  }

  /** Package names that more than one member of a workspace has. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics
  }

  /** The package that holds the folder. */
  around(folder: string): Package | undefined {
    for (const at of upwards(folder)) if (this.#files.has(within(at, 'package.json'))) return this.#at(at)
    return undefined
  }

  /** The package that a bare name means in the folder: the package itself, or a member of a workspace around it. */
  named(name: string, folder: string): Package | undefined {
    const own = this.around(folder)
    if (own?.name === name) return own
    for (const at of upwards(folder)) {
      const member = this.#workspaces.get(at)?.get(name)
      if (member !== undefined) return member
    }
    return undefined
  }

  #at(folder: string): Package | undefined {
    if (this.#packages.has(folder)) return this.#packages.get(folder)
    const json = this.#files.json(within(folder, 'package.json'))
    const name = json?.['name']
    const found = json && { folder, json, name: typeof name === 'string' && name !== '' ? name : undefined }
    this.#packages.set(folder, found)
    return found
  }

  #members(root: string, folders: readonly string[]): ReadonlyMap<string, Package> {
    const pnpm = within(root, 'pnpm-workspace.yaml')
    const patterns = this.#files.has(pnpm) ? this.#files.yaml(pnpm)?.['packages'] : this.#at(root)?.json['workspaces']
    const isMember = memberTest(isRecord(patterns) ? patterns['packages'] : patterns)
    const members = new Map<string, Package>()
    for (const folder of folders) {
      if (root !== '' && folder !== root && !folder.startsWith(`${root}/`)) continue
      if (folder !== root && !isMember(root === '' ? folder : folder.slice(root.length + 1))) continue
      const found = this.#at(folder)
      if (found?.name === undefined) continue
      const first = members.get(found.name)
      if (first === undefined) {
        members.set(found.name, found)
      } else {
        const message = `The name ${found.name} already means the package in ${first.folder || 'the project itself'}`
        this.#diagnostics.push({ path: within(folder, 'package.json'), code: 'duplicate-package', message })
      }
    }
    return members
  }
}

function memberTest(patterns: unknown): (folder: string) => boolean {
  const globs = (Array.isArray(patterns) ? patterns : []).filter((pattern) => typeof pattern === 'string')
  const cleaned = globs.map((glob) => glob.replace(/^(!?)(?:\.\/)?(.*?)\/*$/, '$1$2'))
  const wanted = cleaned.filter((glob) => !glob.startsWith('!'))
  const unwanted = cleaned.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1))
  return (folder) =>
    wanted.some((glob) => posix.matchesGlob(folder, glob)) && !unwanted.some((glob) => posix.matchesGlob(folder, glob))
}
