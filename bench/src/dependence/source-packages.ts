import { effectPackage } from '../corpus.ts'
import type { InstalledPeer } from '../peer-install.ts'
import { fetchPinnedPackage, type PinnedPackage } from '../pinned-package.ts'

const packages: Readonly<Record<string, PinnedPackage>> = {
  effect: effectPackage,
  typescript: {
    name: 'typescript',
    version: '5.9.3',
    integrity: 'sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==',
  },
}

/** Fetches a package whose sources are lowered, once. It is what a side reads, no other way to do its work: its version is no version of the side. */
export async function fetchSources(name: string, signal: AbortSignal): Promise<InstalledPeer> {
  return { folder: await fetchPinnedPackage(packages[name]!, signal), versions: {} }
}
