import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { languageOf } from '@forge/lang'
import type { Language } from '@forge/lang'

const store = join(import.meta.dirname, '../../../node_modules/.pnpm')
const LARGEST = 60_000

/** About `count` real source files of installed packages, spread over all of them, always in the same order. */
export function* sourceFiles(count: number): Generator<{ path: string; text: string; language: Language }> {
  const packages = readdirSync(store)
    .filter((name) => name.includes('@'))
    .toSorted()
  const each = Math.max(1, Math.floor(count / packages.length))
  let left = count
  for (const name of packages) {
    let taken = 0
    for (const path of sourcesOf(join(store, name, 'node_modules', nameOf(name)))) {
      if (left === 0 || taken === each) break
      const text = readFileSync(path, 'utf8')
      if (text.length > LARGEST) continue
      taken += 1
      left -= 1
      yield { path, text, language: languageOf(path)! }
    }
  }
}

function nameOf(folder: string): string {
  return folder
    .slice(0, folder.lastIndexOf('@', folder.indexOf('_') < 0 ? undefined : folder.indexOf('_')))
    .replace('+', '/')
}

function* sourcesOf(folder: string): Generator<string> {
  let entries
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules') yield* sourcesOf(path)
    else if (entry.isFile() && languageOf(path) !== undefined) yield path
  }
}
