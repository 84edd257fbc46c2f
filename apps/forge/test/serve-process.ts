import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { bin } from './forge-process.ts'

/** A `forge serve` in a process of its own. */
export interface Served {
  readonly url: string
  readonly token: string
  readonly process: ChildProcess
  /** What it has said so far beside data. */
  stderr(): string
  /** The lines of its log so far. */
  log(): readonly LogLine[]
  /** Asks it to stop as Ctrl-C does; gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** A line of the log. */
export interface LogLine {
  readonly event: string
  readonly level: string
  readonly [name: string]: unknown
}

/** Starts `forge serve` in a folder and waits until it listens; it ends with the caller at the latest. */
export async function serve(root: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Served> {
  const child = spawn(process.execPath, [bin, 'serve', '--cwd', root, '--port', '0', ...args], {
    env: { ...process.env, NODE_OPTIONS: '', CI: '1', FORGE_TOKEN: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      if (stdout.includes('\n')) resolve(stdout.trim())
    })
    child.on('close', (code) => reject(new Error(`forge serve ended with ${code}: ${stderr}`)))
  })
  const { token } = JSON.parse(readFileSync(path.join(root, '.forge', 'serve.json'), 'utf8')) as { token?: string }
  return {
    url,
    token: token ?? env['FORGE_TOKEN'] ?? '',
    process: child,
    stderr: () => stderr,
    log: () =>
      stderr
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as LogLine),
    async stop(signal = 'SIGINT') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.kill(signal)
      const [code] = (await once(child, 'close')) as [number | null]
      return code
    },
  }
}
