import { spawn } from 'node:child_process'

/** How a process ended and what it printed. */
export interface FinishedProcess {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Where and how long a process may run. */
export interface FinishedProcessOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  readonly timeoutMs?: number
}

/** Runs `command` to its end; a code other than 0 is an answer, not an error. */
export function finishedProcess(
  command: string,
  args: readonly string[],
  { cwd, env = process.env, timeoutMs = 180_000 }: FinishedProcessOptions,
): Promise<FinishedProcess> {
  const { promise, resolve, reject } = Promise.withResolvers<FinishedProcess>()
  const child = spawn(command, args, { cwd, env, timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  child.on('error', reject)
  child.on('close', (code) => resolve({ code, stdout, stderr }))
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
