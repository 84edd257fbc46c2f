import { Argument, Option } from 'commander'
import type { CommandGroup } from './command-spec.ts'
import { wholeNumber } from './option-values.ts'

const place = new Option(
  '--global-db <file>',
  'what is known of all projects (default: in the data folder of the user)',
)

/** `forge projects …`. */
export const projectCommands: CommandGroup = {
  name: 'projects',
  summary: 'the projects on this machine, by name: list, add, remove, rename',
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
        place,
      ],
      load: async () => ({ run: (await import('./commands/projects.ts')).list }),
    },
    {
      name: 'add',
      summary: 'add projects that are indexed; one that was moved keeps its name',
      examples: ['forge projects add', 'forge projects add ../web ../api'],
      arguments: [new Argument('[dir...]', 'the project folders')],
      options: [place],
      load: async () => ({ run: (await import('./commands/projects.ts')).add }),
    },
    {
      name: 'remove',
      summary: 'forget a project, and leave its folder as it is',
      examples: ['forge projects remove web', 'forge projects remove ../web'],
      arguments: [new Argument('<project>', 'its name, or its folder')],
      options: [place],
      load: async () => ({ run: (await import('./commands/projects.ts')).remove }),
    },
    {
      name: 'rename',
      summary: 'give a project another name',
      examples: ['forge projects rename web shop-front'],
      arguments: [new Argument('<name>', 'its name now'), new Argument('<new>', 'its new name')],
      options: [place],
      load: async () => ({ run: (await import('./commands/projects.ts')).rename }),
    },
  ],
}
