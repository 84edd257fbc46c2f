import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoweredFile } from '@forge/lang'
import { lower } from '@forge/lang'
import { workspaceFolder } from '../../cache-folder.ts'

/** A file to be lowered. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** The files of a package; without one, few that need nothing that is fetched. */
export function sourcesIn(folder: string | null): readonly Source[] {
  if (folder === null || folder === '') return filesBelow(join(workspaceFolder, 'packages/pool/src'))
  const compiler = join(folder, 'lib/_tsc.js')
  if (!existsSync(compiler)) return filesBelow(join(folder, 'src'))
  return [{ path: '_tsc.js', text: readFileSync(compiler, 'utf8') }]
}

/** The functions of a file. */
export function lowered({ path, text }: Source): LoweredFile {
  return lower({ text, language: languageOf(path) })
}

export function languageOf(path: string): 'javascript' | 'tsx' | 'typescript' {
  return path.endsWith('.js') ? 'javascript' : path.endsWith('x') ? 'tsx' : 'typescript'
}

function filesBelow(folder: string): readonly Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
}
