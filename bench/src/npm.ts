import { BenchSetupError } from './bench-errors.ts'
import { runMeasured } from './measured-process.ts'

/** An npm command that may use the network. */
export interface NpmRequest {
  readonly args: readonly string[]
  readonly cwd: string
  readonly signal: AbortSignal
}

const timeoutMs = 300_000

/**
 * Runs npm with the user's own configuration, so that their registry is used, and no install scripts.
 *
 * @throws {BenchSetupError} npm failed; only npm's own error code is told, since its output names hosts and paths.
 */
export async function npm(request: NpmRequest): Promise<void> {
  const outcome = await runMeasured({
    program: 'npm',
    args: [...request.args, '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'],
    cwd: request.cwd,
    env: inheritedEnvironment(),
    timeoutMs,
    signal: request.signal,
  })
  if (outcome.failure === undefined) return
  const code = /^npm error code (\S+)/m.exec(outcome.stderr)?.[1]
  throw new BenchSetupError(`npm ${request.args[0]} ${outcome.failure}${code === undefined ? '' : ` (${code})`}`, {
    hint: 'The first run of a benchmark needs a registry: run the same npm command by hand to see what it says',
    details: { args: request.args },
  })
}

function inheritedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(entries)
}
