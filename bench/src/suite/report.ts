import { grouped, megabytes, table, withRatio } from '../markdown.ts'
import { describeRun } from '../run-context.ts'
import type { Bar, Metric } from './measurement.ts'
import { checkBar, type MeasurementResult, type SideResult, type SuiteResults, valueOf } from './results.ts'

/** Renders results as Markdown: the bars, then for each measurement what is done, a table of figures and the sides. */
export function renderSuite(results: SuiteResults): string {
  const rounds = `${results.rounds} interleaved ${results.rounds === 1 ? 'round' : 'rounds'}`
  return [
    `Medians of ${rounds}, counts of errors are sums over all rounds; in parentheses the ratio to the side that the table names first.`,
    renderBars(results.measurements),
    ...results.measurements.map(renderMeasurement),
    describeRun(results),
  ].join('\n\n')
}

function renderBars(measurements: readonly MeasurementResult[]): string {
  const rows = measurements.flatMap((measurement) =>
    measurement.bars.flatMap((bar) => {
      const result = checkBar(measurement, bar)
      const metric = measurement.metrics.find(({ id }) => id === bar.metric)
      if (result === undefined || metric === undefined) return []
      const value = bar.against === undefined ? number(result.value, metric) : `${result.value.toFixed(2)}x`
      return [[`${measurement.title}: ${bar.text}`, limit(bar, metric), value, result.reached ? 'yes' : '**no**']]
    }),
  )
  return table(['bar', 'asked', 'measured', 'reached'], rows)
}

function limit(bar: Bar, metric: Metric): string {
  const [word, value] = bar.atMost === undefined ? ['≥', bar.atLeast ?? 0] : ['≤', bar.atMost]
  return `${word} ${bar.against === undefined ? number(value, metric) : `${value.toFixed(2)}x`}`
}

function renderMeasurement(result: MeasurementResult): string {
  const failures = result.sides.filter(({ failure }) => failure !== null)
  const first = result.sides.filter(({ name }) => name === result.baseline)
  const others = result.sides.filter(({ name }) => name !== result.baseline)
  const sides = [...first, ...others]
  return [
    `### ${result.title}`,
    result.what,
    table(
      ['side', ...result.metrics.map(({ label }) => label)],
      sides.map((side) => [label(side), ...result.metrics.map((metric) => cell(result, side, metric))]),
    ),
    ...failures.map(({ name, failure }) => `**${name} failed**: ${failure}`),
    sides.map(({ name, note }) => `- **${name}**: ${note}`).join('\n'),
  ].join('\n\n')
}

function label({ name, version }: SideResult): string {
  return version === null ? name : `${name} ${version}`
}

function cell(result: MeasurementResult, side: SideResult, metric: Metric): string {
  const value = valueOf(result, side.name, metric)
  if (value === undefined) return side.failure === null ? '—' : 'failed'
  const text = number(value, metric)
  if (metric.over === 'sum' || side.name === result.baseline) return text
  return withRatio(text, value, valueOf(result, result.baseline, metric))
}

function number(value: number, { unit }: Metric): string {
  if (unit === 'count') return grouped(Math.round(value))
  if (unit === 'bytes') return megabytes(value)
  // Never rounded up to all of them.
  if (unit === 'share') return `${(Math.floor(value * 1000) / 10).toFixed(1)} %`
  if (unit === 'ns') return value < 10_000 ? `${grouped(Math.round(value))} ns` : `${(value / 1000).toFixed(1)} µs`
  if (unit === 'per-second')
    return value < 1e6 ? `${grouped(Math.round(value / 1000))} k/s` : `${(value / 1e6).toFixed(2)} M/s`
  if (value >= 10_000) return `${(value / 1000).toFixed(2)} s`
  return value < 10 ? `${value.toFixed(2)} ms` : `${grouped(Math.round(value))} ms`
}
