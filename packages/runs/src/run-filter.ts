/** Every field that a query can ask about. */
export const runFields = [
  'id',
  'status',
  'success',
  'tag',
  'plan',
  'objective',
  'error',
  'parent',
  'revision',
  'commit',
  'since',
  'until',
  'started',
  'ended',
  'duration',
  'steps',
  'step',
  'tool',
  'bytes',
  'host',
  'pid',
  'has',
] as const

/** A field that a query can ask about. */
export type RunField = (typeof runFields)[number]

/** Every way to compare a field: `:` is, `~` contains, or by size. */
export const runOperators = [':', '~', '>', '>=', '<', '<='] as const

/** How a field is compared. */
export type RunOperator = (typeof runOperators)[number]

/** A part of a text: where it starts, and how long it is, in UTF-16 units. */
export interface QuerySpan {
  readonly position: number
  readonly length: number
}

/** A field that has, or contains, one of some values, as a query writes them: `30s`, `2026-11-01`, `3..5`. */
export interface RunCondition {
  readonly field: RunField
  readonly operator: RunOperator
  /** At least one; of `>`, `>=`, `<` and `<=` exactly one. */
  readonly values: readonly string[]
  /** Where the query says so, for errors. */
  readonly span?: QuerySpan
}

/** Words in a row in an objective, a plan, an execution, an error or a step. */
export interface RunWords {
  readonly text: string
  /** Whether the last word may go on: `read` finds `reading`. */
  readonly prefix?: boolean
}

/** Which runs are meant: what `parseRunQuery` makes of a text. */
export type RunFilter =
  | { readonly all: readonly RunFilter[] }
  | { readonly any: readonly RunFilter[] }
  | { readonly not: RunFilter }
  | RunWords
  | RunCondition
