import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { git, isInRepository } from './git-process.ts'

/** What git says about a folder: its entries, or why it cannot say. */
export type GitListing =
  | { readonly kind: 'listed'; readonly entries: readonly string[] }
  | { readonly kind: 'no-repository' }
  | { readonly kind: 'failed'; readonly reason: string }

/**
 * The files git tracks in the folder and those it neither tracks nor ignores,
 * relative to it, in no order. A path that ends in `/` is a repository of its own.
 */
export async function listGitFiles(root: string, signal?: AbortSignal): Promise<GitListing> {
  if (!isInRepository(root)) return { kind: 'no-repository' }
  const listing = await git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], signal)
  if (typeof listing === 'string') return { kind: 'failed', reason: listing }
  const entries = [...new Set(listing.toString('utf8').split('\0'))].filter((entry) => entry !== '')
  // A folder that an outer repository ignores as a whole is a project of its own.
  if (entries.length === 0 && !existsSync(join(root, '.git'))) return { kind: 'no-repository' }
  return { kind: 'listed', entries }
}
