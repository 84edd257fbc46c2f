import type { JsonValue } from './json-value.ts'

/** What the process of a query is asked. */
export type QueryRequest =
  | {
      readonly do: 'start'
      readonly file: string
      readonly sql: string
      /** Milliseconds to wait for whoever writes. */
      readonly wait: number
      /** Bytes. */
      readonly memory: number
    }
  | { readonly do: 'next' }
  /** To count the rows that are left, until there are more than so many. */
  | { readonly do: 'count'; readonly most: number }

/** A column of a result. */
export interface QueryColumn {
  readonly name: string
  /** As DuckDB names it. */
  readonly type: string
}

/** What it answers: columns to `start`, rows to `next` until `done`; or a failure to either. */
export type QueryReply =
  | { readonly is: 'columns'; readonly columns: readonly QueryColumn[] }
  | { readonly is: 'rows'; readonly rows: readonly (readonly JsonValue[])[]; readonly done: boolean }
  | { readonly is: 'count'; readonly rows: number; readonly done: boolean }
  | { readonly is: 'failure'; readonly failure: QueryFailure }

/** Why there is no answer. */
export interface QueryFailure {
  readonly kind: 'sql' | 'refused' | 'memory' | 'busy' | 'duckdb-missing' | 'storage'
  readonly message: string
  /** The offset in the SQL, in UTF-16 units. */
  readonly offset?: number
  readonly hint?: string
  /** Of `busy`: milliseconds. */
  readonly waited?: number
  readonly details?: Readonly<Record<string, unknown>>
}
