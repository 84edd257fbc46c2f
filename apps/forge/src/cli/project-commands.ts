import { Argument, Option } from 'commander'
import type { CommandGroup, CommandSpec } from './command-spec.ts'
import { wholeNumber } from './option-values.ts'

const globalDbOption = new Option(
  '--global-db <file>',
  'what is known of all projects (default: in the data folder of the user)',
)

/** `forge projects …`. */
export const projectCommands: CommandGroup = {
  name: 'projects',
  summary: 'the projects on this machine, by name, and what is not clear between them',
  examples: ['forge projects', 'forge projects add . ../web', 'forge projects rename web shop-front'],
  standard: 'list',
  commands: [
    {
      name: 'list',
      summary: 'all projects: where they are, and how their graphs are',
      examples: ['forge projects list', 'forge projects list --json'],
      arguments: [],
      options: [
        new Option('--limit <n>', 'show at most n projects (default: 50)').argParser(wholeNumber),
        new Option('--all', 'show all projects'),
        new Option('--fail-empty', 'exit 1 when there is none'),
        globalDbOption,
      ],
      load: async () => ({ run: (await import('./commands/projects.ts')).list }),
    },
    {
      name: 'add',
      summary: 'add projects that are indexed; one that was moved keeps its name',
      examples: ['forge projects add', 'forge projects add ../web ../api'],
      arguments: [new Argument('[dir...]', 'the project folders')],
      options: [globalDbOption],
      load: async () => ({ run: (await import('./commands/projects.ts')).add }),
    },
    {
      name: 'remove',
      summary: 'forget a project, and leave its folder as it is',
      examples: ['forge projects remove web', 'forge projects remove ../web'],
      arguments: [new Argument('<project>', 'its name, or its folder')],
      options: [globalDbOption],
      load: async () => ({ run: (await import('./commands/projects.ts')).remove }),
    },
    {
      name: 'rename',
      summary: 'give a project another name',
      examples: ['forge projects rename web shop-front'],
      arguments: [new Argument('<name>', 'its name now'), new Argument('<new>', 'its new name')],
      options: [globalDbOption],
      load: async () => ({ run: (await import('./commands/projects.ts')).rename }),
    },
    {
      name: 'conflicts',
      summary: 'packages that several projects have, versions that differ, names that nothing has',
      examples: ['forge projects conflicts', 'forge projects conflicts --json'],
      arguments: [],
      options: [
        new Option('--limit <n>', 'show at most n packages and names (default: 50)').argParser(wholeNumber),
        new Option('--all', 'show all'),
        new Option('--fail-empty', 'exit 1 when there is nothing'),
        globalDbOption,
      ],
      load: async () => ({ run: (await import('./commands/projects.ts')).conflicts }),
    },
  ],
}

/** The options of commands that ask other projects too. */
export const acrossProjects: readonly Option[] = [
  new Option('--all-projects', 'ask the other projects that were added too: see `forge projects`'),
  globalDbOption,
]

/** `forge deps`. */
export const depsCommand: CommandSpec = {
  name: 'deps',
  summary: 'what the project needs of other packages: versions, the names that are used, what is unused or missing',
  examples: ['forge deps', 'forge deps zod', 'forge deps --unused --missing --json'],
  arguments: [new Argument('[package]', 'only this one, with the names that are used of it')],
  options: [
    new Option('--unused', 'only what is declared, and nothing names'),
    new Option('--missing', 'only what is used, and not declared'),
    new Option('--limit <n>', 'show at most n packages (default: 50)').argParser(wholeNumber),
    new Option('--all', 'show all packages'),
    new Option('--fail-empty', 'exit 1 when there is none'),
    globalDbOption,
  ],
  load: () => import('./commands/deps.ts'),
}
