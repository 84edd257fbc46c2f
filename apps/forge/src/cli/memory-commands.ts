import { memoryTypes } from '@forge/memory'
import { Argument, Option } from 'commander'
import type { CommandGroup } from './command-spec.ts'
import { wholeNumber } from './option-values.ts'

const place = new Option('--memory-db <file>', 'the memory (default: .forge/memory.db in the project root)')
const filters = [
  new Option('--type <type...>', 'only entries of these types').choices(memoryTypes),
  new Option('--session <id>', 'only entries of this session'),
  new Option('--tag <tag...>', 'only entries that have all of these tags'),
  new Option('--since <time>', 'only entries since: 2026-11-01, or 7d'),
  new Option('--until <time>', 'only entries before'),
]
const failEmpty = new Option('--fail-empty', 'exit 1 when nothing was found')

/** `forge memory …`. */
export const memoryCommands: CommandGroup = {
  name: 'memory',
  summary: 'what agents learned: add, search, list',
  examples: [
    'forge memory add "errors carry a hint" --type decision',
    'forge memory search hint',
    'forge memory stats',
  ],
  commands: [
    {
      name: 'add',
      summary: 'remember something',
      examples: [
        'forge memory add "errors carry a hint" --type decision --tag errors',
        'git log -1 | forge memory add - --type context --session "$SESSION"',
      ],
      arguments: [new Argument('<content>', 'what to remember; - for standard input')],
      options: [
        new Option('--type <type>', 'what it is about').choices(memoryTypes).default('context'),
        new Option('--title <title>', 'a heading, which counts more than the content'),
        new Option('--session <id>', 'the session it belongs to'),
        new Option('--tag <tag...>', 'tags to filter by and to search for'),
        new Option('--meta <name=value...>', 'anything else that is known'),
        new Option('--pin', 'never remove it to make room'),
        new Option('--id <uuid>', 'write under this id, in place of what has it'),
        place,
      ],
      load: async () => ({ run: (await import('./commands/memory.ts')).add }),
    },
    {
      name: 'search',
      summary: 'the entries that fit words best',
      examples: ['forge memory search pool timeout', 'forge memory search "what failed?" --type error --since 7d'],
      arguments: [new Argument('<words...>', 'as a person writes them; nothing in them is syntax')],
      options: [
        ...filters,
        new Option('--limit <n>', 'show at most n entries (default: 10)').argParser(wholeNumber).default(10),
        failEmpty,
        place,
      ],
      load: async () => ({ run: (await import('./commands/memory.ts')).search }),
    },
    {
      name: 'list',
      summary: 'entries in the order of their time',
      examples: ['forge memory list', 'forge memory list --session monday --order oldest'],
      arguments: [],
      options: [
        ...filters,
        new Option('--order <order>', 'which come first').choices(['newest', 'oldest']).default('newest'),
        new Option('--after <cursor>', 'the next page: what the page before said'),
        new Option('--limit <n>', 'show at most n entries (default: 50)').argParser(wholeNumber),
        new Option('--all', 'show all entries'),
        failEmpty,
        place,
      ],
      load: async () => ({ run: (await import('./commands/memory.ts')).list }),
    },
    {
      name: 'show',
      summary: 'one entry, whole',
      examples: ['forge memory show 5f0c8f6e-6c1b-4c55-9f0e-3f6f8d1c2b7a'],
      arguments: [new Argument('<id>', 'its id')],
      options: [place],
      load: async () => ({ run: (await import('./commands/memory.ts')).show }),
    },
    {
      name: 'remove',
      summary: 'forget entries',
      examples: ['forge memory remove 5f0c8f6e-6c1b-4c55-9f0e-3f6f8d1c2b7a'],
      arguments: [new Argument('<id...>', 'their ids')],
      options: [place],
      load: async () => ({ run: (await import('./commands/memory.ts')).remove }),
    },
    {
      name: 'stats',
      summary: 'how many entries, of which types, how large',
      examples: ['forge memory stats'],
      arguments: [],
      options: [place],
      load: async () => ({ run: (await import('./commands/memory.ts')).stats }),
    },
    {
      name: 'check',
      summary: 'whether the full-text index is in step with the entries',
      examples: ['forge memory check', 'forge memory check --mend'],
      arguments: [],
      options: [new Option('--mend', 'make the index anew'), place],
      load: async () => ({ run: (await import('./commands/memory.ts')).check }),
    },
  ],
}
