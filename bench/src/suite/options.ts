import { parseArgs } from 'node:util'
import { BenchUsageError } from '../bench-errors.ts'
import { chosenNames, roundCount } from '../option-values.ts'

/** What the command line of a benchmark with several measurements asks for. */
export interface SuiteOptions {
  readonly rounds: number
  /** The measurements to take, or `undefined` for all. */
  readonly only: readonly string[] | undefined
  /** Little work, to see that everything runs; its numbers mean nothing and are never written. */
  readonly small: boolean
  /** Whether the results are written to files, or only printed. */
  readonly write: boolean
  readonly help: boolean
}

/** What `--help` prints below what a benchmark says of itself. */
export const suiteUsage = `
  --rounds N       how many rounds, one run of each side a round (default 5)
  --only A,B       only these measurements
  --small          little work, to try something; nothing is written
  --no-write       print the results only; leave the files of results as they are
  --help           print this
`

/**
 * Reads the command line of such a benchmark.
 *
 * @throws {BenchUsageError} an option is unknown or its value is not one that works.
 */
export function parseSuiteOptions(args: readonly string[], measurements: readonly string[]): SuiteOptions {
  const values = parse(args)
  return {
    rounds: roundCount(values.rounds),
    only: chosenNames(values.only, 'measurement', measurements),
    small: values.small,
    write: !values['no-write'] && !values.small && values.only === undefined,
    help: values.help,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: args.filter((arg) => arg !== '--'),
      options: {
        rounds: { type: 'string', default: '5' },
        only: { type: 'string' },
        small: { type: 'boolean', default: false },
        'no-write': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new BenchUsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
