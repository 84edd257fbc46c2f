import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import type { Answer, CommandContext, GlobalOptions, StreamedAnswer } from './command.ts'

/** Runs a parsed command: `load` brings its code in, only now. */
export type Dispatch = (
  name: string,
  global: GlobalOptions,
  run: (context: CommandContext) => Promise<Answer | StreamedAnswer>,
) => Promise<void>

/** One command as the user sees it. */
interface CommandSpec {
  readonly name: string
  readonly summary: string
  readonly examples: readonly string[]
  readonly arguments: readonly Argument[]
  readonly options: readonly Option[]
  readonly load: () => Promise<{
    run: (context: CommandContext, args: never, options: never) => Promise<Answer | StreamedAnswer>
  }>
}

const symbol = (name: string): Argument =>
  new Argument(`<${name}>`, 'an id (src/pool.ts#Pool.acquire), a qualified name (Pool.acquire), a name (acquire)')

const target = new Argument(
  '<symbol>',
  'an id (src/pool.ts#Pool.acquire), a qualified name (Pool.acquire), a name (acquire), or FILE:LINE[:COLUMN]',
)
const exactOne = new Option('--exact-one', 'fail with the candidates when the name fits several symbols')
const failEmpty = new Option('--fail-empty', 'exit 1 when nothing was found')
const depth = new Option('--depth <n>', 'how many calls away').argParser(distance).default(1)
const listing = [
  new Option('--limit <n>', 'show at most n rows (default: 50)').argParser(wholeNumber),
  new Option('--all', 'show all rows'),
  failEmpty,
]

const specs: readonly CommandSpec[] = [
  {
    name: 'index',
    summary: 'bring the graph up to date with the folder',
    examples: ['forge index', 'forge index ../other-project --full'],
    arguments: [new Argument('[dir]', 'the project folder')],
    options: [
      new Option('--full', 'forget what is cached and read everything again'),
      new Option('--jobs <n>', 'how many threads read files').argParser(positiveNumber),
    ],
    load: () => import('./commands/index.ts'),
  },
  {
    name: 'status',
    summary: 'revision, freshness, counts, diagnostics, what could not be resolved',
    examples: ['forge status', 'forge status --json'],
    arguments: [],
    options: [
      new Option('--limit <n>', 'show at most n diagnostics (default: 50)').argParser(wholeNumber),
      new Option('--all', 'show all diagnostics'),
    ],
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'find',
    summary: 'symbols by name: exact, prefix, camelCase parts, full text',
    examples: [
      'forge find createPool',
      'forge find sQ --kind function',
      'forge find "acquire timeout" --file src/pool',
    ],
    arguments: [new Argument('<query>', 'a name, the start of one, its parts, or words')],
    options: [
      new Option('--kind <kind>', 'only symbols of this kind (function, class, …)'),
      new Option('--file <path>', 'only in this file or below this folder'),
      new Option('--lang <language>', 'only in this language'),
      new Option('--exact', 'only symbols of exactly this name'),
      ...listing,
    ],
    load: () => import('./commands/find.ts'),
  },
  {
    name: 'def',
    summary: 'the definition of what is named at a position',
    examples: ['forge def src/pool.ts:42:7'],
    arguments: [new Argument('<position>', 'FILE:LINE[:COLUMN], both from 1')],
    options: [],
    load: () => import('./commands/def.ts'),
  },
  {
    name: 'refs',
    summary: 'all references to a symbol',
    examples: ['forge refs createPool', 'forge refs src/pool.ts:42:7'],
    arguments: [target],
    options: [exactOne, ...listing],
    load: () => import('./commands/refs.ts'),
  },
  {
    name: 'callers',
    summary: 'who calls a symbol',
    examples: ['forge callers Pool.acquire', 'forge callers acquire --depth 3'],
    arguments: [target],
    options: [depth, exactOne, ...listing],
    load: () => import('./commands/callers.ts'),
  },
  {
    name: 'callees',
    summary: 'what a symbol calls',
    examples: ['forge callees Pool.acquire'],
    arguments: [target],
    options: [depth, exactOne, ...listing],
    load: () => import('./commands/callees.ts'),
  },
  {
    name: 'path',
    summary: 'the shortest chain of calls from one symbol to another',
    examples: ['forge path main Pool.acquire'],
    arguments: [symbol('from'), symbol('to')],
    options: [exactOne, failEmpty],
    load: () => import('./commands/path.ts'),
  },
  {
    name: 'export',
    summary: 'the whole graph, one JSON object a line, the same bytes on every machine',
    examples: ['forge export > graph.jsonl'],
    arguments: [],
    options: [new Option('--format <format>', 'the format').choices(['jsonl']).default('jsonl')],
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'doctor',
    summary: 'checks that Forge can work here, and says what to do where it cannot',
    examples: ['forge doctor'],
    arguments: [],
    options: [],
    load: () => import('./commands/doctor.ts'),
  },
]

/** The whole command line; parsing it calls `dispatch` for the command that was asked for. */
export function createProgram(version: string, dispatch: Dispatch): Command {
  const program = withGlobals(new Command('forge'))
    .description('Ask a codebase: where is it, who calls it, who uses it.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: false })
    .addHelpText(
      'before',
      examplesText(['forge index', 'forge find createPool', 'forge callers Pool.acquire --depth 2']),
    )
  for (const spec of specs) program.addCommand(createCommand(spec, program, dispatch))
  return program
}

function createCommand(spec: CommandSpec, program: Command, dispatch: Dispatch): Command {
  const command = withGlobals(new Command(spec.name))
    .summary(spec.summary)
    .description(`${spec.summary[0]!.toUpperCase()}${spec.summary.slice(1)}.`)
    .helpOption('--help', 'show this help')
    .addHelpText('before', examplesText(spec.examples))
    .copyInheritedSettings(program)
  for (const argument of spec.arguments) command.addArgument(argument)
  for (const option of spec.options) command.addOption(option)
  return command.action(async () => {
    const options = command.optsWithGlobals()
    await dispatch(spec.name, options, async (context) => {
      const { run } = await spec.load()
      return run(context, command.processedArgs as never, options as never)
    })
  })
}

/** Global options are taken before and after the name of the command. */
function withGlobals(command: Command): Command {
  return command
    .addOption(global('--cwd <dir>', 'work as if started in this folder'))
    .addOption(global('--db <file>', 'the database (default: .forge/graph.db in the project root)'))
    .addOption(global('--json', 'print one JSON object'))
    .addOption(global('--quiet', 'print nothing but the answer'))
    .addOption(global('--verbose', 'print what takes how long'))
    .addOption(global('--no-color', 'print without colours'))
    .addOption(
      global('--wait <seconds>', 'how long to wait for another process that writes (default: 30)').argParser(seconds),
    )
}

function global(flags: string, description: string): Option {
  return new Option(flags, description).helpGroup('Global options:')
}

function examplesText(examples: readonly string[]): string {
  return `Examples:\n${examples.map((line) => `  $ ${line}`).join('\n')}\n`
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.')
  return Number(text)
}

function positiveNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('A whole number from 1 to 999 is needed.')
  return Number(text)
}

function distance(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('A whole number from 1 is needed.')
  return Number(text)
}

function seconds(text: string): number {
  if (!/^\d{1,6}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('A number of seconds is needed.')
  return Number(text)
}
