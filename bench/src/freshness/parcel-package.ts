import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cachedFolder } from '../cache-folder.ts'
import type { InstalledPeer } from '../peer-install.ts'
import { fetchPinnedPackage, type PinnedPackage } from '../pinned-package.ts'

const version = '2.6.0'

/** The watcher, its native part for Linux on x64, and what both need. */
const packages: readonly PinnedPackage[] = [
  {
    name: '@parcel/watcher',
    version,
    integrity: 'sha512-7FNeNl8NCE7aINx7WXiKQrPYZWC/hvrTsmk6zmxbI7LTXE7hVek/n8AfVgpe2y82zl3w0HvCHN0bVKMBoJcC0w==',
  },
  {
    name: '@parcel/watcher-linux-x64-glibc',
    version,
    integrity: 'sha512-ulGE6x6Oz6iAwg75T8YQSoguBWasniIbX+QWpaYPcCnDOpdWX3k+4xbEYPZVLxOuoJI+svJJPD3sEj8G7lrQ3A==',
  },
  {
    name: 'picomatch',
    version: '4.0.7',
    integrity: 'sha512-qcJu88Q2IWqJsDD529JKMdwGm/dvInW4HvQnRwiH9JtihJvzGOscDtHE3x1pBKeUOTysQ8kVmLnJ2kJu7yhcGA==',
  },
  {
    name: 'is-glob',
    version: '4.0.3',
    integrity: 'sha512-xelSayHH36ZgE7ZWhli7pW34hNbNl8Ojv5KVmkJD4hBdD3th8Tfk9vYasLM+mXWOZhFkgZfxhLSnrwRr4elSSg==',
  },
  {
    name: 'is-extglob',
    version: '2.1.1',
    integrity: 'sha512-SbKbANkN603Vi4jEZv49LeVJMn4yGwsbzZworEoyEiutsN3nJYdbO36zfhGJ6QEDpOZIFkDtnq5JRxmvl3jsoQ==',
  },
  {
    name: 'detect-libc',
    version: '2.1.2',
    integrity: 'sha512-Btj2BOOO83o3WyH59e8MgXsxEQVcarkUOpEYrubB0urwnN10yQ364rsiByU11nZlqWYZm05i/of7io4mzihBtQ==',
  },
]

/**
 * `@parcel/watcher`; fetched once.
 *
 * @throws {BenchSetupError} it could not be had.
 * @throws {BenchIntegrityError} what came is not what is pinned.
 */
export async function installParcelWatcher(signal: AbortSignal): Promise<InstalledPeer> {
  const folder = await cachedFolder(`parcel-watcher-${version}`, async (target) => {
    for (const pinned of packages) {
      const to = join(target, 'node_modules', pinned.name)
      mkdirSync(dirname(to), { recursive: true })
      cpSync(await fetchPinnedPackage(pinned, signal), to, { recursive: true })
    }
  })
  return { folder, versions: { '@parcel/watcher': version } }
}
