import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { countChanges, GitHistoryError, type GitCommit, type GitMark, readGitHistory } from '@forge/indexer'
import { describe, expect, it } from 'vitest'
import { git, projectFolder, write } from './project-folder.ts'

function commit(root: string, message: string): void {
  git(root, 'add', '--all')
  git(root, 'commit', '--allow-empty', '-m', message)
}

function repository(files: string): string {
  const root = projectFolder(files)
  git(root, 'init')
  commit(root, 'first')
  return root
}

/** What follows a history and keeps its commits. */
class Follower {
  mark: GitMark | undefined
  commits: GitCommit[] = []
  /** How many commits were read the last time. */
  read = 0

  async follow(root: string): Promise<void> {
    const history = await readGitHistory(root, this.mark)
    const commits = await history.commits()
    this.commits = history.continues ? [...this.commits, ...commits] : [...commits]
    this.read = commits.length
    this.mark = history.mark
  }

  counts(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { files } of this.commits) for (const file of files) counts[file] = (counts[file] ?? 0) + 1
    return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }
}

describe('the history of a folder', () => {
  it('has the commits that changed something, with their files, time, author and subject', async () => {
    const root = repository('//- /src/a.ts\n1\n//- /b\n1\n')
    write(root, 'src/ü\n.ts', '1')
    write(root, 'b', '2')
    commit(root, 'ünï "code"')
    commit(root, 'empty')
    const { commits, mark, continues } = await readGitHistory(root, undefined)
    const [second, first, ...others] = await commits()
    expect(others).toEqual([])
    expect(continues).toBe(false)
    expect(first).toMatchObject({ subject: 'first', files: ['b', 'src/a.ts'] })
    expect(second).toMatchObject({ subject: 'ünï "code"', files: ['b', 'src/ü\n.ts'] })
    expect(second!.hash).toMatch(/^[0-9a-f]{40}$/)
    expect(mark.head).not.toBe(second!.hash)
    expect(second!.author).not.toBe('')
    expect(Math.abs(second!.committedAt - Date.now())).toBeLessThan(3_600_000)
  })

  it('goes on from a mark with what is new, and anew when it was rewritten', async () => {
    const root = repository('//- /a.ts\n1\n')
    write(root, 'a.ts', '2')
    commit(root, 'second')
    const follower = new Follower()
    await follower.follow(root)
    expect(follower.read).toBe(2)
    await follower.follow(root)
    expect(follower.read).toBe(0)
    write(root, 'b.ts', '1')
    commit(root, 'third')
    await follower.follow(root)
    expect(follower.read).toBe(1)
    git(root, 'reset', '--hard', 'HEAD~2')
    await follower.follow(root)
    expect(follower.commits.map(({ subject }) => subject)).toEqual(['first'])
  })

  it('follows any branches, merges and rewrites to what is counted at once', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('edit' as const), file: fc.constantFrom('a', 'b', 'c/d') }),
      fc.record({
        do: fc.constantFrom(
          'branch' as const,
          'switch' as const,
          'merge' as const,
          'ours' as const,
          'drop' as const,
          'look' as const,
        ),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const root = repository('//- /a\n1\n')
        git(root, 'branch', 'side')
        const follower = new Follower()
        await follower.follow(root)
        for (const [at, each] of steps.entries()) {
          if (each.do === 'edit') {
            write(root, each.file, `${at}`)
            commit(root, `${at}`)
          } else if (each.do === 'look') await follower.follow(root)
          else if (each.do === 'branch') git(root, 'branch', '--force', 'side')
          else if (each.do === 'switch') git(root, 'checkout', '--detach', 'side')
          else if (each.do === 'drop') git(root, 'reset', '--hard', 'side', '--')
          else
            git(
              root,
              'merge',
              '--no-ff',
              ...(each.do === 'ours' ? ['--strategy=ours'] : ['-X', 'ours']),
              '-m',
              'merged',
              'side',
            )
        }
        await follower.follow(root)
        expect(follower.counts()).toEqual(Object.fromEntries(await countChanges(root)))
      }),
      {
        numRuns: 15,
        examples: [
          [[{ do: 'edit', file: 'a' }, { do: 'look' }, { do: 'switch' }, { do: 'edit', file: 'b' }, { do: 'ours' }]],
        ],
      },
    )
  })

  it('is read anew in a shallow clone, which may have got more of it', async () => {
    const root = repository('//- /a.ts\n1\n')
    write(root, 'a.ts', '2')
    commit(root, 'second')
    const clone = join(projectFolder(''), 'clone')
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${root}`, clone])
    const follower = new Follower()
    await follower.follow(clone)
    expect(follower.mark).toMatchObject({ shallow: true })
    expect(follower.counts()).toEqual({ 'a.ts': 1 })
    git(clone, 'fetch', '--quiet', '--unshallow')
    await follower.follow(clone)
    expect(follower.counts()).toEqual({ 'a.ts': 2 })
  })

  it('is empty before the first commit, and all of it is new then', async () => {
    const root = projectFolder('//- /a.ts\n1\n')
    git(root, 'init')
    const follower = new Follower()
    await follower.follow(root)
    expect(follower.mark).toEqual({ head: null, shallow: false })
    commit(root, 'first')
    await follower.follow(root)
    expect(follower.counts()).toEqual({ 'a.ts': 1 })
  })

  it('is an error with a remedy outside of a repository', async () => {
    await expect(readGitHistory(projectFolder('//- /a.ts\n'), undefined)).rejects.toThrow(GitHistoryError)
  })
})
