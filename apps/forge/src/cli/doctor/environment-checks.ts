import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Check, ok } from './check.ts'

/** The programs Forge runs in and uses. */
export async function environmentChecks(root: string): Promise<readonly Check[]> {
  return [ok('runtime', `Node ${process.versions.node}`), await gitCheck(root)]
}

async function gitCheck(root: string): Promise<Check> {
  const version = await new Promise<string | undefined>((resolve) => {
    execFile('git', ['--version'], { cwd: existsSync(root) ? root : '.' }, (error, stdout) =>
      resolve(error === null ? stdout.trim() : undefined),
    )
  })
  return ok('git', version ?? 'not found; ignore files are read without it')
}
