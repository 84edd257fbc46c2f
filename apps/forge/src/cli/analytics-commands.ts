import { Argument, Option } from 'commander'
import type { CommandSpec } from './command-spec.ts'
import { byteCount, distance, seconds, wholeNumber } from './option-values.ts'

const runsDb = new Option('--runs-db <file>', 'the runs (default: .forge/runs.db in the project root)')
const listing = [
  new Option('--limit <n>', 'show at most n rows (default: 50)').argParser(wholeNumber),
  new Option('--all', 'show all rows'),
  new Option('--fail-empty', 'exit 1 when nothing was found'),
]

/** Questions over all rows at once, which need `@forge/analytics`. */
export const analyticsCommands: readonly CommandSpec[] = [
  {
    name: 'stats',
    summary: 'reports over the whole graph, its runs and its git history',
    examples: ['forge stats', 'forge stats hotspots --since 90d', 'forge stats coupling --by file --json'],
    arguments: [new Argument('[report]', 'one of those that `forge stats` lists')],
    options: [
      new Option(
        '--by <what>',
        'complexity, hotspots: cyclomatic or cognitive; coupling: folder or file; fan: in or out',
      ),
      new Option('--complexity <n>', 'hotspots: the least complexity (default: 10, cognitive 15)').argParser(
        wholeNumber,
      ),
      new Option('--fan-out <n>', 'hotspots: the least number of symbols called (default: 5)').argParser(wholeNumber),
      new Option('--no-churn', 'hotspots: do not multiply by how many commits have changed the file'),
      new Option('--since <time>', 'hotspots, co-change: only commits from then on: 90d, 2026-11-01'),
      new Option('--together <n>', 'co-change: the least number of commits that changed both (default: 3)').argParser(
        distance,
      ),
      new Option('--unit <unit>', 'runs: what they are counted by (default: day)').choices(['day', 'week', 'month']),
      runsDb,
      ...listing,
    ],
    load: () => import('./commands/stats.ts'),
  },
  {
    name: 'sql',
    summary: 'SQL that reads documented views over all of it: DuckDB, in limits of time and memory',
    examples: [
      "forge sql 'select kind, count(*) from symbols group by kind'",
      "forge sql 'from metrics order by maintainability limit 10' --format csv",
      'forge sql --schema',
    ],
    arguments: [new Argument('[query]', 'one statement; - for standard input')],
    options: [
      new Option('--format <format>', 'how rows are printed').choices(['table', 'json', 'csv']).default('table'),
      new Option('--schema', 'print the views and their columns'),
      new Option('--timeout <seconds>', 'the most time').argParser(seconds).default(30),
      new Option('--memory <size>', 'the most memory of DuckDB').argParser(byteCount).default(2 ** 30, '1GiB'),
      runsDb,
      ...listing,
    ],
    load: () => import('./commands/sql.ts'),
  },
]
