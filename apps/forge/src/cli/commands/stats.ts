import type { ReportDescription, ReportName, ReportOptions } from '@forge/analytics'
import { loadAnalytics } from '../../analytics.ts'
import { UsageError } from '../../errors.ts'
import { analyticsOf } from '../analytics-place.ts'
import { columnsText } from '../columns-text.ts'
import { cutNote, noFreshness, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { momentOf } from '../option-values.ts'
import type { RunsOption } from '../own-store-place.ts'
import { table } from '../render.ts'

/** What reports are asked with. */
interface ReportFlags {
  readonly by?: string
  readonly complexity?: number
  readonly fanOut?: number
  readonly churn?: boolean
  readonly since?: string
  readonly together?: number
  readonly unit?: string
}

type StatsOptions = ListOptions & RunsOption & ReportFlags

/** Which options a report takes. */
const takes: Readonly<Record<ReportName, readonly (keyof ReportFlags)[]>> = {
  kinds: [],
  complexity: ['by'],
  hotspots: ['by', 'complexity', 'fanOut', 'churn', 'since'],
  'co-change': ['since', 'together'],
  coupling: ['by'],
  fan: ['by'],
  'dead-exports': [],
  runs: ['unit'],
  growth: [],
}

/** `forge stats [REPORT]`. */
export async function run(
  context: CommandContext,
  [name]: readonly [string | undefined],
  options: StatsOptions,
): Promise<Answer> {
  const { reports } = await loadAnalytics()
  if (name === undefined) return list(reports)
  const report = reports.find((each) => each.name === name)
  if (report === undefined) {
    throw new UsageError(`There is no report ${name}`, {
      hint: `Reports: ${reports.map((each) => each.name).join(', ')}`,
      details: { report: name },
    })
  }
  const asked = reportOptions(report.name, options)
  const { analytics, freshness, asking } = await analyticsOf(context, options)
  const limit = rowLimit(options)
  const { rows, total, revision } = await analytics.report(report.name, {
    ...asked,
    ...asking,
    ...(limit === Number.POSITIVE_INFINITY ? {} : { limit }),
  })
  return {
    data: { report: report.name, revision, rows, total },
    text: total === 0 ? nothing(report) : [...text(report, rows, context), ...cutNote(rows.length, total)].join('\n'),
    freshness,
    exit: total === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

function list(reports: readonly ReportDescription[]): Answer {
  return {
    data: { reports: reports.map(({ name, summary }) => ({ name, summary, options: takes[name].map(flagOf) })) },
    text: [
      ...table(
        reports.map(({ name, summary }) => [name, summary]),
        '',
      ),
      '',
      'forge stats REPORT shows one',
    ].join('\n'),
    freshness: noFreshness,
  }
}

/** The options of a report, of those that were given; throws `FORGE_USAGE` for one that it does not take. */
function reportOptions(name: ReportName, options: StatsOptions): ReportOptions[ReportName] {
  const { by, complexity, fanOut, churn, since, together, unit } = options
  const given = {
    ...(by === undefined ? {} : { by }),
    ...(complexity === undefined ? {} : { complexity }),
    ...(fanOut === undefined ? {} : { fanOut }),
    // Commander gives an option that is switched off by `--no-` as true where it is not.
    ...(churn === false ? { churn } : {}),
    ...(since === undefined ? {} : { since: momentOf(since) }),
    ...(together === undefined ? {} : { together }),
    ...(unit === undefined ? {} : { unit }),
  }
  for (const option of Object.keys(given) as (keyof ReportFlags)[]) {
    if (takes[name].includes(option)) continue
    throw new UsageError(`The report ${name} does not take ${flagOf(option)}`, {
      hint:
        takes[name].length === 0
          ? 'It takes no option but --limit and --all'
          : `It takes: ${takes[name].map(flagOf).join(' ')}`,
      details: { report: name, option },
    })
  }
  return given
}

function flagOf(option: keyof ReportFlags): string {
  if (option === 'churn') return '--no-churn'
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function text({ columns }: ReportDescription, rows: readonly object[], { terminal }: CommandContext): string[] {
  const values = rows as readonly Readonly<Record<string, unknown>>[]
  const fractions = new Set(
    columns.map(({ name }) => name).filter((name) => values.some((row) => isFraction(row[name]))),
  )
  const amount = columns.find(({ shows }) => shows === 'bar')?.name
  return columnsText(
    columns,
    values.map((row) => columns.map(({ name }) => cell(row[name], fractions.has(name)))),
    values.map((row) => (amount === undefined ? 0 : Number(row[amount] ?? 0))),
    terminal.width,
  )
}

function isFraction(value: unknown): boolean {
  return typeof value === 'number' && !Number.isInteger(value)
}

function cell(value: unknown, asFraction: boolean): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return asFraction ? value.toFixed(2) : String(value)
  // The folder at the top has no name.
  return value === '' ? '.' : (value as string)
}

function nothing({ name }: ReportDescription): string {
  const why: Partial<Record<ReportName, string>> = {
    runs: 'no runs are recorded yet',
    'dead-exports': 'every export is named by another file, or offered by an entry point',
  }
  return why[name] ?? 'nothing to report'
}
