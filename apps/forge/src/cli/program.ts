import { Argument, Command, Option } from 'commander'
import type { CommandContext, CommandResult, GlobalOptions } from './command.ts'
import type { CommandGroup, CommandSpec } from './command-spec.ts'
import { analyticsCommands } from './analytics-commands.ts'
import { codeCommands } from './code-commands.ts'
import { memoryCommands } from './memory-commands.ts'
import {
  byteCount,
  distance,
  migrationTarget,
  portNumber,
  positiveNumber,
  seconds,
  wholeNumber,
} from './option-values.ts'
import { acrossProjects, depsCommand, projectCommands } from './project-commands.ts'
import { runCommands } from './run-commands.ts'

/** Runs a parsed command: `load` brings its code in, only now. */
export type Dispatch = (
  name: string,
  global: GlobalOptions,
  run: (context: CommandContext) => Promise<CommandResult>,
) => Promise<void>

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

const to = (description: string): Option => new Option('--to <migration>', description).argParser(migrationTarget)
const dryRun = new Option('--dry-run', 'say what would be done, with its SQL, and do nothing')

const specs: readonly (CommandSpec | CommandGroup)[] = [
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
    name: 'watch',
    summary: 'bring the graph up to date, and keep it so until Ctrl-C',
    examples: ['forge watch', 'forge watch ../other-project --json'],
    arguments: [new Argument('[dir]', 'the project folder')],
    options: [],
    load: () => import('./commands/watch.ts'),
  },
  {
    name: 'status',
    summary: 'revision, freshness, counts, complexity, diagnostics, what could not be resolved',
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
      ...acrossProjects,
    ],
    load: () => import('./commands/find.ts'),
  },
  {
    name: 'search',
    summary: 'full text: symbols by name, signature and documentation, and lines of code',
    examples: [
      'forge search retry',
      "forge search 'waits between' --only symbols",
      'forge search TODO --only code --word',
      'forge search parse --kind function --exported --in packages/lang',
    ],
    arguments: [new Argument('<text>', 'words for symbols; for lines a text, in any case where it is all lower case')],
    options: [
      new Option('--in <path>', 'only in this file or folder'),
      new Option('--kind <kind>', 'only symbols of this kind'),
      new Option('--lang <language>', 'only in this language'),
      new Option('--exported', 'only symbols that are exported'),
      new Option('--only <what>', 'only symbols, or only lines of code').choices(['symbols', 'code']),
      new Option('--word', 'only lines where the text is not part of a longer word'),
      ...listing,
    ],
    load: () => import('./commands/search.ts'),
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
    examples: ['forge refs createPool', 'forge refs src/pool.ts:42:7', 'forge refs createPool --all-projects'],
    arguments: [target],
    options: [exactOne, ...listing, ...acrossProjects],
    load: () => import('./commands/refs.ts'),
  },
  {
    name: 'callers',
    summary: 'who calls a symbol',
    examples: ['forge callers Pool.acquire', 'forge callers acquire --depth 3'],
    arguments: [target],
    options: [depth, exactOne, ...listing, ...acrossProjects],
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
    name: 'impact',
    summary: 'everything a change of symbols or files may affect, by distance',
    examples: [
      'forge impact Pool.acquire',
      'forge impact src/pool.ts src/queue.ts --files',
      'forge impact acquire --depth 2',
      'forge impact createPool --all-projects',
    ],
    arguments: [new Argument('<targets...>', 'symbols, positions (FILE:LINE[:COLUMN]) and files')],
    options: [
      new Option('--depth <n>', 'at most this many steps away (default: all)').argParser(distance),
      new Option('--files', 'list the files alone'),
      exactOne,
      ...listing,
      ...acrossProjects,
    ],
    load: () => import('./commands/impact.ts'),
  },
  {
    name: 'cycles',
    summary: 'modules that import each other, or symbols that call each other',
    examples: ['forge cycles', 'forge cycles --of calls'],
    arguments: [],
    options: [
      new Option('--of <what>', 'what goes around').choices(['modules', 'calls']).default('modules'),
      new Option('--ambiguous', 'follow calls that lead to one of several candidates too'),
      ...listing,
    ],
    load: () => import('./commands/cycles.ts'),
  },
  {
    name: 'dead',
    summary: 'symbols and files that nothing which runs leads to',
    examples: ['forge dead', 'forge dead --kind function class', "forge dead --entry 'src/pages/**' 'scripts/*.mjs'"],
    arguments: [],
    options: [
      new Option('--entry <glob...>', 'files that are run or imported from outside, beside those that are known'),
      new Option('--kind <kind...>', 'only symbols of these kinds (function, class, …)'),
      new Option('--entries', 'list what was taken as used from outside'),
      ...listing,
    ],
    load: () => import('./commands/dead.ts'),
  },
  {
    name: 'hotspots',
    summary: 'code that is complex, calls much and, with --churn, changes often; how complex the rest is',
    examples: [
      'forge hotspots',
      'forge hotspots --complexity 20 --fan-out 10',
      'forge hotspots --by cognitive --churn --since 90d',
    ],
    arguments: [],
    options: [
      new Option('--by <measure>', 'what complexity is: ways through code, or how hard it is to follow')
        .choices(['cyclomatic', 'cognitive'])
        .default('cyclomatic'),
      new Option('--complexity <n>', 'the least complexity (default: 10, cognitive 15)').argParser(wholeNumber),
      new Option('--fan-out <n>', 'the least number of symbols called').argParser(wholeNumber).default(5),
      new Option('--churn', 'multiply by how many commits have changed the file, under the path that it has now'),
      new Option('--since <time>', 'of these, only commits from then on: 90d, 2026-11-01; as --churn'),
      ...listing,
    ],
    load: () => import('./commands/hotspots.ts'),
  },
  {
    name: 'modules',
    summary: 'how much files depend on each other; of one file or folder, on what',
    examples: ['forge modules', 'forge modules src/pool.ts', 'forge modules packages/db --json'],
    arguments: [new Argument('[path]', 'a file or a folder')],
    options: listing,
    load: () => import('./commands/modules.ts'),
  },
  ...analyticsCommands,
  ...codeCommands,
  {
    name: 'export',
    summary: 'the whole graph, one JSON object a line, the same bytes on every machine; or as Parquet files',
    examples: ['forge export > graph.jsonl', 'forge export --format parquet --to graph-parquet'],
    arguments: [],
    options: [
      new Option('--format <format>', 'the format').choices(['jsonl', 'parquet']).default('jsonl'),
      new Option('--to <dir>', 'the folder that Parquet files are written to'),
      new Option('--force', 'replace Parquet files that are there'),
      new Option(
        '--runs-db <file>',
        'the runs that go into Parquet files (default: .forge/runs.db in the project root)',
      ),
    ],
    load: () => import('./commands/export.ts'),
  },
  runCommands,
  memoryCommands,
  projectCommands,
  depsCommand,
  {
    name: 'serve',
    summary: 'the HTTP API: runs, memory and the graph, on this machine',
    examples: [
      'forge serve',
      'forge serve --port 0',
      'FORGE_TOKEN=… forge serve --host 0.0.0.0 --allow-host build.local',
    ],
    arguments: [],
    options: [
      new Option('--port <n>', 'the port; 0 for any that is free').argParser(portNumber).default(3674),
      new Option(
        '--host <address>',
        'the address to listen on; any but this machine alone needs the token for reading too',
      ).default('127.0.0.1'),
      new Option('--allow-host <name...>', 'names the server may be called, beside localhost and addresses'),
      new Option('--max-body <size>', 'the most bytes of a request')
        .argParser(byteCount)
        .default(32 * 2 ** 20, '32MiB'),
      new Option('--runs-db <file>', 'the runs (default: .forge/runs.db in the project root)'),
      new Option('--memory-db <file>', 'the memory (default: .forge/memory.db in the project root)'),
    ],
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'migrate',
    summary: 'the tables of the index: what made them, what is to come, and back',
    examples: ['forge migrate status', 'forge migrate plan', 'forge migrate down --steps 1 --dry-run'],
    commands: [
      {
        name: 'status',
        summary: 'which migrations are applied, pending, changed or unknown',
        examples: ['forge migrate status', 'forge migrate status --json'],
        arguments: [],
        options: [],
        load: async () => ({ run: (await import('./commands/migrate.ts')).status }),
      },
      {
        name: 'plan',
        summary: 'the SQL that `forge migrate up` would run',
        examples: ['forge migrate plan', 'forge migrate plan --to graph/0003-nodes'],
        arguments: [],
        options: [to('up to this migration, or to this version')],
        load: async () => ({ run: (await import('./commands/migrate.ts')).plan }),
      },
      {
        name: 'up',
        summary: 'apply what is pending; every command that opens the index does so',
        examples: ['forge migrate up', 'forge migrate up --to graph/0003-nodes', 'forge migrate up --dry-run'],
        arguments: [],
        options: [to('up to this migration, or to this version'), dryRun],
        load: async () => ({ run: (await import('./commands/migrate.ts')).up }),
      },
      {
        name: 'down',
        summary: 'take migrations back, the last one first, and with them what is in their tables',
        examples: ['forge migrate down', 'forge migrate down --to graph/0003-nodes', 'forge migrate down --to 0'],
        arguments: [],
        options: [
          to('down to this migration, which stays, or to this version; 0 leaves nothing').conflicts('steps'),
          new Option('--steps <n>', 'how many (default: 1)').argParser(positiveNumber),
          dryRun,
        ],
        load: async () => ({ run: (await import('./commands/migrate.ts')).down }),
      },
      {
        name: 'repair',
        summary: 'make the record of what is applied agree with the code, without touching the tables',
        examples: [
          'forge migrate repair',
          'forge migrate repair --accept graph/0003-nodes',
          'forge migrate repair --forget graph/9999-future',
        ],
        arguments: [],
        options: [
          new Option('--accept <id...>', 'take what the code says of these now for what was applied'),
          new Option('--forget <id...>', 'take these, which the code may not know, for never applied'),
        ],
        load: async () => ({ run: (await import('./commands/migrate.ts')).repair }),
      },
    ],
  },
  {
    name: 'doctor',
    summary: 'checks that Forge can work here, and says what to do where it cannot',
    examples: ['forge doctor', 'forge doctor --json'],
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

function createCommand(
  spec: CommandSpec | CommandGroup,
  parent: Command,
  dispatch: Dispatch,
  name = spec.name,
): Command {
  const command = withGlobals(new Command(spec.name))
    .summary(spec.summary)
    .description(`${spec.summary[0]!.toUpperCase()}${spec.summary.slice(1)}.`)
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .addHelpText('before', examplesText(spec.examples))
    .copyInheritedSettings(parent)
  if ('commands' in spec) {
    for (const inner of spec.commands) {
      command.addCommand(createCommand(inner, command, dispatch, name), { isDefault: inner.name === spec.standard })
    }
    return command
  }
  for (const argument of spec.arguments) command.addArgument(argument)
  for (const option of spec.options) command.addOption(option)
  return command.action(async () => {
    const options: GlobalOptions & { readonly format?: string } = command.optsWithGlobals()
    const global = options.format === 'json' ? { ...options, json: true } : options
    await dispatch(name, global, async (context) => {
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
    .addOption(global('--no-update', 'answer from the graph as it is, whatever has changed since'))
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
