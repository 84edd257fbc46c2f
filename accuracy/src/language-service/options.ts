import { parseArgs } from 'node:util'
import { corpora } from './corpora.ts'
import { AccuracyUsageError } from './errors.ts'

/** What the command line asks for. */
export interface LanguageServiceOptions {
  /** The corpora to measure, or `undefined` for all. */
  readonly packages: readonly string[] | undefined
  readonly limitFiles: number | undefined
  readonly verbose: boolean
  readonly json: boolean
  readonly write: boolean
  /** A folder for the examples of each corpus, one file each. */
  readonly examples: string | undefined
  readonly help: boolean
}

/** What `--help` prints. */
export const usage = `Holds Forge's definitions and references against the TypeScript language service.

  pnpm --filter @forge/accuracy language-service
  pnpm --filter @forge/accuracy language-service --package effect --verbose

  --package A,B      only these of ${corpora.map(({ name }) => name).join(', ')}
  --limit-files N    ask about N files of each corpus only; all are loaded
  --verbose          print examples of what is wrong or missed, by their commonest reasons
  --examples FOLDER  write what --verbose prints to FOLDER/accuracy-CORPUS.txt
  --json             print the figures as JSON
  --write            write accuracy/RESULTS.md
  --help             print this
`

/**
 * Reads the command line.
 *
 * @throws {AccuracyUsageError} an option is unknown or its value is not one that works.
 */
export function parseOptions(args: readonly string[]): LanguageServiceOptions {
  const values = parse(args)
  const packages = values.package?.split(',')
  for (const name of packages ?? []) {
    if (corpora.some((corpus) => corpus.name === name)) continue
    throw new AccuracyUsageError(`There is no corpus ${name}`, {
      hint: `Choose of ${corpora.map((corpus) => corpus.name).join(', ')}`,
    })
  }
  const limit = values['limit-files']
  const limitFiles = limit === undefined ? undefined : Number(limit)
  if (limitFiles !== undefined && !(Number.isSafeInteger(limitFiles) && limitFiles > 0)) {
    throw new AccuracyUsageError(`--limit-files must be a positive number, not ${limit}`)
  }
  const { verbose, json, write, examples, help } = values
  if (write && (packages !== undefined || limitFiles !== undefined)) {
    throw new AccuracyUsageError('--write is for all corpora as they are', {
      hint: 'Leave out --package and --limit-files',
    })
  }
  return { packages, limitFiles, verbose, json, write, examples, help }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: args.filter((arg) => arg !== '--'),
      options: {
        package: { type: 'string' },
        'limit-files': { type: 'string' },
        verbose: { type: 'boolean', default: false },
        examples: { type: 'string' },
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new AccuracyUsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
