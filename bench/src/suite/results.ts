import type { RunContext } from '../run-context.ts'
import { median } from '../statistics.ts'
import type { Bar, Metric, Side } from './measurement.ts'

/** The numbers of one round. */
export interface Round {
  readonly round: number
  readonly values: Readonly<Record<string, number>>
}

/** All that was measured of one side. */
export interface SideResult extends Side {
  readonly version: string | null
  readonly rounds: readonly Round[]
  /** Why it is not measured any further. */
  readonly failure: string | null
}

/** All that was measured of one measurement. */
export interface MeasurementResult {
  readonly id: string
  readonly title: string
  readonly what: string
  readonly baseline: string
  readonly metrics: readonly Metric[]
  readonly bars: readonly Bar[]
  readonly sides: readonly SideResult[]
}

/** The content of a file of results. */
export interface SuiteResults extends RunContext {
  readonly bench: string
  readonly rounds: number
  readonly measurements: readonly MeasurementResult[]
}

/**
 * The number of a side over all rounds; `undefined` where it has none, or when the side failed, so that nobody compares
 * a part with a whole.
 */
export function valueOf(result: MeasurementResult, side: string, metric: Metric): number | undefined {
  const found = result.sides.find(({ name }) => name === side)
  if (found === undefined || found.failure !== null || found.rounds.length === 0) return undefined
  const values = found.rounds.flatMap((round) => round.values[metric.id] ?? [])
  if (values.length === 0) return undefined
  return metric.over === 'sum' ? values.reduce((sum, value) => sum + value, 0) : median(values)
}

/** What a bar asks for, and what came of it. */
export interface BarResult {
  readonly text: string
  readonly value: number
  readonly reached: boolean
}

/**
 * Compares a result with one of its bars; `undefined` where a side of it was not measured.
 *
 * A ratio is that of the rounds, by their median: both sides of a round met the same machine.
 */
export function checkBar(result: MeasurementResult, bar: Bar): BarResult | undefined {
  const metric = result.metrics.find(({ id }) => id === bar.metric)
  if (metric === undefined) return undefined
  const value = bar.against === undefined ? valueOf(result, bar.side, metric) : ratioOf(result, bar, bar.against)
  if (value === undefined) return undefined
  const reached = value <= (bar.atMost ?? Infinity) && value >= (bar.atLeast ?? -Infinity)
  return { text: bar.text, value, reached }
}

function ratioOf(result: MeasurementResult, { side, metric }: Bar, against: string): number | undefined {
  const [own, other] = [side, against].map((name) => result.sides.find((each) => each.name === name))
  if (own === undefined || other === undefined || own.failure !== null || other.failure !== null) return undefined
  const ratios = own.rounds.flatMap(({ round, values }) => {
    const base = other.rounds.find((each) => each.round === round)?.values[metric]
    return base === undefined ? [] : [(values[metric] ?? Number.NaN) / base]
  })
  return ratios.length === 0 ? undefined : median(ratios)
}
