import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BenchIntegrityError } from './bench-errors.ts'
import { benchFolder, cachedFolder } from './cache-folder.ts'
import { npm } from './npm.ts'
import type { Prepared } from './systems/system.ts'

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>
}

/**
 * Installs the peer that `bench/peers/NAME` pins, once, and gives the one executable it is asked for.
 *
 * Each installed package, dependencies too, must be in that folder's lock file with the same integrity. `npm ci`
 * would refuse where a registry lacks the builds for other platforms, so this is `npm install` and a check after it.
 *
 * @throws {BenchSetupError} npm could not install it.
 * @throws {BenchIntegrityError} something installed is not what is pinned, or something pinned is missing.
 */
export async function installPeer(name: string, executable: string, signal: AbortSignal): Promise<Prepared> {
  const pins = join(benchFolder, 'peers', name)
  const lockText = readFileSync(join(pins, 'package-lock.json'), 'utf8')
  const pinned = JSON.parse(lockText) as Lockfile
  const version = pinned.packages[`node_modules/@${name}/codegraph`]?.version
  const folder = await cachedFolder(`peer-${name}-${version}`, async (target) => {
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(pins, file), join(target, file))
    await npm({ args: ['install'], cwd: target, signal })
    verifyInstalled(readFileSync(join(target, 'node_modules/.package-lock.json'), 'utf8'), pinned)
  })
  return { program: join(folder, 'node_modules/.bin', executable), version }
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
