import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { openRoot } from './discover.ts'
import { git, isInRepository } from './git-process.ts'

/** How to identify a project. */
export interface IdentifyOptions {
  readonly signal?: AbortSignal | undefined
}

/** What a project is, wherever it is. */
export interface ProjectIdentity {
  /** The folder, absolute and without symbolic links. */
  readonly root: string
  /**
   * `git:COMMIT:PACKAGE`; without a package, `git:COMMIT:` at the top of a repository and `git:COMMIT::FOLDER` below it; without a commit, `path:ROOT`.
   *
   * The first three are the same in each clone, wherever it is; the last one says only where the folder is.
   */
  readonly identity: string
  /** What the `package.json` in the folder says, if it names a package. */
  readonly packageName?: string
  /** The oldest of the commits without a parent that `HEAD` comes from; none in a shallow clone, which does not have it. */
  readonly rootCommit?: string
}

/** A `package.json` of more bytes is not read. */
const largestManifest = 2 ** 20

/** Not more than what npm takes; without what ends a part of an identity, or moves the cursor of a terminal. */
const packageName = /^[^\s:\p{C}]{1,214}$/u

/**
 * Says what the project in a folder is, so that it is known again when it was moved or cloned. Checkouts of one repository, and the folders of
 * one package in them, are the same; a fork is until it gets a package name of its own. What git cannot tell, or is not there to tell, is not an error.
 *
 * @throws RootNotFoundError `FORGE_ROOT_NOT_FOUND`, RootNotDirectoryError `FORGE_ROOT_NOT_DIRECTORY`, RootUnreadableError `FORGE_ROOT_UNREADABLE`, the reason of the signal
 */
export async function identifyProject(folder: string, { signal }: IdentifyOptions = {}): Promise<ProjectIdentity> {
  signal?.throwIfAborted()
  const root = await openRoot(folder)
  const [name, origin] = await Promise.all([readPackageName(root), findOrigin(root, signal)])
  const named = name === undefined ? {} : { packageName: name }
  if (origin === undefined) return { root, identity: `path:${root}`, ...named }
  const { rootCommit, below } = origin
  const place = name ?? (below === '' ? '' : `:${below}`)
  return { root, identity: `git:${rootCommit}:${place}`, ...named, rootCommit }
}

interface Origin {
  readonly rootCommit: string
  /** The folder, seen from the top of the work tree: without a `/` at its end, and empty at the top. */
  readonly below: string
}

async function findOrigin(root: string, signal: AbortSignal | undefined): Promise<Origin | undefined> {
  if (!isInRepository(root)) return undefined
  const about = await git(root, ['rev-parse', '--is-shallow-repository', '--show-prefix'], signal)
  if (typeof about === 'string') return undefined
  const [isShallow, ...prefix] = about.toString('utf8').split('\n')
  if (isShallow !== 'false') return undefined
  // What stands in for a commit in one clone (`git replace`) is not there in another.
  const roots = await git(
    root,
    ['--no-replace-objects', 'rev-list', '--max-parents=0', '--timestamp', 'HEAD', '--'],
    signal,
  )
  if (typeof roots === 'string') return undefined
  const rootCommit = oldest(roots.toString('latin1'))
  // A folder may have a line break in its name; git adds one at the end.
  return rootCommit === undefined ? undefined : { rootCommit, below: prefix.slice(0, -1).join('\n').replace(/\/$/, '') }
}

/** The commit of the earliest time, of several the first by its hash; from lines of `TIME HASH`. */
function oldest(listing: string): string | undefined {
  const commits = listing
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [time = '', hash = ''] = line.split(' ')
      return { time: Number(time), hash }
    })
  return commits.toSorted((a, b) => a.time - b.time || (a.hash < b.hash ? -1 : 1))[0]?.hash
}

/** The name in the `package.json` of a folder; a link may lead out of it, and something else than a file may never end. */
async function readPackageName(root: string): Promise<string | undefined> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  try {
    await using file = await open(join(root, 'package.json'), flags)
    const stats = await file.stat()
    if (!stats.isFile() || stats.size > largestManifest) return undefined
    const manifest: unknown = JSON.parse((await file.readFile('utf8')).replace(/^\uFEFF/, ''))
    const name = typeof manifest === 'object' && manifest !== null && 'name' in manifest ? manifest.name : undefined
    return typeof name === 'string' && packageName.test(name) ? name : undefined
  } catch {
    return undefined
  }
}
