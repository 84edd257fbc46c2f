import { chmodSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { countChanges, GitHistoryError, IndexerOptionError } from '@forge/indexer'
import { describe, expect, it } from 'vitest'
import { git, projectFolder, write } from './project-folder.ts'

/** Commits everything that is in the folder, at noon of a day. */
function commit(root: string, day: string, ...more: readonly string[]): void {
  git(root, 'add', '--all')
  git(root, '-c', 'core.hooksPath=/dev/null', 'commit', '--allow-empty', '-m', day, `--date=${day}T12:00:00Z`, ...more)
}

function repository(files: string): string {
  const root = projectFolder(files)
  git(root, 'init')
  commit(root, '2026-01-01')
  return root
}

async function changesOf(root: string, since?: number): Promise<Record<string, number>> {
  return Object.fromEntries(await countChanges(root, { since }))
}

describe('changes of files', () => {
  it('are the commits that name them, by their path, sorted', async () => {
    const root = repository('//- /src/b.ts\n1\n//- /a file.ts\n1\n//- /ünï.ts\n1\n')
    write(root, 'src/b.ts', '2')
    commit(root, '2026-01-02')
    write(root, 'src/b.ts', '3')
    write(root, 'ünï.ts', '3')
    commit(root, '2026-01-03')
    write(root, 'untracked.ts', '1')
    expect(await changesOf(root)).toEqual({ 'a file.ts': 1, 'src/b.ts': 3, 'ünï.ts': 2 })
    expect([...(await countChanges(root)).keys()]).toEqual(['a file.ts', 'src/b.ts', 'ünï.ts'])
  })

  it('are those of a folder alone where it is part of a repository', async () => {
    const root = repository('//- /app/a.ts\n1\n//- /lib/b.ts\n1\n')
    expect(await changesOf(join(root, 'app'))).toEqual({ 'a.ts': 1 })
  })

  it('do not go on under another path, and leave merges out', async () => {
    const root = repository('//- /old.ts\n1\n//- /other.ts\n1\n')
    git(root, 'mv', 'old.ts', 'new.ts')
    commit(root, '2026-01-02')
    git(root, 'checkout', '-b', 'side', 'HEAD~1')
    write(root, 'other.ts', '2')
    commit(root, '2026-01-03')
    git(root, 'merge', '--no-ff', '-m', 'merged', '@{-1}')
    expect(await changesOf(root)).toEqual({ 'new.ts': 1, 'old.ts': 2, 'other.ts': 2 })
  })

  it('count on a side branch whose changes a merge did not take', async () => {
    const root = repository('//- /a.ts\n1\n')
    git(root, 'checkout', '-b', 'side')
    write(root, 'a.ts', 'side')
    commit(root, '2026-01-02')
    git(root, 'checkout', '@{-1}')
    git(root, 'merge', '--no-ff', '--strategy=ours', '-m', 'merged', 'side')
    expect(await changesOf(root)).toEqual({ 'a.ts': 2 })
  })

  it('are counted from a time on', async () => {
    const root = repository('//- /a.ts\n1\n')
    expect(await changesOf(root, Date.now() - 3_600_000)).toEqual({ 'a.ts': 1 })
    expect(await changesOf(root, Date.now() + 3_600_000)).toEqual({})
    expect(await changesOf(root, Date.UTC(2200, 0))).toEqual({})
    expect(await changesOf(root, 1000)).toEqual({ 'a.ts': 1 })
    expect(await changesOf(root, 0)).toEqual({ 'a.ts': 1 })
    expect(await changesOf(root, -1)).toEqual({ 'a.ts': 1 })
  })

  it('are none where there is no commit yet', async () => {
    const root = projectFolder('//- /a.ts\n1\n')
    git(root, 'init')
    expect(await changesOf(root)).toEqual({})
  })

  it('are the same whatever the repository configures, and run nothing that it names', async () => {
    const root = projectFolder('//- /b.ts\n1\n//- /a.ts\n1\n//- /.gitattributes\n*.ts diff=own\n//- /order\nb.ts\n')
    git(root, 'init')
    const ran = join(root, 'ran')
    write(
      root,
      'program.sh',
      `#!/bin/sh\ntouch '${ran}'\necho '[GNUPG:] SIG_CREATED ' >&2\necho '-----BEGIN PGP SIGNATURE-----'\n`,
    )
    const program = join(root, 'program.sh')
    chmodSync(program, 0o755)
    const settings: Readonly<Record<string, string>> = {
      'gpg.program': program,
      'log.showSignature': 'true',
      'log.showRoot': 'false',
      'log.follow': 'true',
      'diff.external': program,
      'diff.own.textconv': program,
      'diff.own.command': program,
      'diff.orderFile': join(root, 'order'),
      'diff.renames': 'copies',
      'core.pager': program,
      'color.ui': 'always',
    }
    for (const [name, value] of Object.entries(settings)) git(root, 'config', name, value)
    commit(root, '2026-01-01', '-S')
    expect(existsSync(ran)).toBe(true)
    rmSync(ran)
    write(root, 'b.ts', '2')
    git(root, 'add', 'b.ts')
    git(root, 'commit', '-S', '-m', 'second')
    rmSync(ran)
    expect(await changesOf(root)).toEqual({ '.gitattributes': 1, 'a.ts': 1, 'b.ts': 2, order: 1, 'program.sh': 1 })
    expect(existsSync(ran)).toBe(false)
  })

  it('are an error with a remedy outside of a repository, and in one that git cannot read', async () => {
    const outside = projectFolder('//- /a.ts\n')
    await expect(countChanges(outside)).rejects.toMatchObject({
      code: 'FORGE_GIT_HISTORY',
      hint: expect.stringContaining('in a clone'),
      details: { root: outside, reason: 'it is in no git repository' },
    })
    const broken = projectFolder('//- /a.ts\n//- /.git/HEAD\nnonsense\n')
    await expect(countChanges(broken)).rejects.toThrow(GitHistoryError)
  })

  it('are an error for what is no time, and stop when told to', async () => {
    const root = repository('//- /a.ts\n1\n')
    await expect(countChanges(root, { since: Number.NaN })).rejects.toThrow(IndexerOptionError)
    await expect(countChanges(root, { since: 1e300 })).rejects.toThrow(IndexerOptionError)
    const stopped = new Error('stopped')
    await expect(countChanges(root, { signal: AbortSignal.abort(stopped) })).rejects.toBe(stopped)
  })
})
