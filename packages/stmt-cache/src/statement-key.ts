import { StatementKeyError } from './errors.ts'

/** What a row is handed over as: an object, an array of its columns, or its first column alone. */
export type ResultMode = 'rows' | 'raw' | 'pluck'

/** How the rows of a statement are handed over. */
export interface StatementMode {
  /** Default `rows`. */
  readonly result?: ResultMode
  /** Integers as `bigint`, exact over 64 bits. Default false: as `number`. */
  readonly bigint?: boolean
}

/** A statement text and a result mode; make it once, with {@link statementKey}, for a statement that is used often. */
export interface StatementKey {
  readonly sql: string
  readonly result: ResultMode
  readonly bigint: boolean
  /** Two keys with the same id mean the same cached statement. */
  readonly id: string
}

const marks: Readonly<Record<ResultMode, string>> = { rows: '', raw: 'raw ', pluck: 'pluck ' }

/**
 * The key under which a {@link StatementCache} keeps a statement.
 *
 * @throws `FORGE_STATEMENT_KEY` when the text is not a string or the mode is unknown
 */
export function statementKey(sql: string, mode: StatementMode = {}): StatementKey {
  const { result = 'rows', bigint = false } = mode
  if (typeof sql !== 'string' || !Object.hasOwn(marks, result)) {
    throw new StatementKeyError(`A statement key is made of a text and a mode, not of ${typeof sql} and ${result}`, {
      hint: `Give the SQL text and one of the modes 'rows', 'raw' and 'pluck'`,
      callSite: statementKey,
    })
  }
  // A text cannot start with such a mark: no SQL statement starts with these words.
  const mark = bigint ? `bigint ${marks[result]}` : marks[result]
  return { sql, result, bigint, id: mark === '' ? sql : mark + sql }
}
