import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Makes a folder that lives as long as the test, with the files of one string: each starts with a line `//- /path`. */
export function projectFolder(files = ''): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'forge-indexer-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, text] of parseFiles(files)) write(root, path, text)
  return root
}

/** The files of a fixture string, by path. */
export function parseFiles(files: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const part of files.split(/^\s*\/\/- \//m).slice(1)) {
    const newline = part.indexOf('\n')
    found.set(part.slice(0, newline === -1 ? undefined : newline).trim(), newline === -1 ? '' : part.slice(newline + 1))
  }
  return found
}

/** Writes a file of the project, with its folders. */
export function write(root: string, path: string, data: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), data)
}

/** Runs git in the folder, without the machine's own settings. */
export function git(root: string, ...args: readonly string[]): void {
  execFileSync(
    'git',
    ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'protocol.file.allow=always', ...args],
    {
      cwd: root,
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    },
  )
}
