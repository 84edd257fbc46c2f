import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoweredFile } from '@forge/lang'
import { lower } from '@forge/lang'
import { workspaceFolder } from '../../cache-folder.ts'
import { effectSources } from '../../corpus.ts'
import { fetchPinnedPackage } from '../../pinned-package.ts'

/** A file to be lowered. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** The files of a side of the benchmark; `part` 0 is little, and needs nothing that is fetched. */
export async function sourcesOf(side: string, part: number): Promise<readonly Source[]> {
  const { signal } = new AbortController()
  if (part === 0) return sourcesIn(join(workspaceFolder, 'packages/pool/src'))
  if (side !== '_tsc.js') return sourcesIn(await effectSources(signal))
  const folder = await fetchPinnedPackage(
    {
      name: 'typescript',
      version: '5.9.3',
      integrity: 'sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==',
    },
    signal,
  )
  return [{ path: '_tsc.js', text: readFileSync(join(folder, 'lib/_tsc.js'), 'utf8') }]
}

/** The functions of a file. */
export function lowered({ path, text }: Source): LoweredFile {
  return lower({ text, language: path.endsWith('.js') ? 'javascript' : path.endsWith('x') ? 'tsx' : 'typescript' })
}

function sourcesIn(folder: string): readonly Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
}
