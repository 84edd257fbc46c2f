import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cachedFolder } from '../cache-folder.ts'
import type { InstalledPeer } from '../peer-install.ts'
import { fetchPinnedPackage, type PinnedPackage } from '../pinned-package.ts'

const version = '2.0.159'

/** The SDK and its native part for Linux on x64. What else it names as dependencies is only loaded by what is not measured. */
const packages: readonly PinnedPackage[] = [
  {
    name: '@memvid/sdk',
    version,
    integrity: 'sha512-EPWHh0sE7YbKzm2z35C1OKHXFnLDPFO3k8pJ0WlrQj9U+4EExxpGhk/bTlf70ywE0CFngoKAvCbErACwzay6xw==',
  },
  {
    name: '@memvid/sdk-linux-x64-gnu',
    version,
    integrity: 'sha512-jpPGDTvoFgLO/leg3zL3ae5Rs79B1rPfDMgryD6ZXJfpCqjydZMHUYEBxjMJcgoR7gj2CaWDAMWK4cVb8lPqdg==',
  },
]

/**
 * `@memvid/sdk`, without its hundreds of dependencies; fetched once.
 *
 * @throws {BenchSetupError} it could not be had.
 * @throws {BenchIntegrityError} what came is not what is pinned.
 */
export async function installMemvid(signal: AbortSignal): Promise<InstalledPeer> {
  const folder = await cachedFolder(`memvid-${version}`, async (target) => {
    for (const pinned of packages) {
      const to = join(target, 'node_modules', pinned.name)
      mkdirSync(dirname(to), { recursive: true })
      cpSync(await fetchPinnedPackage(pinned, signal), to, { recursive: true })
    }
  })
  return { folder, versions: { '@memvid/sdk': version } }
}
