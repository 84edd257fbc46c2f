import { parseArgs } from 'node:util'
import { BenchUsageError } from './bench-errors.ts'
import { type CorpusName, corpusNames } from './corpus.ts'
import { chosenNames, roundCount } from './option-values.ts'

/** What the command line of the cold-index benchmark asks for. */
export interface ColdIndexOptions {
  readonly rounds: number
  readonly corpus: CorpusName
  /** The systems to measure, or `undefined` for all. */
  readonly only: readonly string[] | undefined
  /** The executable to measure as Forge, or `undefined` for this workspace's own. */
  readonly forge: string | undefined
  /** Whether the results are written to files, or only printed. */
  readonly write: boolean
  readonly help: boolean
}

/** What `--help` prints. */
export const usage = `Measures a cold index of a corpus by Forge and its peers.

  pnpm --filter @forge/bench bench
  pnpm --filter @forge/bench bench --rounds 3 --only forge,optave --no-write

  --rounds N       how many rounds, one run of each system a round (default 5)
  --corpus NAME    ${corpusNames.join(' or ')} (default ${corpusNames[0]})
  --only A,B       only these systems
  --forge FILE     the executable to measure as Forge (default: this workspace's own)
  --no-write       print the results only; leave the files of results as they are
  --help           print this
`

/**
 * Reads the command line of the cold-index benchmark.
 *
 * @throws {BenchUsageError} an option is unknown or its value is not one that works.
 */
export function parseOptions(args: readonly string[], systems: readonly string[]): ColdIndexOptions {
  const values = parse(args)
  const corpus = corpusNames.find((name) => name === values.corpus)
  if (corpus === undefined) {
    throw new BenchUsageError(`There is no corpus ${values.corpus}`, { hint: `Choose ${corpusNames.join(' or ')}` })
  }
  return {
    rounds: roundCount(values.rounds),
    corpus,
    only: chosenNames(values.only, 'system', systems),
    forge: values.forge,
    write: !values['no-write'],
    help: values.help,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: args.filter((arg) => arg !== '--'),
      options: {
        rounds: { type: 'string', default: '5' },
        corpus: { type: 'string', default: corpusNames[0] },
        only: { type: 'string' },
        forge: { type: 'string' },
        'no-write': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new BenchUsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
