import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { discover } from '@forge/indexer'
import { describe, expect, it } from 'vitest'
import { git, projectFolder, write } from './project-folder.ts'

async function pathsOf(root: string): Promise<readonly string[]> {
  return (await discover(root)).files.map((file) => file.path)
}

async function problemsOf(root: string): Promise<readonly string[]> {
  return (await discover(root)).diagnostics.map(({ path, code }) => `${path}: ${code}`)
}

const ignoring = `
//- /.gitignore
*.log
/build
!keep.log
//- /.forgeignore
vendor/
//- /a.ts
//- /a.log
//- /keep.log
//- /build/b.ts
//- /src/build/c.ts
//- /src/.gitignore
generated.ts
//- /src/generated.ts
//- /src/x/generated.ts
//- /src/x/.gitignore
!generated.ts
//- /vendor/v.ts
//- /src/vendor/v.ts
//- /node_modules/m/index.ts
//- /src/node_modules/m/index.ts
//- /.forge/graph.db
`
const kept = [
  '.forgeignore',
  '.gitignore',
  'a.ts',
  'keep.log',
  'src/.gitignore',
  'src/build/c.ts',
  'src/x/.gitignore',
  'src/x/generated.ts',
]

describe('discover', () => {
  it('honours nested ignore files outside a repository', async () => {
    expect(await pathsOf(projectFolder(ignoring))).toEqual(kept)
  })

  it('lists the same files in a git work tree', async () => {
    const root = projectFolder(ignoring)
    git(root, 'init')
    expect(await pathsOf(root)).toEqual(kept)
  })

  it('lists tracked files that an ignore file names, and leaves out those that were deleted', async () => {
    const root = projectFolder(`
//- /.gitignore
*.gen.ts
//- /a.gen.ts
//- /b.gen.ts
//- /gone.ts
`)
    git(root, 'init')
    git(root, 'add', '-f', 'a.gen.ts', 'gone.ts')
    rmSync(join(root, 'gone.ts'))
    expect(await pathsOf(root)).toEqual(['.gitignore', 'a.gen.ts'])
  })

  it('lists a folder inside a repository relative to itself', async () => {
    const root = projectFolder(`
//- /.gitignore
*.gen.ts
//- /packages/a/src/index.ts
//- /packages/a/x.gen.ts
//- /other.ts
`)
    git(root, 'init')
    expect(await pathsOf(join(root, 'packages/a'))).toEqual(['src/index.ts'])
  })

  it('lists a folder that the repository around it ignores', async () => {
    const root = projectFolder(`
//- /.gitignore
out
//- /out/a.ts
`)
    git(root, 'init')
    expect(await pathsOf(join(root, 'out'))).toEqual(['a.ts'])
  })

  it('walks submodules and leaves out other repositories inside', async () => {
    const library = projectFolder('//- /lib.ts\n//- /.gitignore\nout\n')
    git(library, 'init')
    git(library, 'add', '.')
    git(library, 'commit', '-m', 'x')
    const root = projectFolder('//- /a.ts\n//- /other/b.ts\n')
    git(root, 'init')
    git(root, 'submodule', 'add', library, 'sub')
    git(join(root, 'other'), 'init')
    write(root, 'sub/out/x.ts', '')
    expect(await pathsOf(root)).toEqual(['.gitmodules', 'a.ts', 'sub/.gitignore', 'sub/lib.ts'])
    expect(await problemsOf(root)).toEqual(['other: nested-repository'])
  })

  it('runs nothing that the configuration of the repository names', async () => {
    const root = projectFolder('//- /a.ts\n')
    git(root, 'init')
    write(root, 'monitor.sh', `#!/bin/sh\ntouch '${root}/ran'\n`)
    git(root, 'config', 'core.fsmonitor', `sh ${root}/monitor.sh`)
    git(root, 'config', 'core.hooksPath', root)
    expect(await pathsOf(root)).toEqual(['a.ts', 'monitor.sh'])
    expect(existsSync(join(root, 'ran'))).toBe(false)
  })

  it('walks where git cannot say, and says so', async () => {
    const root = projectFolder('//- /a.ts\n//- /.gitignore\nb.ts\n//- /b.ts\n//- /.git/HEAD\nnonsense\n')
    expect(await pathsOf(root)).toEqual(['.gitignore', 'a.ts'])
    expect(await problemsOf(root)).toEqual(['.: git-failed'])
  })

  it('does not follow links, and reports those that lead out or nowhere', async () => {
    const outside = projectFolder('//- /secret.ts\n')
    const root = projectFolder('//- /src/a.ts\n')
    symlinkSync('a.ts', join(root, 'src/alias.ts'))
    symlinkSync('..', join(root, 'src/loop'))
    symlinkSync(outside, join(root, 'out'))
    symlinkSync(join(outside, 'secret.ts'), join(root, 'secret.ts'))
    symlinkSync('nowhere', join(root, 'broken.ts'))
    symlinkSync('circle.ts', join(root, 'circle.ts'))
    const discovery = await discover(root)
    expect(discovery.files.map((file) => file.path)).toEqual(['src/a.ts'])
    expect([...discovery.links]).toEqual([
      ['src/alias.ts', 'src/a.ts'],
      ['src/loop', ''],
    ])
    expect(await problemsOf(root)).toEqual([
      'broken.ts: link-broken',
      'circle.ts: link-broken',
      'out: link-outside',
      'secret.ts: link-outside',
    ])
  })

  it('does not read through a link that has taken the place of a tracked folder', async () => {
    const outside = projectFolder('//- /a.ts\n')
    const root = projectFolder('//- /src/a.ts\n//- /b.ts\n')
    git(root, 'init')
    git(root, 'add', '.')
    rmSync(join(root, 'src'), { recursive: true })
    symlinkSync(outside, join(root, 'src'))
    expect(await pathsOf(root)).toEqual(['b.ts'])
  })

  it('tells source files from others', async () => {
    const root = projectFolder('//- /a.ts\n//- /b.css\n//- /c.jsx\n//- /d.md\n')
    expect((await discover(root)).sources.map((file) => file.path)).toEqual(['a.ts', 'c.jsx'])
  })

  it('lists an empty folder as empty', async () => {
    expect(await pathsOf(projectFolder())).toEqual([])
  })

  it('refuses what is not a folder', async () => {
    const root = projectFolder('//- /a.ts\n')
    await expect(discover(join(root, 'missing'))).rejects.toMatchObject({ code: 'FORGE_ROOT_NOT_FOUND' })
    await expect(discover(join(root, 'a.ts'))).rejects.toMatchObject({ code: 'FORGE_ROOT_NOT_DIRECTORY' })
    await expect(discover(join(root, 'a.ts/b'))).rejects.toMatchObject({ code: 'FORGE_ROOT_NOT_DIRECTORY' })
  })

  it('stops when it is aborted', async () => {
    const root = projectFolder('//- /a.ts\n')
    mkdirSync(join(root, 'b'))
    await expect(discover(root, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })
})
