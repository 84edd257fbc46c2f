import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, isAbsolute, sep } from 'node:path'
import { isRecord } from './config-files.ts'
import { digest } from './index-state.ts'
import { readRegularFile } from './read-regular-file.ts'

/** Where a package is installed. */
export interface InstalledAt {
  /** Its folder, absolute, without links. */
  readonly location: string
  /** Empty where its `package.json` says none. */
  readonly version: string
  /** Whether it says that it has types, or has those of its first file. */
  readonly typed: boolean
  /** A text that is another one when its `package.json` may have changed. */
  readonly stamp: string
  /** Whether a link led out of the folder that holds the `node_modules` it is in. */
  readonly leadsOut: boolean
}

/** A `package.json` is read up to this size, in bytes. */
const largestManifest = 1_000_000

/** Finds what an import of a package means in a folder, which is absolute. */
export type FindInstalled = (folder: string, name: string) => InstalledAt | undefined

/**
 * Makes what finds out where packages are installed, as Node.js does ("Loading from node_modules folders" of its manual): in the `node_modules` of the
 * folder, or of the nearest folder above that has the package. It looks at each place once.
 */
export function createInstalledFinder(): FindInstalled {
  const known = new Map<string, InstalledAt | undefined>()

  function lookOnce(holder: string, name: string): InstalledAt | undefined {
    const key = `${holder}\0${name}`
    if (!known.has(key)) known.set(key, look(holder, name))
    return known.get(key)
  }

  return (folder, name) => {
    if (!isPackageName(name)) return undefined
    for (let at = folder; ; at = dirname(at)) {
      const found = at.endsWith(`${sep}node_modules`) ? undefined : lookOnce(at, name)
      if (found !== undefined) return found
      if (dirname(at) === at) return undefined
    }
  }
}

/** A text that is another one when one of these files of a folder may have changed: by size and time. */
export function stampOfFiles(folder: string, paths: readonly string[]): string {
  const stamps = paths.map((path) => {
    const stats = statSync(join(folder, path), { throwIfNoEntry: false })
    return stats === undefined ? '' : `${stats.size} ${stats.mtimeMs}`
  })
  return digest(JSON.stringify(stamps))
}

/** Whether a path is in a folder, or is it. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

function look(holder: string, name: string): InstalledAt | undefined {
  try {
    const location = realpathSync.native(join(holder, 'node_modules', name))
    const manifest = readRegularFile(join(location, 'package.json'), largestManifest)
    if (manifest === undefined) return undefined
    const said = JSON.parse(Buffer.from(manifest.bytes).toString('utf8')) as unknown
    const { version, typed } = readManifest(isRecord(said) ? said : {})
    return {
      location,
      version,
      typed: typed || existsSync(join(location, 'index.d.ts')),
      stamp: `${manifest.size} ${manifest.modified}`,
      leadsOut: !isInside(location, realpathSync.native(holder)),
    }
  } catch {
    return undefined
  }
}

function readManifest(manifest: Readonly<Record<string, unknown>>): Pick<InstalledAt, 'version' | 'typed'> {
  const { version, exports = '' } = manifest
  const typed = 'types' in manifest || 'typings' in manifest || JSON.stringify(exports).includes('"types')
  return { version: typeof version === 'string' ? version : '', typed }
}

/** No part of it leads elsewhere. */
function isPackageName(name: string): boolean {
  return /^(?:@[^/\\:]+\/)?[^/\\:]+$/.test(name) && !name.split('/').some((part) => part === '.' || part === '..')
}
