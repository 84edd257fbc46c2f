import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, realpathSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identifyProject } from '@forge/indexer'
import { describe, expect, it } from 'vitest'
import { git, projectFolder, write } from './project-folder.ts'

const manifest = '//- /package.json\n{ "name": "@scope/api" }\n'

/** Commits everything that is in the folder, and gives the hash of the commit. */
function commit(root: string, seconds = 1_800_000_000): string {
  git(root, 'add', '--all')
  // The time of the committer counts, which only the environment sets.
  const env = { ...process.env, GIT_COMMITTER_DATE: `${seconds} +0000`, GIT_AUTHOR_DATE: `${seconds} +0000` }
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgSign=false']
  execFileSync('git', [...who, 'commit', '--allow-empty', '-m', `at ${seconds}`], { cwd: root, env, stdio: 'ignore' })
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
}

/** A repository of one commit. */
function repository(files: string, seconds?: number): { root: string; first: string } {
  const root = projectFolder(files)
  git(root, 'init', '-b', 'main')
  return { root, first: commit(root, seconds) }
}

async function identityOf(root: string): Promise<string> {
  return (await identifyProject(root)).identity
}

describe('a project in a repository', () => {
  it('is its first commit and the name of its package', async () => {
    const { root, first } = repository(manifest)
    write(root, 'more.ts', '')
    commit(root, 1_800_000_100)
    expect(await identifyProject(root)).toEqual({
      root,
      identity: `git:${first}:@scope/api`,
      packageName: '@scope/api',
      rootCommit: first,
    })
  })

  it('stays the same when it is moved, cloned, checked out again or reached through a link', async () => {
    const { root, first } = repository(manifest)
    const expected = `git:${first}:@scope/api`
    const elsewhere = projectFolder()
    git(root, 'worktree', 'add', join(elsewhere, 'worktree'))
    git(elsewhere, 'clone', root, 'clone')
    git(join(elsewhere, 'clone'), 'checkout', '--detach')
    symlinkSync(root, join(elsewhere, 'link'))
    for (const name of ['worktree', 'clone', 'link']) expect(await identityOf(join(elsewhere, name))).toBe(expected)
    expect((await identifyProject(join(elsewhere, 'link'))).root).toBe(root)
    renameSync(join(elsewhere, 'clone'), join(elsewhere, 'moved'))
    expect(await identityOf(join(elsewhere, 'moved'))).toBe(expected)
  })

  it('is another one in a fork with another package name', async () => {
    const { root, first } = repository(manifest)
    const elsewhere = projectFolder()
    git(elsewhere, 'clone', root, 'fork')
    write(join(elsewhere, 'fork'), 'package.json', '{ "name": "fork" }')
    expect(await identityOf(join(elsewhere, 'fork'))).toBe(`git:${first}:fork`)
  })

  it('is the folder below the top where there is no package', async () => {
    const { root, first } = repository('//- /a/b/x.ts\n//- /a/c/x.ts\n//- /new\nline/x.ts\n')
    mkdirSync(join(root, 'new\nline\n'))
    expect(await identityOf(root)).toBe(`git:${first}:`)
    expect(await identityOf(join(root, 'a/b'))).toBe(`git:${first}::a/b`)
    expect(await identityOf(join(root, 'a/c'))).toBe(`git:${first}::a/c`)
    expect(await identityOf(join(root, 'new\nline\n'))).toBe(`git:${first}::new\nline\n`)
  })

  it('is the same wherever a package is in it', async () => {
    const { root, first } = repository('//- /packages/api/package.json\n{ "name": "@scope/api" }\n')
    expect(await identityOf(join(root, 'packages/api'))).toBe(`git:${first}:@scope/api`)
    renameSync(join(root, 'packages/api'), join(root, 'api'))
    expect(await identityOf(join(root, 'api'))).toBe(`git:${first}:@scope/api`)
  })

  it('has a submodule with a first commit of its own', async () => {
    const { root: library, first } = repository(manifest)
    const { root } = repository('//- /x.ts\n')
    git(root, 'submodule', 'add', library, 'sub')
    commit(root)
    expect(await identityOf(join(root, 'sub'))).toBe(`git:${first}:@scope/api`)
  })

  it('of several first commits takes the oldest, of those of one time the first by hash', async () => {
    const { root, first } = repository('//- /x.ts\n', 1_700_000_000)
    git(root, 'checkout', '--orphan', 'older')
    const older = commit(root, 1_600_000_000)
    git(root, 'checkout', '--orphan', 'as-old')
    write(root, 'x.ts', 'other')
    const asOld = commit(root, 1_600_000_000)
    expect(await identityOf(root)).toBe(`git:${asOld}:`)
    git(root, 'checkout', 'main')
    expect(await identityOf(root)).toBe(`git:${first}:`)
    git(root, 'merge', '--allow-unrelated-histories', '-s', 'ours', '-m', 'merged', 'older', 'as-old')
    git(root, 'rev-parse', '--verify', 'HEAD^3')
    expect(await identityOf(root)).toBe(`git:${[older, asOld].toSorted()[0]}:`)
  })

  it('does not depend on what stands in for a commit here alone', async () => {
    const { root, first } = repository('//- /x.ts\n')
    write(root, 'x.ts', '2')
    const second = commit(root, 1_800_000_100)
    git(root, 'replace', '--graft', second)
    expect(await identityOf(root)).toBe(`git:${first}:`)
  })
})

