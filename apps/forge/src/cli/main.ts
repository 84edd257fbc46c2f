import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { isForgeError, toErrorJson, type ErrorJson } from '@forge/errors'
import { RootNotFoundError } from '@forge/indexer'
import { type Command, CommanderError } from 'commander'
import { checkFolder } from '../check-folder.ts'
import { OutputUnwritableError, UsageError } from '../errors.ts'
import { Forge } from '../forge.ts'
import { bringUpToDate } from './bring-up-to-date.ts'
import {
  noFreshness,
  storeOptions,
  type Answer,
  type CommandContext,
  type CommandResult,
  type GlobalOptions,
  type StreamedAnswer,
} from './command.ts'
import { exitCode, exitCodeOf, isInterrupt } from './exit-code.ts'
import { createProgram } from './program.ts'
import { projectRoot } from './project-root.ts'
import { remedyOf } from './remedy.ts'
import { whatChanged } from './render.ts'
import { createTerminal, type Terminal } from './terminal.ts'
import { workerUrl } from './worker-url.ts'

const argv = process.argv.slice(2)
const flags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
const isJson = flags.some((flag, at) =>
  flag === '--format' ? flags[at + 1] === 'json' : ['--json', '--format=json'].includes(flag),
)
const interrupt = new AbortController()

for (const name of ['SIGINT', 'SIGTERM']) process.on(name, onSignal)
// The reader of a pipe that goes away (`forge export | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCode.done)
})
// What nobody can hear is not said.
process.stderr.on('error', () => undefined)

process.exitCode = await main()

async function main(): Promise<number> {
  let exit: number = exitCode.done
  let usage = ''
  const program = createProgram(version(), async (name, global, run) => {
    exit = await runCommand(name, global, run)
  })
  for (const command of withInner(program)) {
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
    if (!(error instanceof CommanderError)) return fail(error, terminalOf())
    if (error.exitCode === 0) return exitCode.done
    if (error.code === 'commander.help') usage = 'no command is given'
    const [message = '', ...hints] = usage
      .trim()
      .replace(/^error: /, '')
      .split('\n')
    const hint = [...hints.filter((line) => line !== ''), `See \`${helpCommand(program)}\``].join('\n')
    return fail(new UsageError(message, { hint }), terminalOf())
  }
}

function withInner(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withInner)]
}

/** The help that fits the command line: of the command it names, if it names one. */
function helpCommand(program: Command): string {
  let command = program
  const words = ['forge']
  for (const word of argv) {
    const inner = command.commands.find((each) => each.name() === word)
    if (inner === undefined) continue
    command = inner
    words.push(word)
  }
  return [...words, '--help'].join(' ')
}

async function runCommand(
  name: string,
  global: GlobalOptions,
  run: (context: CommandContext) => Promise<CommandResult>,
): Promise<number> {
  const terminal = terminalOf()
  await using opened = new AsyncDisposableStack()
  try {
    const answer = await run(contextOf(global, terminal, opened))
    terminal.progress(undefined)
    return answer === undefined ? exitCode.done : await print(name, answer, global, terminal)
  } catch (error) {
    terminal.progress(undefined)
    return fail(error, terminal)
  }
}

/** What a command works with; what it opens is closed with `opened`. */
function contextOf(global: GlobalOptions, terminal: Terminal, opened: AsyncDisposableStack): CommandContext {
  const cwd = workingDirectory(global.cwd)
  const place: CommandContext['place'] = (directory) => {
    const root = projectRoot(cwd, directory)
    return {
      root,
      database: global.db === undefined ? path.join(root, '.forge', 'graph.db') : path.resolve(cwd, global.db),
    }
  }
  const open: CommandContext['open'] = async ({ update = true } = {}) => {
    const { root, database } = place()
    const worker = workerUrl('extract-worker')
    const forge = opened.use(await Forge.open(root, { database, worker, create: false, ...storeOptions(global) }))
    if (!update || global.update === false) return { forge, freshness: await forge.freshness() }
    const wait = (global.wait ?? 30) * 1000
    return { forge, freshness: await bringUpToDate(forge, { database, terminal, signal: interrupt.signal, wait }) }
  }
  return {
    global,
    version: version(),
    terminal,
    signal: interrupt.signal,
    cwd,
    place,
    use: (resource) => opened.use(resource),
    open,
    endedBySignals: (work) => withHandler(undefined, work),
    untilSignal,
  }
}

function untilSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const onStop = (): void => {
    if (stop.signal.aborted) process.exit(exitCode.interrupted)
    stop.abort()
  }
  return withHandler(onStop, () => work(stop.signal))
}

/** Lets another handler hear of signals, or none, while `work` runs. */
async function withHandler<T>(handler: (() => void) | undefined, work: () => Promise<T>): Promise<T> {
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.off(name, onSignal)
    if (handler !== undefined) process.on(name, handler)
  }
  try {
    return await work()
  } finally {
    for (const name of ['SIGINT', 'SIGTERM']) {
      if (handler !== undefined) process.off(name, handler)
      process.on(name, onSignal)
    }
  }
}

function workingDirectory(given = '.'): string {
  try {
    const folder = path.resolve(given)
    checkFolder(folder)
    return folder
  } catch (error) {
    // The folder that the process was started in may be gone; then it has no name any more.
    throw isForgeError(error) ? error : new RootNotFoundError(given, error)
  }
}

/** Prints the answer and gives the exit code. */
async function print(
  name: string,
  answer: Answer | StreamedAnswer,
  global: GlobalOptions,
  terminal: Terminal,
): Promise<number> {
  if ('lines' in answer) return printLines(name, answer, global, terminal)
  const { data, diagnostics = [], freshness = noFreshness, exit = exitCode.done } = answer
  if (global.json === true) {
    await terminal.write(`${JSON.stringify({ schema: `forge.${name}/1`, data, diagnostics, freshness })}\n`)
    return exit
  }
  if (answer.text !== '') await terminal.print(answer.text)
  noteStale(answer.freshness, terminal)
  return exit
}

/** An error half-way becomes a member of the one JSON object that `--json` prints. */
async function printLines(
  name: string,
  answer: StreamedAnswer,
  global: GlobalOptions,
  terminal: Terminal,
): Promise<number> {
  const json = global.json === true
  if (json) await terminal.write(`{"schema":"forge.${name}/1","data":[`)
  let chunk = ''
  let first = true
  try {
    for await (const line of answer.lines) {
      interrupt.signal.throwIfAborted()
      chunk += json ? `${first ? '' : ','}${line.trimEnd()}` : line
      first = false
      if (chunk.length > 65_536) {
        await terminal.write(chunk)
        chunk = ''
      }
    }
  } catch (error) {
    if (!json) throw error
    await terminal.write(`${chunk}],"error":${JSON.stringify(errorOf(error))}}\n`)
    return exitCodeOf(error)
  }
  await terminal.write(json ? `${chunk}],"diagnostics":[],"freshness":${JSON.stringify(answer.freshness)}}\n` : chunk)
  if (!json) noteStale(answer.freshness, terminal)
  return exitCode.done
}

function noteStale(freshness: Answer['freshness'], terminal: Terminal): void {
  if (freshness?.stale !== true) return
  terminal.note(
    terminal.errorColors.yellow(`${whatChanged(freshness)} since revision ${freshness.revision}; run \`forge index\``),
  )
}

async function fail(error: unknown, terminal: Terminal): Promise<number> {
  const exit = exitCodeOf(error)
  const shown = errorOf(error)
  if (isJson && !(error instanceof OutputUnwritableError)) {
    const { code, message, hint = '', details = {} } = shown
    await terminal.write(`${JSON.stringify({ schema: 'forge.error/1', error: { code, message, hint, details } })}\n`)
    return exit
  }
  const { bold, dim, red } = terminal.errorColors
  terminal.complain(`${bold(red('error'))} ${shown.message} ${dim(`(${shown.code})`)}`)
  if (shown.hint !== undefined) terminal.complain(shown.hint)
  if (exit === exitCode.bug && error instanceof Error) terminal.complain(dim(error.stack ?? ''))
  return exit
}

function errorOf(error: unknown): ErrorJson {
  if (isInterrupt(error)) return { code: 'FORGE_INTERRUPTED', message: 'Interrupted; the store is whole' }
  if (isForgeError(error)) return { ...toErrorJson(error), ...remedyOf(error.code) }
  return {
    code: 'FORGE_INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a bug in Forge; please report it with this message',
  }
}

/** Whether a variable of the environment is there and not empty. */
function isSet(name: string): boolean {
  return (process.env[name] ?? '') !== ''
}

function terminalOf(): Terminal {
  return createTerminal({
    quiet: flags.includes('--quiet'),
    verbose: flags.includes('--verbose'),
    color: !flags.includes('--no-color') && !isSet('NO_COLOR'),
    unattended: isSet('CI'),
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
