import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'

/** A file is read up to this size, in bytes. */
const largestFile = 512 * 1024

/** Files read before other tasks of the event loop get their turn. */
const chunk = 64

/** Configuration by its name: data, and code that tools find by its name. */
const configName = /rc$|\.(?:json|jsonc|json5|ya?ml|toml)$|(?:^|\.)(?:[\w-]*rc|config|setup)\.[cm]?[jt]s$/

/** Folders beside a `package.json` whose files say what is run. */
const scriptFolders = ['.husky', '.github/workflows']

/** What tools call their plug-ins in a configuration file of theirs: `import` for `eslint-plugin-import`. */
const shortNames: readonly (readonly [tool: string, name: RegExp])[] = [
  ['eslint', /^(?:(@[^/]+)\/)?eslint-(?:plugin|config)(?:-(.+))?$/],
  ['babel', /^(?:(@[^/]+)\/)?(?:babel-)?(?:plugin|preset)-(.+)$/],
]

/** What scripts and configuration files say, read once for each folder. */
export class Mentions {
  readonly #root: string
  readonly #configs = new Map<string, readonly ConfigText[]>()

  constructor(root: string) {
    this.#root = root
  }

  /** Whether those of a folder name a package, or a program that it installs at a location; empty for none. */
  has(folder: string, name: string, location: string): boolean {
    const words = [name, ...(location === '' ? [] : programsOf(location, name))]
    return this.#of(folder).some(({ file, text }) =>
      [...words, ...shortNamesIn(file, name)].some((word) => wordIn(text, word)),
    )
  }

  #of(folder: string): readonly ConfigText[] {
    let configs = this.#configs.get(folder)
    if (configs === undefined) this.#configs.set(folder, (configs = configsIn(path.join(this.#root, folder))))
    return configs
  }
}

/**
 * Those of some packages whose name stands in quotes in code: `jest.mock('x')`, `/// <reference types="x" />`.
 *
 * @param isFor says in which files a package is looked for
 */
export async function mentionedInCode<Needed extends { readonly name: string }>(
  root: string,
  files: Iterable<string>,
  packages: readonly Needed[],
  isFor: (one: Needed, file: string) => boolean,
): Promise<ReadonlySet<Needed>> {
  const found = new Set<Needed>()
  if (packages.length === 0) return found
  let read = 0
  for (const file of files) {
    const wanted = packages.filter((one) => !found.has(one) && isFor(one, file))
    if (wanted.length === 0) continue
    if (++read % chunk === 0) await setImmediate()
    const text = readSmall(path.join(root, file)) ?? ''
    for (const one of wanted) if (quotedIn(text, one.name)) found.add(one)
  }
  return found
}

/** What the `package.json` in a folder says; nothing where it cannot be read. */
export function manifestIn(folder: string): { readonly bin?: unknown; readonly peerDependencies?: unknown } {
  try {
    return (JSON.parse(readSmall(path.join(folder, 'package.json')) ?? '') as object | null) ?? {}
  } catch {
    return {}
  }
}

interface ConfigText {
  readonly file: string
  readonly text: string
}

/** A folder's configuration files; of `package.json` what is not a list of dependencies. */
function configsIn(folder: string): readonly ConfigText[] {
  const files = [
    ...namesIn(folder).filter((name) => configName.test(name) && !name.includes('lock')),
    ...scriptFolders.flatMap((inner) => namesIn(path.join(folder, inner)).map((name) => `${inner}/${name}`)),
  ]
  return files.flatMap((file) => {
    const text = readSmall(path.join(folder, file))
    if (text === undefined) return []
    return { file, text: file === 'package.json' ? withoutDependencies(text) : text }
  })
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function withoutDependencies(manifest: string): string {
  try {
    const kept = Object.entries(JSON.parse(manifest) as object).filter(
      ([field]) => !field.toLowerCase().includes('dependencies') && field !== 'name',
    )
    return JSON.stringify(Object.fromEntries(kept))
  } catch {
    return ''
  }
}

function programsOf(location: string, name: string): readonly string[] {
  const { bin } = manifestIn(location)
  if (typeof bin === 'string') return [name.replace(/^@[^/]+\//, '')]
  return typeof bin === 'object' && bin !== null ? Object.keys(bin) : []
}

function shortNamesIn(file: string, name: string): readonly string[] {
  return shortNames.flatMap(([tool, pattern]) => {
    const match = file.includes(tool) || file === 'package.json' ? pattern.exec(name) : null
    if (match === null) return []
    const [, scope, rest] = match
    return [scope, rest].filter((part) => part !== undefined).join('/')
  })
}

/** Whether a text has a word that is no part of a longer one. */
function wordIn(text: string, word: string): boolean {
  if (word === '') return false
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const around = `${text[at - 1] ?? ' '}${text[at + word.length] ?? ' '}`
    if (!/[\w@-]/.test(around)) return true
  }
  return false
}

/** Whether a text has a name in quotes, or the beginning of a path in it. */
function quotedIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (/["'`]/.test(text[at - 1] ?? '') && /["'`/]/.test(text[at + name.length] ?? '')) return true
  }
  return false
}

function readSmall(file: string): string | undefined {
  try {
    // What a link leads to is no file of the project.
    const stats = lstatSync(file)
    return stats.isFile() && stats.size <= largestFile ? readFileSync(file, 'utf8') : undefined
  } catch {
    return undefined
  }
}
