import { posix } from 'node:path'
import type { EntryPoint } from '@forge/graph'
import { isRecord } from './config-files.ts'
import type { Package } from './workspaces.ts'

/** The indexed file that a target of a package leads to, its source where the target is built. */
type Locate = (member: Package, target: string) => string | undefined

/** Fields of a `package.json` that name what others import. */
const libraryFields = ['source', 'types', 'typings', 'module', 'main', 'browser', 'svelte']

/** Files that tools find by their names: what they export is for the tool. */
const conventions: readonly { readonly pattern: RegExp; readonly reason: string; readonly exports: boolean }[] = [
  { pattern: /\.(?:test|spec|test-d|bench|e2e|cy)\.[cm]?[jt]sx?$/, reason: 'test', exports: false },
  { pattern: /(?:^|\/)(?:__tests__|tests?|specs?|e2e|cypress)\//, reason: 'test', exports: false },
  { pattern: /\.stories\.[cm]?[jt]sx?$/, reason: 'story', exports: true },
  { pattern: /(?:^|\/)[^/]*\.(?:config|workspace|setup)\.[cm]?[jt]s$/, reason: 'configuration', exports: true },
  { pattern: /(?:^|\/)\.[^/]+rc\.[cm]?[jt]s$/, reason: 'configuration', exports: true },
]

/**
 * The files of a project that are run or imported from outside it: what packages export and name in `main`, `bin` and
 * the like, what their scripts run, tests and configuration by their names, and what `forge.entryPoints` of a
 * `package.json` names: globs relative to its folder. A file may be one for several reasons.
 */
export function findEntryPoints(
  packages: readonly Package[],
  paths: Iterable<string>,
  locate: Locate,
): readonly EntryPoint[] {
  const found: EntryPoint[] = []
  const indexed = [...paths]
  const known = new Set(indexed)
  for (const member of packages) {
    const { json, folder } = member
    const name = member.name ?? (folder === '' ? 'the project' : folder)
    const add = (target: unknown, reason: string, exports: boolean): void => {
      const path = typeof target === 'string' ? locate(member, target) : undefined
      if (path !== undefined) found.push({ path, reason: `${reason} of ${name}`, exports })
    }
    for (const field of libraryFields) add(json[field], field, true)
    for (const target of textsIn(json['exports'])) {
      if (!target.includes('*')) add(target, 'exports', true)
      else for (const path of filesOfPattern(target, folder, indexed)) add(path, 'exports', true)
    }
    for (const target of textsIn(json['bin'])) add(target, 'bin', false)
    for (const path of scriptFiles(json['scripts'], folder, known)) {
      found.push({ path, reason: `scripts of ${name}`, exports: false })
    }
    const own = isRecord(json['forge']) ? json['forge']['entryPoints'] : undefined
    for (const glob of textsIn(own)) {
      const pattern = posix.join(folder, glob)
      for (const path of indexed) {
        if (posix.matchesGlob(path, pattern))
          found.push({ path, reason: `forge.entryPoints of ${name}`, exports: true })
      }
    }
  }
  for (const path of indexed) {
    const convention = conventions.find(({ pattern }) => pattern.test(path))
    if (convention !== undefined) found.push({ path, reason: convention.reason, exports: convention.exports })
  }
  return found
}

export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : []
}

/** The targets that `./dist/*.js` stands for: one for each file of the package that is one, or may be built into one. */
export function filesOfPattern(target: string, folder: string, indexed: readonly string[]): readonly string[] {
  const star = target.indexOf('*')
  const before = posix.normalize(target.slice(0, star))
  const after = target.slice(star + 1)
  const prefix = folder === '' ? '' : `${folder}/`
  const built = before.slice(before.indexOf('/') + 1)
  const roots = [before, `src/${built}`, built]
  return indexed.flatMap((path) => {
    if (!path.startsWith(prefix)) return []
    const bare = path.slice(prefix.length).replace(/\.[^./]+$/, '')
    const root = roots.find((each) => bare.startsWith(each))
    return root === undefined
      ? []
      : [`./${before}${bare.slice(root.length)}${after === '' ? posix.extname(path) : after}`]
  })
}

/** The files that the commands of scripts name. */
function scriptFiles(scripts: unknown, folder: string, known: ReadonlySet<string>): readonly string[] {
  const files = textsIn(scripts).flatMap((command) =>
    command.split(/[\s"'`;&|=()]+/).flatMap((word) => {
      if (!/\.[cm]?[jt]sx?$/.test(word)) return []
      const path = posix.join(folder, word)
      return known.has(path) ? [path] : []
    }),
  )
  return [...new Set(files)]
}
