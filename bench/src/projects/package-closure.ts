import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type InstalledPeer, installPeer } from '../peer-install.ts'

/** Packages of npm that depend on each other, as `bench/peers` pins them. */
export const closureName = 'fastify-pino'

/** Installs them, once: a folder with a `node_modules`. */
export function fetchClosure(signal: AbortSignal): Promise<InstalledPeer> {
  return installPeer(closureName, signal)
}

/** A project that is a copy of an installed package. */
export interface PackageProject {
  /** Its name in npm: `@fastify/error`. */
  readonly name: string
  /** Its folder, absolute. */
  readonly root: string
}

/** Packages that hold the types of the platform, and are no projects. */
const platformTypes = /^(?:@types\/|undici-types$)/

/**
 * Writes into a folder the packages that are installed in another, and beside them a copy of each, without those that are installed in it: a project of its own,
 * which finds the packages in the `node_modules` above it.
 */
export function layOutProjects(installed: string, folder: string): readonly PackageProject[] {
  const packages = join(folder, 'node_modules')
  mkdirSync(folder, { recursive: true })
  cpSync(join(installed, 'node_modules'), packages, { recursive: true })
  return packageNames(packages)
    .filter((name) => !platformTypes.test(name))
    .map((name) => {
      const root = join(folder, 'projects', name.replace('/', '+'))
      cpSync(join(packages, name), root, { recursive: true, filter: (path) => basename(path) !== 'node_modules' })
      return { name, root }
    })
}

function packageNames(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(folder, name)).map((one) => `${name}/${one}`) : [name]))
    .toSorted()
}
