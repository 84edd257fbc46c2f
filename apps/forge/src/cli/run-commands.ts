import { runOrders } from '@forge/runs'
import { Argument, Option } from 'commander'
import type { CommandGroup } from './command-spec.ts'
import { byteCount, milliseconds, wholeNumber } from './option-values.ts'

const place = new Option('--runs-db <file>', 'the runs (default: .forge/runs.db in the project root)')
const run = (name: string): Argument => new Argument(`<${name}>`, 'an id, the beginning of one, or latest')
const query = new Argument(
  '[query...]',
  "status:failed tag:nightly 'duration>30s' since:7d '\"read file\"' NOT has:error",
)
const tag = new Option('--tag <tag...>', 'tags of the run')

/** `forge runs …`. */
export const runCommands: CommandGroup = {
  name: 'runs',
  summary: 'what agents did: list, show, compare, keep',
  examples: [
    'forge runs list status:failed since:7d',
    'forge runs show latest',
    'forge runs diff 01a21c12-8eb1 latest',
  ],
  commands: [
    {
      name: 'list',
      summary: 'runs, the newest first; a query filters',
      examples: [
        'forge runs list',
        "forge runs list status:failed,lost 'duration>30s' since:2026-11-01",
        'forge runs list \'objective:~"read file"\' NOT tag:nightly',
      ],
      arguments: [query],
      options: [
        new Option('--order <order>', 'by start, or by duration').choices(runOrders).default('newest'),
        new Option('--after <cursor>', 'the next page: what the page before said'),
        new Option('--limit <n>', 'show at most n runs (default: 50)').argParser(wholeNumber),
        new Option('--all', 'show all runs'),
        new Option('--fail-empty', 'exit 1 when nothing was found'),
        place,
      ],
      load: async () => ({ run: (await import('./commands/runs.ts')).list }),
    },
    {
      name: 'show',
      summary: 'one run: what is known of it, and its steps',
      examples: ['forge runs show latest', 'forge runs show 01a21c12-8eb1 --plan', 'forge runs show latest --step 3'],
      arguments: [run('run')],
      options: [
        new Option('--plan', 'print the plan alone, to the byte').conflicts(['execution', 'step']),
        new Option('--execution', 'print the execution alone, to the byte').conflicts(['plan', 'step']),
        new Option('--step <n>', 'print the output of a step alone')
          .argParser(wholeNumber)
          .conflicts(['plan', 'execution']),
        new Option('--limit <n>', 'show at most n steps (default: 50)').argParser(wholeNumber),
        new Option('--all', 'show all steps'),
        place,
      ],
      load: async () => ({ run: (await import('./commands/runs.ts')).show }),
    },
    {
      name: 'diff',
      summary: 'what differs between two runs',
      examples: ['forge runs diff 01a21c12-8eb1 latest', 'forge runs diff 01a21c12 01a21c15 --fail-different'],
      arguments: [run('before'), run('after')],
      options: [new Option('--fail-different', 'exit 1 when they differ'), place],
      load: async () => ({ run: (await import('./commands/runs.ts')).diff }),
    },
    {
      name: 'stats',
      summary: 'how many runs, by status, tag and plan',
      examples: ['forge runs stats', 'forge runs stats since:30d'],
      arguments: [query],
      options: [
        new Option('--limit <n>', 'show at most n tags and plans (default: 20)').argParser(wholeNumber).default(20),
        place,
      ],
      load: async () => ({ run: (await import('./commands/runs.ts')).stats }),
    },
    {
      name: 'add',
      summary: 'record a run that is over',
      examples: [
        'forge runs add --plan plan.json --execution result.json --tag nightly',
        'agent | forge runs add --execution - --objective "tidy up"',
      ],
      arguments: [],
      options: [
        new Option('--plan <file>', 'JSON, kept to the byte; - for standard input'),
        new Option('--execution <file>', 'JSON, kept to the byte; - for standard input').makeOptionMandatory(),
        new Option('--objective <text>', 'what it was for (default: what the plan says)'),
        tag,
        new Option('--parent <run>', 'the run it belongs to'),
        new Option('--commit <commit>', 'the commit of the code it ran on'),
        place,
      ],
      load: async () => ({ run: (await import('./commands/runs-write.ts')).add }),
    },
    {
      name: 'tag',
      summary: 'add tags to a run, and remove some',
      examples: ['forge runs tag latest --add keep', 'forge runs tag 01a21c12 --add good --remove new'],
      arguments: [run('run')],
      options: [new Option('--add <tag...>', 'tags to add'), new Option('--remove <tag...>', 'tags to remove'), place],
      load: async () => ({ run: (await import('./commands/runs-write.ts')).tag }),
    },
    {
      name: 'delete',
      summary: 'delete runs that are over',
      examples: ['forge runs delete 01a21c12-8eb1-717d'],
      arguments: [new Argument('<run...>', 'ids, or the beginnings of some')],
      options: [place],
      load: async () => ({ run: (await import('./commands/runs-write.ts')).remove }),
    },
    {
      name: 'prune',
      summary: 'delete the runs that a policy does not keep, the oldest first',
      examples: [
        'forge runs prune --max-age 30d --dry-run',
        'forge runs prune --max-runs 1000 --max-bytes 1GB --keep-tag keep',
      ],
      arguments: [],
      options: [
        new Option('--max-age <time>', 'keep runs that started since').argParser(milliseconds),
        new Option('--max-runs <n>', 'keep so many, the newest').argParser(wholeNumber),
        new Option('--max-bytes <size>', 'keep so much of plans and executions, of the newest').argParser(byteCount),
        new Option('--keep-tag <tag...>', 'keep what has one of these tags'),
        new Option('--dry-run', 'only tell what would be deleted'),
        place,
      ],
      load: async () => ({ run: (await import('./commands/runs-write.ts')).prune }),
    },
    {
      name: 'export',
      summary: 'runs with all that belongs to them, a line of JSON each',
      examples: ['forge runs export > runs.jsonl', 'forge runs export tag:keep'],
      arguments: [query],
      options: [place],
      load: async () => ({ run: (await import('./commands/runs.ts')).exportRuns }),
    },
    {
      name: 'import',
      summary: 'read runs that were exported',
      examples: ['forge runs import runs.jsonl', 'forge runs import - --existing replace < runs.jsonl'],
      arguments: [new Argument('<file>', 'lines of JSON; - for standard input')],
      options: [
        new Option('--existing <how>', 'what happens to runs that are there already')
          .choices(['skip', 'replace'])
          .default('skip'),
        place,
      ],
      load: async () => ({ run: (await import('./commands/runs-write.ts')).importRuns }),
    },
  ],
}
