import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BenchIntegrityError } from './bench-errors.ts'
import { benchFolder, cachedFolder } from './cache-folder.ts'
import { npm } from './npm.ts'

type Versions = Readonly<Record<string, string>>

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly dependencies?: Versions }>>
}

/** Packages that were installed for a benchmark. */
export interface InstalledPeer {
  /** The folder with their `node_modules`. */
  readonly folder: string
  /** The version of each package that was asked for by name. */
  readonly versions: Versions
}

/** Installs the package of a name, and what is pinned with it, where it is not there yet. */
export type PeerInstaller = (name: string, signal: AbortSignal) => Promise<InstalledPeer>

/**
 * Installs the packages that `bench/peers/NAME` pins, once.
 *
 * Each installed package, dependencies too, must be in that folder's lock file with the same integrity. `npm ci`
 * would refuse where a registry lacks the builds for other platforms, so this is `npm install` and a check after it.
 *
 * @throws {BenchSetupError} npm could not install it.
 * @throws {BenchIntegrityError} something installed is not what is pinned, or something pinned is missing.
 */
export async function installPeer(name: string, signal: AbortSignal): Promise<InstalledPeer> {
  const pins = join(benchFolder, 'peers', name)
  const lockText = readFileSync(join(pins, 'package-lock.json'), 'utf8')
  const pinned = JSON.parse(lockText) as Lockfile
  const versions = pinned.packages['']?.dependencies ?? {}
  const folder = await cachedFolder(['peer', name, ...Object.values(versions)].join('-'), async (target) => {
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(pins, file), join(target, file))
    await npm({ args: ['install'], cwd: target, signal })
    verifyInstalled(readFileSync(join(target, 'node_modules/.package-lock.json'), 'utf8'), pinned)
  })
  return { folder, versions }
}

/** Both ways: npm leaves out an optional package without a word when its integrity is wrong or it cannot be had. */
function verifyInstalled(installedText: string, pinned: Lockfile): void {
  const installed = JSON.parse(installedText) as Lockfile
  const paths = new Set([...Object.keys(installed.packages), ...Object.keys(pinned.packages)])
  paths.delete('')
  for (const path of paths) {
    const found = installed.packages[path]?.integrity
    const expected = pinned.packages[path]?.integrity
    if (found !== undefined && found === expected) continue
    const state = found === undefined ? 'is pinned but was not installed' : 'was installed but is not what is pinned'
    throw new BenchIntegrityError(`${path} ${state}`, {
      hint: 'Check what the registry serves; on another platform, pin that platform’s build in package-lock.json',
      details: { path, found: found ?? null, pinned: expected ?? null },
    })
  }
}
