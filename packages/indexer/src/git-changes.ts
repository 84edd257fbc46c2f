import { compareText } from './diagnostic.ts'
import { GitHistoryError, IndexerOptionError } from './index-errors.ts'
import { gitLog } from './git-log.ts'
import { isInRepository } from './git-process.ts'

/** Which commits count. */
export interface ChangeOptions {
  /** Only commits from then on, in milliseconds since the epoch. Default: all. */
  readonly since?: number | undefined
  readonly signal?: AbortSignal | undefined
}

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
  const listing = await gitLog(root, { format: '', commits: from }, signal)
  if (typeof listing !== 'string') throw new GitHistoryError(root, listing.problem)
  const counts = new Map<string, number>()
  for (const path of listing.split('\0')) {
    if (path !== '') counts.set(path, (counts.get(path) ?? 0) + 1)
  }
  return new Map([...counts].toSorted(([a], [b]) => compareText(a, b)))
}
