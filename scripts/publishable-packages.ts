import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The members of a `package.json` that the checks of the workspace read. */
export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  /** What need not be installed, where `peerDependenciesMeta` says so. */
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** A package of the workspace that is published to npm. */
export interface PublishablePackage {
  /** The folder's own name, `pool` for `packages/pool`. */
  readonly short: string
  readonly name: string
  /** Absolute path. */
  readonly folder: string
  readonly manifest: Manifest
}

/** The packages below `packages/` and `apps/` that are not private, by name. */
export function publishablePackages(root: string): readonly PublishablePackage[] {
  return ['packages', 'apps']
    .flatMap((parent) => readdirSync(join(root, parent)).map((short) => ({ short, folder: join(root, parent, short) })))
    .filter(({ folder }) => existsSync(join(folder, 'package.json')))
    .map(({ short, folder }) => {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
      return { short, name: manifest.name, folder, manifest }
    })
    .filter(({ manifest }) => manifest.private !== true)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
