export type { ChangePage, ChangesOptions, RunChange } from './changes.ts'
export type { RunComparison, StepDifference } from './comparing.ts'
export { runOrders } from './cursor.ts'
export type { RunOrder } from './cursor.ts'
export {
  NotFoundError,
  RunInvalidError,
  RunQueryError,
  RunSnapshotError,
  RunStateError,
  StorageError,
} from './errors.ts'
export type { ExportOptions } from './exporting.ts'
export type { ImportOptions, ImportResult } from './importing.ts'
export type { JsonDifference } from './json-difference.ts'
export type { LostOptions } from './lost.ts'
export { runMigrations } from './migrations.ts'
export type { ProcessProbe, ProcessState } from './process-identity.ts'
export type { FinishedRun, RunDetails, RunOutcome, RunStart, StepInput } from './recording.ts'
export type { RetentionOptions, RetentionPolicy, RetentionResult } from './retention.ts'
export { parseRunQuery } from './query-parser.ts'
export { parseBytes, parseDuration, parseTime } from './query-values.ts'
export { runFields } from './run-filter.ts'
export type { QuerySpan, RunCondition, RunField, RunFilter, RunOperator, RunWords } from './run-filter.ts'
export type { RunQuery } from './run-query.ts'
export { runStatuses, stepStatuses } from './run-types.ts'
export type { RunProcess, RunRecord, RunStatus, RunSummary, StepRecord, StepStatus } from './run-types.ts'
export type { RunTables } from './schema.ts'
export type { FacetOptions, FacetValue, RunFacets, RunPage, SearchOptions } from './searching.ts'
export type { Snapshot } from './snapshot.ts'
export { createRunStorage, SqliteRunStorage } from './sqlite-run-storage.ts'
export type { RunStorageOptions } from './sqlite-run-storage.ts'
export type { StepPage, StepsOptions } from './steps.ts'
export type { RunHandle, RunStorage, Storage } from './storage.ts'
export type { WaitOptions } from './wait-options.ts'
