import type { RunComparison, RunOrder, RunStorage, RunSummary } from '@forge/runs'
import { UsageError } from '../../errors.ts'
import {
  noFreshness,
  rowLimit,
  type Answer,
  type CommandContext,
  type ListOptions,
  type StreamedAnswer,
} from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { type RunsOption, runId, runsOf } from '../own-store-place.ts'
import { counted, table } from '../render.ts'
import { differenceLine, runCells, runLines, shortId, statusText, stepLine } from '../run-text.ts'

/** The most runs, or steps, that the history gives at once. */
const pageSize = 1000

interface ListCommandOptions extends ListOptions, RunsOption {
  readonly order: RunOrder
  readonly after?: string
}

/** `forge runs list [QUERY...]`. */
export async function list(
  context: CommandContext,
  [words]: readonly [readonly string[]],
  options: ListCommandOptions,
): Promise<Answer> {
  const query = words.join(' ')
  const runs = runsOf(context, options, 'read')
  const { signal } = context
  await runs.markLost({ signal })
  const total = await runs.count(query, { signal })
  const found: RunSummary[] = []
  let next: string | null = options.after ?? null
  for (let left = rowLimit(options); left > 0;) {
    const page = await runs.search(query, {
      order: options.order,
      after: next ?? undefined,
      limit: Math.min(left, pageSize),
      signal,
    })
    found.push(...page.runs)
    left -= page.runs.length
    next = page.next
    if (next === null) break
  }
  const { colors } = context.terminal
  const lines = table(found.map(runCells), '').map((line, index) => {
    const { status } = found[index]!
    return line.replace(status, statusText(status, colors))
  })
  const notes = [
    ...(total === 0 ? [query === '' ? 'no runs are recorded yet' : 'no run matches'] : []),
    ...(next === null ? [] : [`showing ${found.length} of ${total} (--limit N, --all, --after ${next})`]),
  ]
  return {
    data: { action: 'list', runs: found, total, next },
    text: [...lines, ...notes].join('\n'),
    exit: found.length === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

interface ShowOptions extends ListOptions, RunsOption {
  readonly plan?: boolean
  readonly execution?: boolean
  readonly step?: number
}

/** `forge runs show RUN`. */
export async function show(
  context: CommandContext,
  [name]: readonly [string],
  options: ShowOptions,
): Promise<Answer | undefined> {
  const runs = runsOf(context, options, 'read')
  await runs.markLost({ signal: context.signal })
  const id = await runId(runs, name)
  const alone = await aloneText(runs, id, options)
  if (alone !== undefined && context.global.json !== true) {
    await context.terminal.write(alone)
    return undefined
  }
  const { plan, execution, ...run } = await runs.getRun(id)
  const steps = []
  for (let next: number | null = -1; next !== null && steps.length < rowLimit(options);) {
    const page = await runs.stepsOf(id, { after: next, limit: Math.min(rowLimit(options) - steps.length, pageSize) })
    steps.push(...page.steps)
    next = page.next
  }
  const { colors } = context.terminal
  const cut =
    steps.length < run.steps ? [`showing ${steps.length} of ${counted(run.steps, 'step')} (--limit N, --all)`] : []
  return {
    data: { action: 'show', run, plan, execution, steps },
    text: [
      ...runLines(run, colors),
      ...(run.steps === 0 ? [] : ['', 'steps', ...steps.map((step) => stepLine(step, colors)), ...cut]),
    ].join('\n'),
  }
}

/** The text of the part that is asked for alone; undefined where none is. */
async function aloneText(
  runs: RunStorage,
  id: string,
  { plan = false, execution = false, step }: ShowOptions,
): Promise<string | undefined> {
  if (step !== undefined) {
    const { steps } = await runs.stepsOf(id, { after: step - 1, limit: 1 })
    if (steps[0]?.position !== step) {
      throw new UsageError(`The run has no step ${step}`, {
        hint: `\`forge runs show ${shortId(id)}\` lists its steps`,
      })
    }
    return steps[0].output?.text ?? ''
  }
  if (!plan && !execution) return undefined
  const run = await runs.getRun(id)
  return (plan ? run.plan : run.execution)?.text ?? ''
}

/** `forge runs diff BEFORE AFTER`. */
export async function diff(
  context: CommandContext,
  [before, after]: readonly [string, string],
  options: RunsOption & { readonly failDifferent?: boolean },
): Promise<Answer> {
  const runs = runsOf(context, options, 'read')
  const comparison = await runs.compare(await runId(runs, before), await runId(runs, after))
  return {
    data: { action: 'diff', ...comparison },
    text: comparisonText(comparison, context.terminal.colors),
    exit: !comparison.same && options.failDifferent === true ? exitCode.negative : exitCode.done,
  }
}

function comparisonText(comparison: RunComparison, colors: CommandContext['terminal']['colors']): string {
  const { before, after, same, summary, plan, execution, steps } = comparison
  if (same) return 'the runs are the same'
  const head = (sign: string, run: RunSummary): string =>
    colors.bold([sign, ...runCells(run).filter((cell) => cell !== '')].join('  '))
  return [
    head('---', before),
    head('+++', after),
    ...summary.map((each) => differenceLine('run', each, colors)),
    ...plan.map((each) => differenceLine('plan', each, colors)),
    ...execution.map((each) => differenceLine('execution', each, colors)),
    ...steps.flatMap((step) => {
      const place = `step ${step.name}`
      if (step.before === null) return [`${colors.green('+')} ${place} (${step.after})`]
      if (step.after === null) return [`${colors.red('-')} ${place} (${step.before})`]
      return step.differences.map((each) => differenceLine(place, each, colors))
    }),
  ].join('\n')
}

/** `forge runs stats [QUERY...]`. */
export async function stats(
  context: CommandContext,
  [words]: readonly [readonly string[]],
  options: RunsOption & { readonly limit: number },
): Promise<Answer> {
  const runs = runsOf(context, options, 'read')
  const { signal } = context
  await runs.markLost({ signal })
  const facets = await runs.facets(words.join(' '), { limit: Math.max(1, options.limit), signal })
  const { total, status, tags, plans } = facets
  const section = (heading: string, rows: readonly (readonly [string, number])[]): string[] => {
    const shown = rows.filter(([, count]) => count > 0)
    return shown.length === 0 ? [] : ['', heading, ...table(shown.map(([name, count]) => [name, String(count)]))]
  }
  return {
    data: { action: 'stats', ...facets },
    text: [
      counted(total, 'run'),
      ...section('status', Object.entries(status)),
      ...section(
        'tags',
        tags.map(({ value, count }) => [value, count] as const),
      ),
      ...section(
        'plans',
        plans.map(({ value, count }) => [value, count] as const),
      ),
    ].join('\n'),
  }
}

/** `forge runs export [QUERY...]`. */
export async function exportRuns(
  context: CommandContext,
  [words]: readonly [readonly string[]],
  options: RunsOption,
): Promise<StreamedAnswer> {
  const lines = runsOf(context, options, 'read').exportLines({ query: words.join(' '), signal: context.signal })
  return { lines: withLineBreaks(lines), freshness: noFreshness }
}

async function* withLineBreaks(lines: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  for await (const line of lines) yield `${line}\n`
}
