import { Argument, Option } from 'commander'
import type { CommandSpec } from './command-spec.ts'
import { wholeNumber } from './option-values.ts'

const codeTarget = (name: '<symbol>' | '[symbol]'): Argument =>
  new Argument(
    name,
    'an id (src/pool.ts#Pool.acquire), a qualified name (Pool.acquire), a name (acquire), or FILE:LINE[:COLUMN] for what begins there, else is around it',
  )
const exactOne = new Option('--exact-one', 'fail with the candidates when the name fits several symbols')
const graphFormat = new Option(
  '--format <format>',
  'how to show it (default: text); json is the same as --json',
).choices(['text', 'json', 'dot', 'mermaid'])

/** `--limit` and `--all` where they cut only what people read. */
const rows = (what: string): Option[] => [
  new Option('--limit <n>', `show at most n ${what}, as text (default: 50)`).argParser(wholeNumber),
  new Option('--all', `show all ${what}`),
]

/** `forge cfg`, `forge pdg`, `forge slice`: what code does. */
export const codeCommands: readonly CommandSpec[] = [
  {
    name: 'cfg',
    summary: 'the flow of control in a function: blocks, branches, loops, what nothing leads to',
    examples: [
      'forge cfg Pool.acquire',
      'forge cfg src/pool.ts:42 --paths 10',
      'forge cfg acquire --format dot | dot -Tsvg > acquire.svg',
    ],
    arguments: [codeTarget('<symbol>')],
    options: [
      graphFormat,
      new Option('--paths <n>', 'list at most n paths from start to end').argParser(wholeNumber),
      exactOne,
      ...rows('blocks and loops of a function'),
    ],
    load: () => import('./commands/cfg.ts'),
  },
  {
    name: 'pdg',
    summary: 'on what each step of a function depends: conditions, and where values come from',
    examples: [
      'forge pdg Pool.acquire',
      'forge pdg src/pool.ts:42',
      'forge pdg acquire --format mermaid',
      'forge pdg --save',
    ],
    arguments: [codeTarget('[symbol]')],
    options: [
      graphFormat,
      exactOne,
      ...rows('steps of a function'),
      new Option('--save', 'keep the graphs of all functions in the index, in place of showing one').conflicts([
        'format',
        'exactOne',
      ]),
    ],
    load: () => import('./commands/pdg.ts'),
  },
  {
    name: 'slice',
    summary: 'what affects a line, through all functions and files; with --forward, what it affects',
    examples: [
      'forge slice src/pool.ts:42',
      'forge slice src/pool.ts:42:7 --within',
      'forge slice src/pool.ts:42 --forward --json',
    ],
    arguments: [new Argument('<position>', 'FILE:LINE[:COLUMN], both from 1; without a column all of the line')],
    options: [
      new Option('--forward', 'what it affects, in place of what affects it'),
      new Option('--within', 'stay in the function'),
      new Option('--exceptions <which>', 'which calls may throw: those of functions that throw by themselves, or all')
        .choices(['direct', 'all'])
        .default('direct'),
      new Option('--depth <n>', 'how many steps from one function to another are followed (default: all)').argParser(
        wholeNumber,
      ),
      new Option('--functions <n>', 'how many functions it may be in, the nearest ones')
        .argParser(wholeNumber)
        .default(100),
      graphFormat,
      ...rows('lines'),
      new Option('--fail-empty', 'exit 1 when no other line belongs to it'),
    ],
    load: () => import('./commands/slice.ts'),
  },
]
