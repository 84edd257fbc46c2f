import { gitLog } from './git-log.ts'
import { git, isInRepository } from './git-process.ts'
import { GitHistoryError } from './index-errors.ts'

/** How far a history was read. */
export interface GitMark {
  /** The commit that is checked out; null where there is none yet. */
  readonly head: string | null
  /** Whether the clone is shallow: older commits may come later. */
  readonly shallow: boolean
}

/** A commit with the files of a folder that it changed. */
export interface GitCommit {
  readonly hash: string
  /** Milliseconds since the epoch. */
  readonly committedAt: number
  readonly author: string
  readonly subject: string
  /** Relative to the folder, with `/`. */
  readonly files: readonly string[]
}

/** What is new in the history of a folder. */
export interface GitHistory {
  readonly mark: GitMark
  /** Whether all that was there at the mark before is still part of it, so that only commits since are read. */
  readonly continues: boolean
  /** Reads the commits, the newest first. Throws `FORGE_GIT_HISTORY`, the reason of the signal. */
  commits(): Promise<readonly GitCommit[]>
}

/**
 * The commits that changed files of a folder: those that `countChanges` counts, merges left out; since a mark only those that are new.
 *
 * @throws GitHistoryError `FORGE_GIT_HISTORY` where the folder is in no repository, or git is missing or refuses
 */
export async function readGitHistory(
  root: string,
  since: GitMark | undefined,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<GitHistory> {
  if (!isInRepository(root)) throw new GitHistoryError(root, 'it is in no git repository')
  const mark = await markOf(root, signal)
  const continues = since !== undefined && (await isContinued(root, since, mark, signal))
  return {
    mark,
    continues,
    commits: async () => {
      if (mark.head === null || (continues && since.head === mark.head)) return []
      const range = continues && since.head !== null ? [`${since.head}..${mark.head}`] : [mark.head]
      const listing = await gitLog(root, { format: '%x00%H%x00%ct%x00a%an%x00s%s', commits: range }, signal)
      if (typeof listing !== 'string') throw new GitHistoryError(root, listing.problem)
      return commitsIn(listing)
    },
  }
}

async function markOf(root: string, signal: AbortSignal | undefined): Promise<GitMark> {
  const shallow = await git(root, ['rev-parse', '--is-shallow-repository'], signal)
  if (typeof shallow === 'string') throw new GitHistoryError(root, shallow)
  const head = await git(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], signal)
  return {
    head: typeof head === 'string' ? null : head.toString('latin1').trim(),
    shallow: shallow.toString('latin1').trim() === 'true',
  }
}

/** A shallow clone may have got more commits, or fewer, under the one that is checked out. */
async function isContinued(
  root: string,
  since: GitMark,
  now: GitMark,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (since.shallow || now.shallow) return false
  if (since.head === null || since.head === now.head) return true
  if (now.head === null || !/^[0-9a-f]{40,64}$/.test(since.head)) return false
  return typeof (await git(root, ['merge-base', '--is-ancestor', since.head, now.head], signal)) !== 'string'
}

/** Each commit begins with an empty part, which no path is, and may end with one. */
function commitsIn(listing: string): GitCommit[] {
  const parts = listing.split('\0')
  const commits: GitCommit[] = []
  for (let at = 0; at < parts.length;) {
    if (parts[at] === '') {
      at++
      continue
    }
    const [hash = '', time = '', author = '', subject = ''] = parts.slice(at, at + 4)
    at += 4
    const files: string[] = []
    for (; at < parts.length && parts[at] !== ''; at++) {
      files.push(files.length === 0 ? parts[at]!.replace(/^\n/, '') : parts[at]!)
    }
    commits.push({
      hash,
      committedAt: Number(time) * 1000,
      author: author.slice(1),
      subject: subject.slice(1),
      files,
    })
  }
  return commits
}
