import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

/** The environment of this process, with the workspace's own commands first on the PATH. */
const workspaceEnv: Readonly<NodeJS.ProcessEnv> = {
  ...process.env,
  PATH: `${join(import.meta.dirname, '../node_modules/.bin')}${delimiter}${process.env.PATH}`,
}

/** How a process ended and what it printed. */
export interface FinishedProcess {
  /** `null` when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Where and how long a process may run. */
export interface FinishedProcessOptions {
  readonly cwd: string
  /** Instead of this process's own, with the commands of the workspace first. */
  readonly env?: Readonly<NodeJS.ProcessEnv>
  readonly timeoutMs?: number
}

/** Runs `command` to its end; a code other than 0 is an answer, not an error. */
export function finishedProcess(
  command: string,
  args: readonly string[],
  { cwd, env = workspaceEnv, timeoutMs = 180_000 }: FinishedProcessOptions,
): Promise<FinishedProcess> {
  const { promise, resolve, reject } = Promise.withResolvers<FinishedProcess>()
  const child = spawn(command, args, { cwd, env, timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  child.on('error', reject)
  child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  return promise
}

/** Like {@link finishedProcess}, but a code other than 0 is thrown with all that was printed. */
export async function successfulProcess(
  command: string,
  args: readonly string[],
  options: FinishedProcessOptions,
): Promise<FinishedProcess> {
  const finished = await finishedProcess(command, args, options)
  if (finished.code !== 0) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${finished.code}\n${finished.stdout}\n${finished.stderr}`.trimEnd(),
    )
  }
  return finished
}
