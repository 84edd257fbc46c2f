import { createColors } from 'picocolors'
import { OutputUnwritableError } from '../errors.ts'

type Colors = ReturnType<typeof createColors>

/** Where a command writes, and how much it may say there. */
export interface Terminal {
  /** Data: resolves when the reader has room for more. */
  write(text: string): Promise<void>
  /** Anything a person may want to know; silent under `--quiet`. */
  note(text: string): void
  /** Only under `--verbose`. */
  detail(text: string): void
  /** What went wrong; never silent. */
  complain(text: string): void
  /** One line that is written over again, on a person's terminal only; `undefined` takes it away. */
  progress(text: string | undefined): void
  readonly colors: Colors
  readonly errorColors: Colors
}

/** What {@link createTerminal} must know. */
export interface TerminalOptions {
  readonly quiet: boolean
  readonly verbose: boolean
  readonly color: boolean
  /** Whether the environment says that no person watches (`CI`). */
  readonly unattended: boolean
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

/** Makes the {@link Terminal} of a process: data to stdout, everything else to stderr. */
export function createTerminal(options: TerminalOptions): Terminal {
  const { stdout, stderr, quiet } = options
  const live = stderr.isTTY === true && !quiet && !options.unattended
  let shown = false
  const clear = (): void => {
    if (shown) stderr.write('\r\u001B[K')
    shown = false
  }
  const say = (text: string): void => {
    clear()
    stderr.write(`${text}\n`)
  }
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        clear()
        stdout.write(text, (cause) => (cause ? reject(new OutputUnwritableError(cause)) : resolve()))
      }),
    note: (text) => {
      if (!quiet) say(text)
    },
    detail: (text) => {
      if (options.verbose) say(text)
    },
    complain: say,
    progress: (text) => {
      if (!live) return
      if (text === undefined) return clear()
      stderr.write(`\r\u001B[K${text.slice(0, (stderr.columns || 80) - 1)}`)
      shown = true
    },
    colors: createColors(options.color && stdout.isTTY === true),
    errorColors: createColors(options.color && stderr.isTTY === true),
  }
}
