import type { JsonValue, QueryColumn, QueryResult, View } from '@forge/analytics'
import { loadAnalytics } from '../../analytics.ts'
import { UsageError } from '../../errors.ts'
import { analyticsOf } from '../analytics-place.ts'
import { columnsText } from '../columns-text.ts'
import {
  noFreshness,
  rowLimit,
  type Answer,
  type CommandContext,
  type ListOptions,
  type StreamedAnswer,
} from '../command.ts'
import { exitCode } from '../exit-code.ts'
import type { RunsOption } from '../own-store-place.ts'
import { count, table } from '../render.ts'
import { readText } from '../text-input.ts'

interface SqlOptions extends ListOptions, RunsOption {
  readonly format: 'table' | 'json' | 'csv'
  readonly schema?: boolean
  /** Seconds. */
  readonly timeout: number
  /** Bytes. */
  readonly memory: number
}

/** Rows that are not shown are counted up to here. */
const mostCounted = 1_000_000

type Row = readonly JsonValue[]

/** `forge sql QUERY`. */
export async function run(
  context: CommandContext,
  [query]: readonly [string | undefined],
  options: SqlOptions,
): Promise<Answer | StreamedAnswer> {
  const { views } = await loadAnalytics()
  if (options.schema === true) return schema(views)
  if (query === undefined) {
    throw new UsageError('No query is given', { hint: 'Write one in quotes, or `forge sql --schema` for the views' })
  }
  const sql = query === '-' ? await readText('-', context.cwd) : query
  const { analytics, freshness, asking } = await analyticsOf(context, options)
  const result = context.use(
    await analytics.query(sql, { ...asking, timeout: options.timeout * 1000, memory: options.memory }),
  )
  context.terminal.progress(undefined)
  if (options.format === 'csv' && context.global.json !== true) return { lines: csvLines(result, options), freshness }
  const { rows, total } = await firstRows(result, rowLimit(options))
  const { columns, revision } = result
  return {
    data: {
      columns,
      rows: rows.map((row) => Object.fromEntries(row.map((value, at) => [columns[at]!.name, value]))),
      total,
      revision,
    },
    text: [...rowsText(columns, rows), ...cut(rows.length, total)].join('\n'),
    freshness,
    exit: rows.length === 0 && total === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

/** The first rows, and how many there are; null where they are too many to be counted. */
async function firstRows(result: QueryResult, limit: number): Promise<{ rows: readonly Row[]; total: number | null }> {
  const rows: Row[] = []
  for await (const some of result.rows()) {
    rows.push(...some.slice(0, limit - rows.length))
    if (some.length > 0 && rows.length < limit) continue
    return { rows, total: await result.countRows(mostCounted) }
  }
  return { rows, total: rows.length }
}

function cut(shown: number, total: number | null): string[] {
  if (total === null) return [`showing ${count(shown)} of more than ${count(mostCounted)} rows (--limit N, --all)`]
  return shown < total ? [`showing ${count(shown)} of ${count(total)} rows (--limit N, --all)`] : []
}

const numbers = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/

function rowsText(columns: readonly QueryColumn[], rows: readonly Row[]): string[] {
  const shown = columns.map(
    ({ name, type }) => ({ label: name, shows: numbers.test(type) ? 'number' : 'text' }) as const,
  )
  const cells = rows.map((row) => row.map((value) => lineOf(textOf(value))))
  return columnsText(shown, cells, [], undefined)
}

/** Text in a line of a table. */
function lineOf(text: string): string {
  return text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

function textOf(value: JsonValue): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** RFC 4180: a line of names, then a line for each row; nothing stands for null. */
async function* csvLines(result: QueryResult, options: ListOptions): AsyncGenerator<string, void, undefined> {
  yield csvLine(result.columns.map(({ name }) => name))
  let left = options.limit ?? Number.POSITIVE_INFINITY
  for await (const rows of result.rows()) {
    for (const row of rows.slice(0, left)) yield csvLine(row)
    left -= rows.length
    if (left <= 0) return
  }
}

function csvLine(values: Row): string {
  const fields = values.map((value) => {
    const text = textOf(value)
    // What is empty and no null is in quotes, so that the two are told apart.
    return /["\r\n,]/.test(text) || value === '' ? `"${text.replaceAll('"', '""')}"` : text
  })
  return `${fields.join(',')}\r\n`
}

function schema(views: readonly View[]): Answer {
  return {
    data: { views: views.map(({ name, what, columns }) => ({ name, what, columns })) },
    text: views
      .map(({ name, what, columns }) =>
        [`${name}: ${what}`, ...table(columns.map((column) => [column.name, column.type, column.what]))].join('\n'),
      )
      .join('\n\n'),
    freshness: noFreshness,
  }
}
