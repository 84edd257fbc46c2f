import { StatementKeyError } from './errors.ts'

/** What a row is handed over as: an object, an array of its columns, or its first column alone. */
export type ResultMode = 'rows' | 'raw' | 'pluck'

/**
 * When a statement is kept: from the second time it is asked for, so that texts that never come again push nothing
 * out, or from the first.
 */
export type Admission = 'second-use' | 'always'

/** How the rows of a statement are handed over. */
export interface StatementMode {
  /** Default `rows`. */
  readonly result?: ResultMode
  /** Integers as `bigint`, exact up to 64 bits. Default false: as `number`. */
  readonly bigint?: boolean
}

/** What {@link statementKey} is told besides the text. */
export interface StatementKeyOptions extends StatementMode {
  /** `always` for a statement that is known to be used again. Default: what the cache was made with. */
  readonly admission?: Admission
}

/** A statement text and a result mode; make it once, with {@link statementKey}, for a statement that is used often. */
export interface StatementKey {
  readonly sql: string
  readonly result: ResultMode
  readonly bigint: boolean
  readonly admission: Admission | undefined
  /** Two keys with the same id mean the same cached statement. */
  readonly id: string
}

const marks: Readonly<Record<ResultMode, string>> = { rows: '', raw: 'raw ', pluck: 'pluck ' }

/** Invariant: SQLite ends a text here, so that none which can be prepared begins with it, and none is the id of another key. */
const beforeMarks = '\0'

/**
 * The key under which a {@link StatementCache} keeps a statement.
 *
 * @throws `FORGE_STATEMENT_KEY` when the text is not a string, or the mode or the admission is unknown
 */
export function statementKey(sql: string, options: StatementKeyOptions = {}): StatementKey {
  const { result = 'rows', bigint = false, admission } = options
  if (typeof sql !== 'string') throw keyError(`A statement key is made of SQL text, not of ${typeof sql}`)
  if (!Object.hasOwn(marks, result)) throw keyError(`There is no result mode ${result}`)
  if (admission !== undefined && !isAdmission(admission)) throw keyError(`There is no admission ${String(admission)}`)
  const mark = bigint ? `bigint ${marks[result]}` : marks[result]
  return { sql, result, bigint, admission, id: mark === '' ? sql : beforeMarks + mark + sql }
}

/** Whether a value was made by {@link statementKey}: an object that only looks like its options has no `id`. */
export function isStatementKey(value: unknown): value is StatementKey {
  return value instanceof Object && 'id' in value && typeof value.id === 'string'
}

/** Whether a value names an {@link Admission}. */
export function isAdmission(value: unknown): value is Admission {
  return value === 'second-use' || value === 'always'
}

function keyError(message: string): StatementKeyError {
  return new StatementKeyError(message, {
    hint: `Give the SQL text, one of the modes 'rows', 'raw', 'pluck' and one of the admissions 'second-use', 'always'`,
    callSite: statementKey,
  })
}
