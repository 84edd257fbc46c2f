import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Target } from './hostile-requests.ts'

/** A `forge serve` in a process of its own. */
export interface ServeProcess extends Target, AsyncDisposable {
  readonly url: string
  readonly child: ChildProcess
  /** Resident memory in MiB (Linux). */
  memory(): number
  /** Open file descriptors (Linux). */
  descriptors(): number
  stderr(): string
}

/** Starts `forge serve` from source in a folder. */
export async function startServe(root: string, args: readonly string[]): Promise<ServeProcess> {
  const main = fileURLToPath(new URL('../../../apps/forge/src/cli/main.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    ['--conditions=@forge/source', main, 'serve', '--cwd', root, '--port', '0', ...args],
    { env: { ...process.env, FORGE_TOKEN: '', NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    child.once('close', () => reject(new Error(`forge serve has ended: ${stderr}`)))
  })
  const { token } = JSON.parse(readFileSync(join(root, '.forge', 'serve.json'), 'utf8')) as { readonly token: string }
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as Target['document']
  return {
    url,
    port: Number(new URL(url).port),
    token,
    document,
    child,
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    descriptors: () => readdirSync(`/proc/${child.pid}/fd`).length,
    stderr: () => stderr,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}
