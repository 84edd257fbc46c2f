import { type Expression, type ExpressionBuilder, type RawBuilder, sql, type SqlBool } from 'kysely'
import { RunQueryError } from './errors.ts'
import { type NumberRange, readBytes, readDuration, type ReadRange, readTime, readWholeNumber } from './query-values.ts'
import type { RunCondition, RunField, RunOperator } from './run-filter.ts'
import { runStatuses } from './run-types.ts'
import type { RunTables } from './schema.ts'

type CallSite = (...args: never[]) => unknown

/** What a condition is compiled for. */
export interface ConditionScope {
  readonly eb: ExpressionBuilder<RunTables, 'runs'>
  /** The row id of the project. */
  readonly project: number
}

/** A condition on the rows of `runs`. */
export type Condition = (scope: ConditionScope) => Expression<SqlBool>

/** What a field is, and so how it is compared. */
type FieldKind =
  | { readonly kind: 'range'; readonly value: RawBuilder<number>; readonly read: ReadRange; readonly wanted: string }
  | { readonly kind: 'text'; readonly value: RawBuilder<string> }
  | { readonly kind: 'start'; readonly value: RawBuilder<string> }
  | { readonly kind: 'choice'; readonly choices: Readonly<Record<string, RawBuilder<SqlBool>>> }
  | { readonly kind: 'part'; readonly table: 'run_tags' | 'run_steps'; readonly column: 'tag' | 'name' | 'tool' }
  | { readonly kind: 'bound'; readonly operator: '>=' | '<' }

const number = (value: RawBuilder<number>): FieldKind => ({
  kind: 'range',
  value,
  read: readWholeNumber,
  wanted: 'a whole number',
})
const time = (value: RawBuilder<number>): FieldKind => ({
  kind: 'range',
  value,
  read: readTime,
  wanted: 'a time, such as 2026-11-01, 2026-11-01T12:30Z, today, or 7d for seven days ago',
})
const text = (value: RawBuilder<string>): FieldKind => ({ kind: 'text', value })
const choice = (choices: Readonly<Record<string, RawBuilder<SqlBool>>>): FieldKind => ({ kind: 'choice', choices })

const startedAt = sql<number>`runs.started_at`

const fields: Readonly<Record<RunField, FieldKind>> = {
  id: { kind: 'start', value: sql`runs.id` },
  status: choice(Object.fromEntries(runStatuses.map((status) => [status, sql<SqlBool>`runs.status = ${status}`]))),
  success: choice({ true: sql`runs.success = 1`, false: sql`runs.success = 0` }),
  tag: { kind: 'part', table: 'run_tags', column: 'tag' },
  plan: text(sql`runs.plan_id`),
  objective: text(sql`runs.objective`),
  error: text(sql`runs.error`),
  parent: text(sql`runs.parent`),
  revision: number(sql`runs.revision`),
  commit: { kind: 'start', value: sql`lower(runs.code_commit)` },
  since: { kind: 'bound', operator: '>=' },
  until: { kind: 'bound', operator: '<' },
  started: time(startedAt),
  ended: time(sql`runs.ended_at`),
  duration: {
    kind: 'range',
    value: sql`runs.duration_ms`,
    read: readDuration,
    wanted: 'a duration, such as 250ms, 30s, 5m, 1.5h or 2d',
  },
  steps: number(sql`runs.step_count`),
  step: { kind: 'part', table: 'run_steps', column: 'name' },
  tool: { kind: 'part', table: 'run_steps', column: 'tool' },
  bytes: {
    kind: 'range',
    value: sql`(coalesce(runs.plan_bytes, 0) + coalesce(runs.execution_bytes, 0))`,
    read: readBytes,
    wanted: 'bytes, such as 1200, 50kB or 1.5MiB',
  },
  host: text(sql`runs.host`),
  pid: number(sql`runs.pid`),
  has: choice({
    plan: sql`runs.plan_bytes is not null`,
    execution: sql`runs.execution_bytes is not null`,
    error: sql`runs.error is not null`,
    parent: sql`runs.parent is not null`,
    revision: sql`runs.revision is not null`,
    commit: sql`runs.code_commit is not null`,
    tags: sql`runs.tags <> '[]'`,
    steps: sql`runs.step_count > 0`,
  }),
}

/**
 * Compiles a condition on a field.
 *
 * @throws `FORGE_RUN_QUERY` for an operator or a value that the field cannot have
 */
