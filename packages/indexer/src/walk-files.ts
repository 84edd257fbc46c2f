import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Diagnostic } from './diagnostic.ts'
import type { IgnoreRules } from '@forge/watch/ignore'
import { parentOf, within } from './project-paths.ts'

/** Folders that are never part of a project. */
export const neverIndexed: ReadonlySet<string> = new Set(['.git', '.forge', 'node_modules'])

/** Where to walk, and what to leave out. */
export interface WalkOptions {
  /** The folder, relative to the root; empty for the root itself. */
  readonly start: string
  readonly rules: IgnoreRules
  /** Whether folders with a `.git` of their own are walked. */
  readonly enterRepositories: boolean
  /** Whether ignore files on the way leave something out. Default true. */
  readonly heedIgnoreFiles?: boolean
  /** Takes what could not be read. */
  readonly report: (diagnostic: Diagnostic) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * The files and links under a folder that its `.gitignore` and `.forgeignore`
 * files leave in, relative to the root, in no order. Links are not followed.
 */
export async function walkFiles(root: string, options: WalkOptions): Promise<string[]> {
  const { start, rules, enterRepositories, heedIgnoreFiles = true, report, signal } = options
  const found: string[] = []
  const folders = [start]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal?.throwIfAborted()
    const entries = await list(root, folder, report)
    if (folder !== start && !enterRepositories && entries.some((entry) => entry.name === '.git')) {
      report(nestedRepository(folder))
      continue
    }
    for (const name of heedIgnoreFiles ? ['.gitignore', '.forgeignore'] : []) {
      if (entries.some((entry) => entry.name === name && entry.isFile())) {
        await addIgnoreFile(rules, root, within(folder, name), report)
      }
    }
    for (const entry of entries) {
      const path = within(folder, entry.name)
      if (entry.isDirectory()) {
        if (!neverIndexed.has(entry.name) && !rules.ignoresFolder(path)) folders.push(path)
      } else if ((entry.isFile() || entry.isSymbolicLink()) && !neverIndexed.has(entry.name)) {
        if (!rules.ignoresFile(path)) found.push(path)
      }
    }
  }
  return found
}

/** Adds an ignore file to the rules; one that cannot be read is reported. */
export async function addIgnoreFile(
  rules: IgnoreRules,
  root: string,
  path: string,
  report: (diagnostic: Diagnostic) => void,
): Promise<void> {
  try {
    rules.add(parentOf(path), await readFile(join(root, path), 'utf8'))
  } catch (error) {
    if (!isMissing(error)) report(unreadable(path, error))
  }
}

/** The diagnostic of a repository inside the project that is none of its submodules. */
export function nestedRepository(path: string): Diagnostic {
  return {
    path,
    code: 'nested-repository',
    message: 'A repository of its own, which the project does not track; index it by itself',
  }
}

/** The diagnostic of what cannot be opened. */
export function unreadable(path: string, error: unknown): Diagnostic {
  return { path: path || '.', code: 'unreadable', message: `Cannot be read (${errorCode(error)})` }
}

/** Whether the error says that a file is not there. */
export function isMissing(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** The code of a system error, such as `EACCES`. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}

async function list(root: string, folder: string, report: (diagnostic: Diagnostic) => void): Promise<Dirent[]> {
  try {
    return await readdir(join(root, folder), { withFileTypes: true })
  } catch (error) {
    if (!isMissing(error)) report(unreadable(folder, error))
    return []
  }
}
