import type { Freshness, Forge } from '../forge.ts'
import { count } from './render.ts'
import type { Terminal } from './terminal.ts'

/** The options every command takes, but for those that say only how it talks. */
export interface GlobalOptions {
  readonly cwd?: string
  readonly db?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly wait?: number
  readonly update?: boolean
}

/** The options of commands that list. */
export interface ListOptions {
  readonly limit?: number
  readonly all?: boolean
  readonly failEmpty?: boolean
}

/** What a command works with. */
export interface CommandContext {
  readonly global: GlobalOptions
  /** The version of Forge. */
  readonly version: string
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** The working directory, `--cwd` standing in for it. */
  readonly cwd: string
  /** The root of the project, and the file of its database. */
  place(directory?: string): { readonly root: string; readonly database: string }
  /** Closes what is given when the command ends. */
  use<T extends AsyncDisposable>(resource: T): T
  /**
   * Opens the index that is there, and brings it up to date unless `--no-update` or `update` says not to; closed for the command when it
   * ends. Says how fresh it is then.
   */
  open(options?: { readonly update?: boolean }): Promise<{ readonly forge: Forge; readonly freshness: Freshness }>
  /**
   * Lets signals end the process at once while `work` runs, which only reads: no handler is called, and no thread ends,
   * while SQLite is at one long statement.
   */
  endedBySignals<T>(work: () => Promise<T>): Promise<T>
  /** Lets `work` go on until a signal comes, and end as it needs to then; a second one ends the process at once. */
  untilSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>
}

/** What a command found: data for `--json`, text for people. */
export interface Answer {
  readonly data: unknown
  /** The text for people, without a last line break. */
  readonly text: string
  readonly diagnostics?: readonly unknown[]
  readonly freshness?: Freshness
  /** The exit code; 0 when absent. */
  readonly exit?: number
}

/** What a command gives back: nothing where it has said all itself. */
export type CommandResult = Answer | StreamedAnswer | undefined

/** A long answer, given line by line: each is a JSON object and a line break. */
export interface StreamedAnswer {
  readonly lines: AsyncIterable<string>
  readonly freshness: Freshness
}

/** What answers say that are about no index. */
export const noFreshness: Freshness = { revision: 0, stale: false, pending: [] }

const defaultLimit = 50

/** How many rows to show: `--all`, `--limit N`, or 50. */
export function rowLimit(options: ListOptions): number {
  return options.all === true ? Number.POSITIVE_INFINITY : (options.limit ?? defaultLimit)
}

/** The line under a list that was cut, or none. */
export function cutNote(shown: number, total: number, nouns?: string): string[] {
  const of = nouns === undefined ? count(total) : `${count(total)} ${nouns}`
  return shown < total ? [`showing ${count(shown)} of ${of} (--limit N, --all)`] : []
}

/**
 * How a command opens the index. Without a thread: it would start at the end of a cold index, for a checkpoint that
 * closing makes anyway, and a close of 0.1 s would take 0.3 s [measured on effect].
 */
export function storeOptions(global: GlobalOptions): { readonly threads: false; readonly busyDeadline?: number } {
  return { threads: false, ...(global.wait === undefined ? {} : { busyDeadline: global.wait * 1000 }) }
}
