import { git } from './git-process.ts'

/**
 * Invariant: nothing the repository configures decides what is listed, or is run: `log` would start a program to check signatures,
 * and to compare what has a driver of its own. Every commit is listed that changed a file of the folder, on side branches too whose
 * changes a merge did not take: so what a range of commits has changed can be added to what those before it have.
 */
const logArguments =
  '-c log.showRoot=true -c log.follow=false -c diff.orderFile=/dev/null log ' +
  '-z --name-only --relative --no-merges --no-renames --full-history --encoding=UTF-8 ' +
  '--no-show-signature --no-mailmap --no-ext-diff --no-textconv --no-color'

/** What `git log` says of the commits that changed files of a folder, as its format has it and then their paths, with NUL between all; or why it says nothing. */
export async function gitLog(
  root: string,
  { format, commits = [] }: { readonly format: string; readonly commits?: readonly string[] },
  signal: AbortSignal | undefined,
): Promise<string | { readonly problem: string }> {
  const listing = await git(root, [...logArguments.split(' '), `--format=${format}`, ...commits, '--', '.'], signal)
  if (typeof listing !== 'string') return listing.toString('utf8')
  return (await hasNoCommits(root, signal)) ? '' : { problem: listing }
}

async function hasNoCommits(root: string, signal: AbortSignal | undefined): Promise<boolean> {
  const commits = await git(root, ['rev-list', '--all', '--max-count=1'], signal)
  return typeof commits !== 'string' && commits.length === 0
}
