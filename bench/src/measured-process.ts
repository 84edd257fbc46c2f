import { spawn } from 'node:child_process'
import { sampleTree, type TreeUsage } from './process-tree.ts'

/** One command to run as a cold process. */
export interface ProcessRequest {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment of the process: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Takes standard output as it comes; without it, it is collected in {@link ProcessOutcome.stdout}. */
  readonly onOutput?: (text: string) => void
}

/** What became of a command. */
export interface ProcessOutcome {
  /** From just before it was started until it had ended. */
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakRssBytes: number
  readonly stdout: string
  readonly stderr: string
  /** Why it counts as failed, or `undefined` when it ended with exit code 0. */
  readonly failure: string | undefined
}

/**
 * Runs a command in a process group of its own and measures its whole tree.
 *
 * A command that fails, cannot be started or exceeds its time is an outcome with
 * a `failure`, not an exception. When the signal aborts or the time is over, the
 * whole group is killed; an abort rejects with the signal's reason.
 */
export async function runMeasured(request: ProcessRequest): Promise<ProcessOutcome> {
  request.signal.throwIfAborted()
  const started = performance.now()
  const child = spawn(request.program, request.args, {
    cwd: request.cwd,
    env: request.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const sampler = child.pid === undefined ? undefined : sampleTree(child.pid)
  const killGroup = (): void => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // The whole group has already ended.
    }
  }
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    killGroup()
  }, request.timeoutMs)
  request.signal.addEventListener('abort', killGroup)

  let stdout = ''
  let stderr = ''
  const onOutput = request.onOutput ?? ((text: string) => void (stdout += text))
  child.stdout.setEncoding('utf8').on('data', onOutput)
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (stderr += text))

  let wallMs = 0
  let usage: TreeUsage = { peakRssBytes: 0, cpuMs: 0 }
  const ended = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', () => {
      wallMs = performance.now() - started
      usage = sampler?.stop() ?? usage
      // Whatever the command left running would disturb the next measurement, and may hold its output open.
      killGroup()
    })
    child.once('close', (code, killedBy) => {
      if (code === 0) resolve(undefined)
      else resolve(code === null ? `was killed by ${killedBy}` : `ended with exit code ${code}`)
    })
  })
  clearTimeout(timer)
  request.signal.removeEventListener('abort', killGroup)
  request.signal.throwIfAborted()

  const failure = timedOut ? `took longer than ${request.timeoutMs / 1000} s` : ended
  return { wallMs, ...usage, stdout, stderr, failure }
}

/** Why a command failed, with the line of its output that says most about it. */
export function explainFailure({ failure, stdout, stderr }: ProcessOutcome): string {
  const said = (stderr.trim() === '' ? stdout : stderr).trim().split('\n')
  const line = said.find((text) => /error|cannot|not find|fail/i.test(text)) ?? said[0] ?? ''
  return line === '' ? `${failure}` : `${failure}: ${line.trim()}`
}
