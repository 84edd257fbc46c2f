import type { DuckDBValue } from '@duckdb/node-api'
import { ReportInvalidError } from '../errors.ts'

/** The SQL of a report, and the values of its parameters. */
export interface ReportQuery {
  /** Its rows in order, with the columns of the typed row. */
  readonly sql: string
  /** Whether the rows have a column `rowTotal` besides, how many there are without a limit; then they may be those of the limit alone. */
  readonly counted?: boolean
  readonly values: readonly DuckDBValue[]
}

/** A column of a report, as it is shown. */
export interface ReportColumn {
  /** The member of the row. */
  readonly name: string
  readonly label: string
  /** What it is: numbers stand to the right, and the one that says how much has a bar. */
  readonly shows: 'text' | 'number' | 'bar'
}

/** A question that is asked often. */
export interface ReportDefinition<Options> {
  readonly summary: string
  readonly columns: readonly ReportColumn[]
  /** Whether it cannot be answered without the history of the code. */
  needsHistory(options: Options): boolean
  /** @param limit how many rows are wanted at most; undefined for all */
  query(options: Options, limit: number | undefined): ReportQuery
}

/** A column that shows text; `label` stands above it. */
export const text = (name: string, label: string = name): ReportColumn => ({ name, label, shows: 'text' })

/** A column that shows numbers; `label` stands above it. */
export const number = (name: string, label: string = name): ReportColumn => ({ name, label, shows: 'number' })

/** A column that shows how much, with a bar; `label` stands above it. */
export const bar = (name: string, label: string = name): ReportColumn => ({ name, label, shows: 'bar' })

/** A whole number from `least` on; throws `FORGE_ANALYTICS_REPORT`. */
export function requireWhole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= 2 ** 31 - 1) return value
  throw new ReportInvalidError(`${name} must be a whole number from ${least} on`, {
    hint: 'Give another value',
    details: { option: name, value },
  })
}

/** One of some words; throws `FORGE_ANALYTICS_REPORT`. */
export function requireWord<Word extends string>(name: string, value: Word, words: readonly Word[]): Word {
  if (words.includes(value)) return value
  throw new ReportInvalidError(`There is no ${name} ${JSON.stringify(value)}`, {
    hint: `Give one of: ${words.join(', ')}`,
    details: { option: name, value, known: words },
  })
}

/** A time in milliseconds since the epoch; throws `FORGE_ANALYTICS_REPORT`. */
export function requireTime(name: string, value: number): number {
  if (!Number.isNaN(new Date(value).getTime())) return value
  throw new ReportInvalidError(`${name} is no time`, {
    hint: 'Give milliseconds since the epoch',
    details: { option: name, value },
  })
}