describe('a project whose first commit is not known', () => {
  it('is its path where it is in no repository, with the name of its package', async () => {
    const root = projectFolder(manifest)
    expect(await identifyProject(root)).toEqual({ root, identity: `path:${root}`, packageName: '@scope/api' })
  })

  it('is its path before the first commit, and its commit after it', async () => {
    const root = projectFolder('//- /x.ts\n')
    git(root, 'init')
    expect(await identifyProject(root)).toEqual({ root, identity: `path:${root}` })
    expect(await identityOf(root)).toBe(`path:${root}`)
    const first = commit(root)
    expect(await identityOf(root)).toBe(`git:${first}:`)
  })

  it('is its path in a shallow clone, and its commit once that has it', async () => {
    const { root, first } = repository(manifest)
    write(root, 'x.ts', '2')
    commit(root, 1_800_000_100)
    const elsewhere = projectFolder()
    git(elsewhere, 'clone', '--depth', '1', `file://${root}`, 'shallow')
    const shallow = join(elsewhere, 'shallow')
    expect(existsSync(join(shallow, '.git/shallow'))).toBe(true)
    expect(await identityOf(shallow)).toBe(`path:${shallow}`)
    git(shallow, 'fetch', '--unshallow')
    expect(await identityOf(shallow)).toBe(`git:${first}:@scope/api`)
  })

  it('is its path where git cannot read the repository, or it has no work tree', async () => {
    const broken = projectFolder('//- /.git/HEAD\nnonsense\n')
    expect(await identityOf(broken)).toBe(`path:${broken}`)
    const { root } = repository('//- /x.ts\n')
    const bare = join(projectFolder(), 'bare')
    git(root, 'clone', '--bare', root, bare)
    expect(await identityOf(bare)).toBe(`path:${bare}`)
    expect(await identityOf(join(root, '.git'))).toBe(`path:${join(root, '.git')}`)
  })

  it('runs nothing that the repository names', async () => {
    const { root } = repository('//- /x.ts\n')
    const program = join(root, 'program.sh')
    const ran = join(root, 'ran')
    writeFileSync(program, `#!/bin/sh\ntouch '${ran}'\n`)
    chmodSync(program, 0o755)
    for (const name of ['core.fsmonitor', 'gpg.program', 'core.pager', 'core.sshCommand', 'diff.external'])
      git(root, 'config', name, program)
    git(root, 'config', 'log.showSignature', 'true')
    expect(await identityOf(root)).toMatch(/^git:[0-9a-f]{40}:$/)
    expect(existsSync(ran)).toBe(false)
  })
})

describe('a package.json', () => {
  it.each<[string, string]>([
    ['is broken', '{ "name": '],
    ['is no object', '["x"]'],
    ['is null', 'null'],
    ['has no name', '{}'],
    ['has a name that is no text', '{ "name": 7 }'],
    ['has an empty name', '{ "name": "" }'],
    ['has a name that would be taken for a folder', '{ "name": ":a/b" }'],
    ['has a name with a control character', '{ "name": "a\\u001b[31m" }'],
    ['has a name that is too long', JSON.stringify({ name: 'x'.repeat(215) })],
    ['is too large', JSON.stringify({ name: 'x', more: 'x'.repeat(2 ** 20) })],
  ])('names nothing where it %s', async (_what, text) => {
    const root = projectFolder()
    write(root, 'package.json', text)
    expect(await identifyProject(root)).toEqual({ root, identity: `path:${root}` })
  })

  it('is read with a byte order mark, and not through a link or where it is no file', async () => {
    const root = projectFolder('//- /other.json\n{ "name": "other" }\n//- /folder/package.json/x\n')
    write(root, 'marked/package.json', '\uFEFF{ "name": "marked" }')
    expect(await identifyProject(join(root, 'marked'))).toMatchObject({ packageName: 'marked' })
    mkdirSync(join(root, 'link'))
    symlinkSync('../other.json', join(root, 'link/package.json'))
    mkdirSync(join(root, 'pipe'))
    execFileSync('mkfifo', [join(root, 'pipe/package.json')])
    for (const name of ['link', 'pipe', 'folder'])
      expect(await identifyProject(join(root, name))).toEqual({
        root: join(root, name),
        identity: `path:${join(root, name)}`,
      })
  })
})

describe('what cannot be identified', () => {
  it('is no folder', async () => {
    const root = realpathSync(projectFolder('//- /x.ts\n'))
    await expect(identifyProject(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'FORGE_ROOT_NOT_FOUND' })
    await expect(identifyProject(join(root, 'x.ts'))).rejects.toMatchObject({ code: 'FORGE_ROOT_NOT_DIRECTORY' })
  })

  it('stops when it is told to', async () => {
    const reason = new Error('stopped')
    const { root } = repository('//- /x.ts\n')
    await expect(identifyProject(root, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const stop = new AbortController()
    const stopped = identifyProject(root, { signal: stop.signal })
    setImmediate(() => stop.abort(reason))
    await expect(stopped).rejects.toBe(reason)
  })
})
