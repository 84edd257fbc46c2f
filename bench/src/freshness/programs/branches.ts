import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Expected } from './systems/system.ts'

/** A branch on which the same files differ from those on every other. */
export interface Branch {
  readonly name: string
  /** What only this branch has, one for each file, in the order in which git writes them. */
  readonly expected: readonly Expected[]
}

/** What to make branches of. */
export interface BranchesRequest {
  readonly root: string
  /** The files that differ, relative to the root. */
  readonly files: readonly string[]
  readonly count: number
}

/** Makes a git repository of a folder, with a branch of the files as they are and branches on which some differ; the first stays checked out. */
export async function makeBranches({ root, files, count }: BranchesRequest): Promise<readonly Branch[]> {
  // Git writes files in the order of the bytes of their paths.
  const paths = files.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const texts = new Map(paths.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
  // The databases of the peers lie in the folder.
  writeFileSync(join(root, '.gitignore'), '.codegraph/\n')
  await git(root, ['init', '--quiet', '--initial-branch=main'])
  await commit(root, 'main')
  const branches: Branch[] = []
  for (let branch = 1; branch <= count; branch++) {
    const name = `branch-${branch}`
    await git(root, ['checkout', '--quiet', '-b', name, 'main'])
    const expected = paths.map((file, index): Expected => {
      const [caller, callee] = [`asksBranch${branch}File${index}`, `onBranch${branch}File${index}`]
      const added = `\nexport function ${caller}() {\n  return ${callee}()\n}\n\nfunction ${callee}() {\n  return ${index}\n}\n`
      writeFileSync(join(root, file), texts.get(file)! + added)
      return { file, name: caller, holds: { calls: callee } }
    })
    await commit(root, name)
    branches.push({ name, expected })
  }
  await checkout(root, 'main')
  return branches
}

/** Runs `git checkout`; it is done when all files are written. */
export async function checkout(root: string, branch: string): Promise<void> {
  await git(root, ['checkout', '--quiet', branch])
}

async function commit(root: string, message: string): Promise<void> {
  await git(root, ['add', '--all'])
  await git(root, ['commit', '--quiet', '--message', message])
}

/** Settings without which git wants a user, or does work in the background. */
const settings = [
  'user.name=bench',
  'user.email=bench@localhost',
  'commit.gpgsign=false',
  'gc.auto=0',
  'core.compression=0',
]

async function git(root: string, args: readonly string[]): Promise<void> {
  const options = settings.flatMap((setting) => ['-c', setting])
  const child = spawn('git', [...options, ...args], { cwd: root, stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`git ${args[0]} failed with exit code ${code}`)
}
