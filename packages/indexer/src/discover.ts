import { lstatSync, realpathSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { languageOf } from '@forge/lang'
import { compareDiagnostics, compareText, type Diagnostic } from './diagnostic.ts'
import { listGitFiles } from './git-files.ts'
import { IgnoreRules } from '@forge/watch/ignore'
import { RootNotDirectoryError, RootNotFoundError, RootUnreadableError } from './index-errors.ts'
import { parentOf } from './project-paths.ts'
import {
  addIgnoreFile,
  errorCode,
  isMissing,
  nestedRepository,
  neverIndexed,
  unreadable,
  walkFiles,
} from './walk-files.ts'

/** A file of the project, as the file system describes it. */
export interface DiscoveredFile {
  /** Relative to the project, with `/`. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch, with fractions. */
  readonly modified: number
}

/** The files of a project. */
export interface Discovery {
  /** The project's folder, absolute, without links. */
  readonly root: string
  /** All files of the project, sorted by path by code unit. */
  readonly files: readonly DiscoveredFile[]
  /** Those in a language Forge knows, in the same order. */
  readonly sources: readonly DiscoveredFile[]
  /** Links to files and folders of the project: where each leads, by its path. */
  readonly links: ReadonlyMap<string, string>
  readonly diagnostics: readonly Diagnostic[]
}

/** Files looked at before other tasks of the event loop get their turn. */
const statChunk = 512

/**
 * Lists the files of a project: in a git work tree those that git tracks or would add, elsewhere those
 * that `.gitignore` files leave in; in both, `.forgeignore` files leave out more.
 *
 * `.git`, `.forge` and `node_modules` are never part of it. Links are not followed: what they lead to is
 * listed under its own path. Submodules are part of the project, other repositories inside it are not.
 *
 * @throws RootNotFoundError `FORGE_ROOT_NOT_FOUND`, RootNotDirectoryError `FORGE_ROOT_NOT_DIRECTORY`,
 * RootUnreadableError `FORGE_ROOT_UNREADABLE`
 */
export async function discover(root: string, options: { readonly signal?: AbortSignal } = {}): Promise<Discovery> {
  const { signal } = options
  signal?.throwIfAborted()
  const realRoot = await openRoot(root)
  const found: Found = {
    root: realRoot,
    files: [],
    links: new Map(),
    folders: [],
    unlinked: new Map(),
    diagnostics: [],
    signal,
  }
  const listing = await listGitFiles(realRoot, signal)
  if (listing.kind === 'listed') {
    await addGitFiles(found, listing.entries)
  } else {
    if (listing.kind === 'failed') {
      const message = `Walked instead of asking git: ${listing.reason}`
      found.diagnostics.push({ path: '.', code: 'git-failed', message })
    }
    await addWalkedFiles(found, '', new IgnoreRules(), listing.kind === 'no-repository')
  }
  const files = found.files.toSorted((a, b) => compareText(a.path, b.path))
  const sources = files.filter((file) => languageOf(file.path) !== undefined)
  const diagnostics = found.diagnostics.toSorted(compareDiagnostics)
  return { root: realRoot, files, sources, links: found.links, diagnostics }
}

/**
 * Looks again at some files of a project that was discovered before.
 *
 * @returns undefined where one of them is no source file of it any more, or never was: then all of it has to be discovered.
 */
export function discoverAgain(before: Discovery, changed: ReadonlySet<string>): Discovery | undefined {
  const found = new Map<string, DiscoveredFile>()
  const known = new Set(before.sources.filter((file) => changed.has(file.path)).map((file) => file.path))
  if (known.size !== changed.size) return undefined
  for (const path of changed) {
    try {
      const stats = lstatSync(join(before.root, path), { throwIfNoEntry: false })
      if (stats?.isFile() !== true) return undefined
      found.set(path, { path, size: stats.size, modified: stats.mtimeMs })
    } catch {
      return undefined
    }
  }
  const look = (file: DiscoveredFile): DiscoveredFile => found.get(file.path) ?? file
  return { ...before, files: before.files.map((file) => look(file)), sources: before.sources.map((file) => look(file)) }
}

/** What discovery has found so far. */
interface Found {
  readonly root: string
  readonly files: DiscoveredFile[]
  readonly links: Map<string, string>
  /** Paths of a listing that are folders. */
  readonly folders: string[]
  /** Whether a folder is reached without a link. */
  readonly unlinked: Map<string, boolean>
  readonly diagnostics: Diagnostic[]
  readonly signal: AbortSignal | undefined
}

async function addGitFiles(found: Found, listing: readonly string[]): Promise<void> {
  const report = (diagnostic: Diagnostic): number => found.diagnostics.push(diagnostic)
  const entries = listing.filter((entry) => !isNeverIndexed(entry))
  const rules = new IgnoreRules()
  const ignoreFiles = entries.filter((path) => path.endsWith('/.forgeignore')).toSorted(compareText)
  for (const path of ['.forgeignore', ...ignoreFiles]) await addIgnoreFile(rules, found.root, path, report)
  const paths: string[] = []
  for (const entry of entries) {
    if (!entry.endsWith('/')) {
      if (!rules.ignoresFile(entry)) paths.push(entry)
    } else if (!rules.ignoresFolder(entry.slice(0, -1))) {
      report(nestedRepository(entry.slice(0, -1)))
    }
  }
  await addPaths(found, paths)
  const submodules = found.folders.filter((folder) => !rules.ignoresFolder(folder))
  for (const submodule of submodules) await addWalkedFiles(found, submodule, rules, true)
}

async function addWalkedFiles(
  found: Found,
  start: string,
  rules: IgnoreRules,
  enterRepositories: boolean,
): Promise<void> {
  const { root, signal } = found
  const report = (diagnostic: Diagnostic): number => found.diagnostics.push(diagnostic)
  await addPaths(found, await walkFiles(root, { start, rules, enterRepositories, report, signal }))
}

async function addPaths(found: Found, paths: readonly string[]): Promise<void> {
  const report = (diagnostic: Diagnostic): number => found.diagnostics.push(diagnostic)
  for (const [index, path] of paths.entries()) {
    if (index % statChunk === statChunk - 1) {
      await setImmediate()
      found.signal?.throwIfAborted()
    }
    if (!isUnlinked(found, parentOf(path))) continue
    try {
      const stats = lstatSync(join(found.root, path), { throwIfNoEntry: false })
      if (stats?.isFile() === true) found.files.push({ path, size: stats.size, modified: stats.mtimeMs })
      else if (stats?.isSymbolicLink() === true) followLink(found.root, path, found.links, report)
      else if (stats?.isDirectory() === true) found.folders.push(path)
      else if (stats === undefined && path.includes('\uFFFD')) report(namelessFile(path))
    } catch (error) {
      if (!isMissing(error)) report(unreadable(path, error))
    }
  }
}

/**
 * The folder, absolute and without symbolic links.
 *
 * @throws RootNotFoundError, RootNotDirectoryError, RootUnreadableError
 */
export async function openRoot(root: string): Promise<string> {
  const absolute = resolve(root)
  try {
    const stats = await stat(absolute)
    if (!stats.isDirectory()) throw new RootNotDirectoryError(absolute)
    return await realpath(absolute)
  } catch (error) {
    if (error instanceof RootNotDirectoryError) throw error
    if (errorCode(error) === 'ENOTDIR') throw new RootNotDirectoryError(absolute)
    if (isMissing(error)) throw new RootNotFoundError(absolute, error)
    throw new RootUnreadableError(absolute, error)
  }
}

type Report = (diagnostic: Diagnostic) => void

/** Whether a folder is reached without a link: git still lists what was in a folder that a link has replaced. */
function isUnlinked(found: Found, folder: string): boolean {
  if (folder === '') return true
  let unlinked = found.unlinked.get(folder)
  if (unlinked === undefined) {
    unlinked = isUnlinked(found, parentOf(folder)) && isFolder(join(found.root, folder))
    found.unlinked.set(folder, unlinked)
  }
  return unlinked
}

function isNeverIndexed(path: string): boolean {
  return path.split('/').some((name) => neverIndexed.has(name) || name === '..')
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch {
    return false
  }
}

/** Notes where a link leads. Only one that names a source file or leads to a folder is worth a diagnostic. */
function followLink(root: string, path: string, links: Map<string, string>, report: Report): void {
  const isSource = languageOf(path) !== undefined
  let target: string
  try {
    target = realpathSync.native(join(root, path))
  } catch (error) {
    if (isSource || errorCode(error) === 'ELOOP') {
      report({ path, code: 'link-broken', message: `A link that leads nowhere (${errorCode(error)})` })
    }
    return
  }
  const inside = relative(root, target).split(sep).join('/')
  if (inside === '..' || inside.startsWith('../') || resolve(inside) === inside) {
    if (isSource || isFolder(target)) {
      report({ path, code: 'link-outside', message: 'A link that leads out of the project; it is not followed' })
    }
  } else {
    links.set(path, inside)
  }
}

function namelessFile(path: string): Diagnostic {
  return { path, code: 'unreadable', message: 'Its name is not text in UTF-8' }
}
