import { createColors } from 'picocolors'
import { OutputUnwritableError } from '../errors.ts'

type Colors = ReturnType<typeof createColors>

/** Where a command writes, and how much it may say there. */
export interface Terminal {
  /** Data for programs: resolves when the reader has room for more. */
  write(text: string): Promise<void>
  /** An answer for people, a line break after it. Resolves like {@link Terminal.write}. */
  print(text: string): Promise<void>
  /** Anything a person may want to know; silent under `--quiet`. */
  note(text: string): void
  /** Only under `--verbose`. */
  detail(text: string): void
  /** What went wrong; never silent. */
  complain(text: string): void
  /** One line that is written over again, on a person's terminal only; `undefined` takes it away. */
  progress(text: string | undefined): void
  /** How wide the terminal is that answers are read on; undefined where a program reads them. */
  readonly width: number | undefined
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
    stderr.write(`${harmless(text)}\n`)
  }
  const write = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      clear()
      stdout.write(text, (cause) => (cause ? reject(new OutputUnwritableError(cause)) : resolve()))
    })
  return {
    write,
    print: (text) => write(`${harmless(text)}\n`),
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
    width: stdout.isTTY === true ? stdout.columns || 80 : undefined,
    colors: createColors(options.color && stdout.isTTY === true),
    errorColors: createColors(options.color && stderr.isTTY === true),
  }
}

/** A control character, and what follows where it makes a colour. */
const control = /\p{Cc}(?:\[[\d;]*m)?/gu

/**
 * The text without control characters but tabs, line breaks and colours: names and paths of a project may hold what
 * moves the cursor, retitles the window or worse.
 */
function harmless(text: string): string {
  return text.replaceAll(control, (found) => {
    const isColor = found.startsWith('\u001B') && found.length > 1
    return isColor || found.startsWith('\n') || found.startsWith('\t') ? found : `\uFFFD${found.slice(1)}`
  })
}
