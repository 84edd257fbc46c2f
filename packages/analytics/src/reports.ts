import { ReportInvalidError } from './errors.ts'
import { coChange, type CoChangeOptions, type CoChangeRow } from './reports/co-change.ts'
import { complexity, type ComplexityOptions, type ComplexityRow } from './reports/complexity.ts'
import { coupling, type CouplingOptions, type CouplingRow } from './reports/coupling.ts'
import { deadExports, type DeadExportRow } from './reports/dead-exports.ts'
import { fan, type FanOptions, type FanRow } from './reports/fan.ts'
import { growth, type GrowthRow } from './reports/growth.ts'
import { hotspots, type HotspotOptions, type HotspotRow } from './reports/hotspots.ts'
import { kinds, type KindRow } from './reports/kinds.ts'
import type { ReportColumn, ReportDefinition } from './reports/report-definition.ts'
import { runs, type RunsOptions, type RunsRow } from './reports/runs.ts'

/** The options of each report. */
export interface ReportOptions {
  readonly kinds: object
  readonly complexity: ComplexityOptions
  readonly hotspots: HotspotOptions
  readonly 'co-change': CoChangeOptions
  readonly coupling: CouplingOptions
  readonly fan: FanOptions
  readonly 'dead-exports': object
  readonly runs: RunsOptions
  readonly growth: object
}

/** The rows of each report. */
export interface ReportRows {
  readonly kinds: KindRow
  readonly complexity: ComplexityRow
  readonly hotspots: HotspotRow
  readonly 'co-change': CoChangeRow
  readonly coupling: CouplingRow
  readonly fan: FanRow
  readonly 'dead-exports': DeadExportRow
  readonly runs: RunsRow
  readonly growth: GrowthRow
}

/** What a report is called. */
export type ReportName = keyof ReportRows

const definitions: { readonly [Name in ReportName]: ReportDefinition<ReportOptions[Name]> } = {
  kinds,
  complexity,
  hotspots,
  'co-change': coChange,
  coupling,
  fan,
  'dead-exports': deadExports,
  runs,
  growth,
}

/** A report as it can be asked for. */
export interface ReportDescription {
  readonly name: ReportName
  /** What it tells, in one line. */
  readonly summary: string
  readonly columns: readonly ReportColumn[]
}

/** All reports. */
export const reports: readonly ReportDescription[] = Object.entries(definitions).map(
  ([name, { summary, columns }]) => ({ name: name as ReportName, summary, columns }),
)

/** The definition of a report. Throws `FORGE_ANALYTICS_REPORT` for an unknown one. */
export function definitionOf<Name extends ReportName>(name: Name): ReportDefinition<ReportOptions[Name]> {
  if (Object.hasOwn(definitions, name)) return definitions[name]
  throw new ReportInvalidError(`There is no report ${JSON.stringify(name)}`, {
    hint: `Ask for one of: ${Object.keys(definitions).join(', ')}`,
    details: { report: name, known: Object.keys(definitions) },
  })
}
