import { compareText } from './diagnostic.ts'
import { GitHistoryError, IndexerOptionError } from './index-errors.ts'
import { git, isInRepository } from './git-process.ts'

/** Which commits count. */
export interface ChangeOptions {
  /** Only commits from then on, in milliseconds since the epoch. Default: all. */
  readonly since?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Invariant: nothing the repository configures decides what is listed, or is run: `log` would start a program to check signatures,
 * and to compare what has a driver of its own.
 */
const logArguments =
  '-c log.showRoot=true -c log.follow=false -c diff.orderFile=/dev/null log ' +
  '-z --format= --name-only --relative --no-merges --no-renames ' +
  '--no-show-signature --no-mailmap --no-ext-diff --no-textconv --no-color'

/**
 * How many commits have changed each file of a folder, by path relative to it, in the order of the paths. Merges do not count, and of a file
 * that was renamed only the commits under the path it has now. A shallow clone knows its own commits alone.
 *
 * @throws GitHistoryError `FORGE_GIT_HISTORY` where the folder is in no repository, or git is missing or refuses
 * @throws IndexerOptionError `FORGE_INDEXER_OPTION` where `since` is no time
 */
export async function countChanges(
  root: string,
  { since, signal }: ChangeOptions = {},
): Promise<ReadonlyMap<string, number>> {
  if (since !== undefined && Number.isNaN(new Date(since).getTime()))
    throw new IndexerOptionError('since', since, 'milliseconds since the epoch')
  if (!isInRepository(root)) throw new GitHistoryError(root, 'it is in no git repository')
  // Git knows no time before the epoch, and of dates that are written no year after 2099.
  const from = since === undefined || since <= 0 ? [] : [`--since=@${Math.floor(since / 1000)} +0000`]
  const listing = await git(root, [...logArguments.split(' '), ...from, '--', '.'], signal)
  if (typeof listing === 'string') {
    if (await hasNoCommits(root, signal)) return new Map()
    throw new GitHistoryError(root, listing)
  }
  const counts = new Map<string, number>()
  for (const path of listing.toString('utf8').split('\0')) {
    if (path !== '') counts.set(path, (counts.get(path) ?? 0) + 1)
  }
  return new Map([...counts].toSorted(([a], [b]) => compareText(a, b)))
}

async function hasNoCommits(root: string, signal: AbortSignal | undefined): Promise<boolean> {
  const commits = await git(root, ['rev-list', '--all', '--max-count=1'], signal)
  return typeof commits !== 'string' && commits.length === 0
}
