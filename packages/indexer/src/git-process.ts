import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, parse } from 'node:path'

/**
 * Invariant: nothing the repository configures is run. `ls-files` would start a
 * program for `core.fsmonitor`, and a hook when it wrote the index.
 */
const safeArguments = [
  '--no-pager',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'safe.bareRepository=explicit',
]

/** Whether git has a repository at the folder or above it. */
export function isInRepository(root: string): boolean {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return true
    if (dirname(folder) === folder) return false
  }
}

/** Runs git in a folder that is not trusted: standard output, or the reason why there is none. */
export function git(root: string, args: readonly string[], signal?: AbortSignal): Promise<Buffer | string> {
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      [...safeArguments, '-C', root, ...args],
      {
        // Not the repository: some systems look for programs in the working directory first.
        cwd: parse(root).root,
        env: gitEnvironment(),
        encoding: 'buffer',
        maxBuffer: Number.POSITIVE_INFINITY,
        windowsHide: true,
        ...(signal === undefined ? {} : { signal }),
      },
      (error, stdout, stderr) => {
        if (signal?.aborted === true) reject(signal.reason)
        else if (error === null) resolve(stdout)
        else resolve(stderr.toString('utf8').trim().split('\n')[0] || error.message)
      },
    )
  })
}

/** The environment git needs to be found and to know its user, without what points it to another repository. */
function gitEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {}
  // oxlint-disable-next-line node/no-process-env -- no setting is read from it: it is handed on, cleaned
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && (!name.startsWith('GIT_') || name.startsWith('GIT_CONFIG_'))) environment[name] = value
  }
  environment['GIT_OPTIONAL_LOCKS'] = '0'
  // Missing objects of a partial clone stay missing: fetching them would run what the repository configures.
  environment['GIT_NO_LAZY_FETCH'] = '1'
  environment['GIT_ALLOW_PROTOCOL'] = 'none'
  environment['GIT_TERMINAL_PROMPT'] = '0'
  environment['LC_ALL'] = 'C'
  return environment
}
