import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Processes that write to one file. */
export interface WritersOptions {
  /** The program of each. It is given the file, its prefix, how many writes and a seed, and prints `ready`, a line for
   * each write once it is acknowledged, and `done`. */
  readonly program: URL
  readonly file: string
  readonly processes: number
  /** Of each process. */
  readonly writes: number
  /** How many of the processes are killed, in a row at random times. */
  readonly kills: number
  readonly random: () => number
}

/** How a process ended. */
export interface Ended {
  /** What it printed, whole lines, between `ready` and `done`. */
  readonly lines: readonly string[]
  readonly killed: boolean
  /** Why it ended otherwise than it should. */
  readonly fault: string | undefined
}

/** Runs the processes at the same time, kills some with SIGKILL, and waits for all. */
export async function runWriters({
  program,
  file,
  processes,
  writes,
  kills,
  random,
}: WritersOptions): Promise<readonly Ended[]> {
  const script = fileURLToPath(program)
  const writers = Array.from({ length: processes }, (_, index) =>
    startWriter([script, file, String(index), String(writes), String(Math.floor(random() * 2 ** 31))]),
  )
  await Promise.all(writers.map(({ ready }) => ready))
  for (const { kill } of writers.slice(0, kills)) {
    await setTimeout(random() * writes)
    kill()
  }
  return await Promise.all(writers.map(({ end }) => end))
}

function startWriter(args: readonly string[]) {
  const child = spawn(process.execPath, ['--conditions=@forge/source', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      if (stdout.startsWith('ready\n')) resolve()
    })
    child.on('close', () => resolve())
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const end = once(child, 'close').then((): Ended => {
    // What was being printed when it was killed was not acknowledged.
    const lines = stdout.slice(0, stdout.lastIndexOf('\n')).split('\n').slice(1)
    const killed = child.signalCode === 'SIGKILL'
    const done = lines.at(-1) === 'done'
    const failed = !killed && (child.exitCode !== 0 || !done)
    return {
      lines: done ? lines.slice(0, -1) : lines,
      killed,
      fault: failed ? `The process ${args[2]} ended with ${child.exitCode}: ${stderr}` : undefined,
    }
  })
  return { ready, end, kill: () => void child.kill('SIGKILL') }
}