export function compileCondition(condition: RunCondition, now: number, callSite: CallSite): Condition {
  const { field, operator, values } = condition
  const kind = fields[field]
  const refuse = (message: string, hint: string): RunQueryError =>
    new RunQueryError(message, { hint, details: { field, ...condition.span }, callSite })
  const bySize = operator !== ':' && operator !== '~'
  if (bySize && kind.kind !== 'range')
    throw refuse(`${field} has no size: ${operator} says nothing of it`, `Write ${field}:VALUE`)
  if (operator === '~' && kind.kind !== 'text' && kind.kind !== 'part')
    throw refuse(`${field} is no text that could contain another`, `Write ${field}:VALUE`)
  if ((bySize || kind.kind === 'bound') && values.length > 1)
    throw refuse(`Only one value can be compared with ${field}`, `Write (${field}${operator}A OR ${field}${operator}B)`)
  if (bySize && values[0]!.includes('..'))
    throw refuse(`${operator} compares ${field} with one value, not with a range`, `Write ${field}:${values[0]}`)
  switch (kind.kind) {
    case 'range': {
      const { read, value } = kind
      return any(values.map((each) => inRange(value, operator, rangeOf(read, each, now) ?? wrong(each, kind.wanted))))
    }
    case 'bound': {
      const range =
        readTime(values[0]!, now) ?? wrong(values[0]!, 'a time, such as 2026-11-01, or 7d for seven days ago')
      return () => sql<SqlBool>`${startedAt} ${sql.raw(kind.operator)} ${range.from}`
    }
    case 'choice': {
      const { choices } = kind
      return any(
        values.map((each) => {
          const choice = Object.hasOwn(choices, each) ? choices[each] : undefined
          const found = choice ?? wrong(each, Object.keys(choices).join(', '))
          return () => found
        }),
      )
    }
    case 'start':
      return any(values.map((each) => startsWith(kind.value, each.toLowerCase())))
    case 'text':
      return any(values.map((each) => () => sameText(kind.value, operator, each)))
    case 'part': {
      const { table, column } = kind
      const value = sql<string>`${sql.ref(column)}`
      return any(
        values.map(
          (each) =>
            ({ project }) =>
              sql<SqlBool>`runs.number in (select run from ${sql.table(table)} where project = ${project} and ${sameText(value, operator, each)})`,
        ),
      )
    }
  }

  function wrong(value: string, wanted: string): never {
    throw refuse(`${JSON.stringify(value.slice(0, 60))} is nothing that ${field} can be`, `It can be ${wanted}`)
  }
}

function any(conditions: readonly Condition[]): Condition {
  const [only] = conditions
  return conditions.length === 1 && only !== undefined
    ? only
    : (scope) => scope.eb.or(conditions.map((condition) => condition(scope)))
}

/** A value, or two with `..` between them, either of which may be missing. */
function rangeOf(read: ReadRange, text: string, now: number): NumberRange | undefined {
  const border = text.indexOf('..')
  if (border === -1) return read(text, now)
  const [left, right] = [text.slice(0, border), text.slice(border + 2)]
  const from = left === '' ? -Infinity : read(left, now)?.from
  const to = right === '' ? Infinity : read(right, now)?.to
  return from === undefined || to === undefined || (left === '' && right === '') ? undefined : { from, to }
}

function inRange(value: RawBuilder<number>, operator: RunOperator, { from, to }: NumberRange): Condition {
  const least = sql<SqlBool>`${value} >= ${from}`
  const below = sql<SqlBool>`${value} < ${to}`
  switch (operator) {
    case '>':
      return () => sql<SqlBool>`${value} >= ${to}`
    case '>=':
      return () => least
    case '<':
      return () => sql<SqlBool>`${value} < ${from}`
    case '<=':
      return () => below
    default:
      return ({ eb }) => eb.and([...(from === -Infinity ? [] : [least]), ...(to === Infinity ? [] : [below])])
  }
}

/** As a range, which an index serves; nothing sorts behind the last character. */
function startsWith(value: RawBuilder<string>, start: string): Condition {
  return () => sql<SqlBool>`(${value} >= ${start} and ${value} < ${`${start}\u{10FFFF}`})`
}

/** Is the text, or contains it, in whatever case the letters of ASCII are. */
function sameText(value: RawBuilder<string>, operator: RunOperator, text: string): RawBuilder<SqlBool> {
  if (operator === ':') return sql<SqlBool>`${value} = ${text}`
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  return sql<SqlBool>`lower(${value}) like lower(${pattern}) escape '\\'`
}
