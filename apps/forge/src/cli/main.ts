import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { isForgeError, toErrorJson, type ErrorJson } from '@forge/errors'
import { type Command, CommanderError } from 'commander'
import { UsageError } from '../errors.ts'
import { Forge } from '../forge.ts'
import { waitOf, type Answer, type CommandContext, type GlobalOptions, type StreamedAnswer } from './command.ts'
import { exitCode, exitCodeOf, isInterrupt } from './exit-code.ts'
import { createProgram } from './program.ts'
import { projectRoot } from './project-root.ts'
import { createTerminal, type Terminal } from './terminal.ts'

const argv = process.argv.slice(2)
const busyHint = 'Another process is writing to the index; try again, or wait longer with --wait SECONDS'
const interrupt = new AbortController()

process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)
// The reader of a pipe that goes away (`forge export | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCode.done)
  throw error
})

process.exitCode = await main()

async function main(): Promise<number> {
  let exit: number = exitCode.done
  let usage = ''
  const program = createProgram(version(), async (name, global, run) => {
    exit = await runCommand(name, global, run)
  })
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: (text) => void (usage += text) })
  }
  if (argv.length === 0) {
    program.outputHelp()
    return exit
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exit
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(error, terminalOf({}))
    if (error.exitCode === 0) return exitCode.done
    const [message = '', ...hints] = usage
      .trim()
      .replace(/^error: /, '')
      .split('\n')
    const hint = [...hints.filter((line) => line !== ''), `See \`${helpCommand(program)}\``].join('\n')
    return fail(new UsageError(message, { hint }), terminalOf({}))
  }
}

/** The help that fits the command line: of the command it names, if it names one. */
function helpCommand(program: Command): string {
  const named = program.commands.find((command) => argv.includes(command.name()))
  return named === undefined ? 'forge --help' : `forge ${named.name()} --help`
}

async function runCommand(
  name: string,
  global: GlobalOptions,
  run: (context: CommandContext) => Promise<Answer | StreamedAnswer>,
): Promise<number> {
  const terminal = terminalOf(global)
  const cwd = path.resolve(global.cwd ?? '.')
  await using opened = new AsyncDisposableStack()
  const context: CommandContext = {
    global,
    terminal,
    signal: interrupt.signal,
    cwd,
    place: (directory) => {
      const root = projectRoot(cwd, directory)
      return {
        root,
        database: global.db === undefined ? path.join(root, '.forge', 'graph.db') : path.resolve(cwd, global.db),
      }
    },
    open: async () => {
      const { root, database } = context.place()
      return opened.use(await Forge.open(root, { database, create: false, ...waitOf(global) }))
    },
  }
  try {
    const answer = await run(context)
    terminal.progress(undefined)
    await print(name, answer, global, terminal)
    return 'exit' in answer ? (answer.exit ?? exitCode.done) : exitCode.done
  } catch (error) {
    terminal.progress(undefined)
    return fail(error, terminal)
  }
}

async function print(
  name: string,
  answer: Answer | StreamedAnswer,
  global: GlobalOptions,
  terminal: Terminal,
): Promise<void> {
  if ('lines' in answer) return printLines(name, answer, global, terminal)
  const { data, diagnostics = [], freshness = { revision: 0, stale: false, pending: [] } } = answer
  if (global.json === true) {
    return terminal.write(`${JSON.stringify({ schema: `forge.${name}/1`, data, diagnostics, freshness })}\n`)
  }
  if (answer.text !== '') await terminal.write(`${answer.text}\n`)
  noteStale(answer.freshness, terminal)
}

async function printLines(
  name: string,
  answer: StreamedAnswer,
  global: GlobalOptions,
  terminal: Terminal,
): Promise<void> {
  const json = global.json === true
  if (json) await terminal.write(`{"schema":"forge.${name}/1","data":[`)
  let chunk = ''
  let first = true
  for await (const line of answer.lines) {
    interrupt.signal.throwIfAborted()
    chunk += json ? `${first ? '' : ','}${line.trimEnd()}` : line
    first = false
    if (chunk.length > 65_536) {
      await terminal.write(chunk)
      chunk = ''
    }
  }
  await terminal.write(json ? `${chunk}],"diagnostics":[],"freshness":${JSON.stringify(answer.freshness)}}\n` : chunk)
  if (!json) noteStale(answer.freshness, terminal)
}

function noteStale(freshness: Answer['freshness'], terminal: Terminal): void {
  if (freshness?.stale !== true) return
  const count = freshness.pending.length
  terminal.note(
    terminal.errorColors.yellow(
      `${count} ${count === 1 ? 'file has' : 'files have'} changed since revision ${freshness.revision}; run \`forge index\``,
    ),
  )
}

async function fail(error: unknown, terminal: Terminal): Promise<number> {
  const exit = exitCodeOf(error)
  const shown = errorOf(error)
  if (argv.includes('--json')) {
    await terminal.write(`${JSON.stringify({ schema: 'forge.error/1', error: shown })}\n`)
    return exit
  }
  const { bold, dim, red } = terminal.errorColors
  terminal.complain(`${bold(red('error'))} ${shown.message} ${dim(`(${shown.code})`)}`)
  if (shown.hint !== undefined) terminal.complain(shown.hint)
  if (exit === exitCode.bug && error instanceof Error) terminal.complain(dim(error.stack ?? ''))
  return exit
}

function errorOf(error: unknown): ErrorJson {
  if (isInterrupt(error)) return { code: 'FORGE_INTERRUPTED', message: 'Interrupted; the store is as it was before' }
  if (isForgeError(error) && error.code.endsWith('_BUSY')) return { ...toErrorJson(error), hint: busyHint }
  if (isForgeError(error)) return toErrorJson(error)
  return {
    code: 'FORGE_INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a bug in Forge; please report it with this message',
  }
}

function terminalOf(global: GlobalOptions): Terminal {
  return createTerminal({
    quiet: global.quiet === true || argv.includes('--quiet'),
    verbose: global.verbose === true,
    color: global.color !== false && !argv.includes('--no-color') && process.env['NO_COLOR'] === undefined,
    unattended: process.env['CI'] !== undefined,
    stdout: process.stdout,
    stderr: process.stderr,
  })
}

/** The first signal asks everything to stop; the second one, or a second without an end, does not ask. */
function onSignal(): void {
  if (interrupt.signal.aborted) process.exit(exitCode.interrupted)
  interrupt.abort()
  setTimeout(() => process.exit(exitCode.interrupted), 900).unref()
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return manifest.version
}
