export { createAnalytics } from './analytics.ts'
export type { Analytics, AnalyticsOptions, AskOptions, ParquetOptions, Report, ReportPage } from './analytics.ts'
export {
  AnalyticsStorageError,
  AnalyticsUnwritableError,
  DuckDbMissingError,
  ExportExistsError,
  HistoryMissingError,
  MirrorBusyError,
  MirrorForeignError,
  QueryError,
  QueryLimitError,
  QueryRefusedError,
  ReportInvalidError,
} from './errors.ts'
export type { JsonValue } from './json-value.ts'
export type { SyncProgress, SyncResult } from './mirror.ts'
export type {
  GraphSource,
  HistoryMark,
  HistorySource,
  MirrorSource,
  RevisionMark,
  RunChanges,
  RunSource,
  SourceChanges,
  SourceCommit,
  SourceCounts,
  SourceEdge,
  SourceFile,
  SourceHistory,
  SourceRevision,
  SourceRun,
  SourceSymbol,
  SourceUnresolved,
} from './mirror-source.ts'
export type { ExportedFile } from './parquet.ts'
export type { QueryLimits, QueryResult } from './query.ts'
export type { QueryColumn } from './query-protocol.ts'
export { reports } from './reports.ts'
export type { ReportDescription, ReportName, ReportOptions, ReportRows } from './reports.ts'
export type { CoChangeOptions, CoChangeRow } from './reports/co-change.ts'
export type { ComplexityMeasure, ComplexityOptions, ComplexityRow } from './reports/complexity.ts'
export type { CouplingOptions, CouplingRow } from './reports/coupling.ts'
export type { DeadExportRow } from './reports/dead-exports.ts'
export type { FanOptions, FanRow } from './reports/fan.ts'
export type { GrowthRow } from './reports/growth.ts'
export type { HotspotOptions, HotspotRow } from './reports/hotspots.ts'
export type { KindRow } from './reports/kinds.ts'
export type { ReportColumn } from './reports/report-definition.ts'
export type { RunsOptions, RunsRow } from './reports/runs.ts'
export { confidences, edgeKinds, symbolKinds } from './vocabulary.ts'
export type { Confidence, EdgeKind, RunStatus, SymbolKind } from './vocabulary.ts'
export { views } from './views.ts'
export type { View, ViewColumn } from './views.ts'
