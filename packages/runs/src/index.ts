export {
  NotFoundError,
  RunFilterError,
  RunInvalidError,
  RunSnapshotError,
  RunStateError,
  StorageError,
} from './errors.ts'
export { runMigrations } from './migrations.ts'
export type { ProcessProbe, ProcessState } from './process-identity.ts'
export type { FinishedRun, RunDetails, RunOutcome, RunStart, StepInput } from './recording.ts'
export { runStatuses, stepStatuses } from './run-types.ts'
export type { RunProcess, RunRecord, RunStatus, RunSummary, StepRecord, StepStatus } from './run-types.ts'
export type { RunTables } from './schema.ts'
export type { Snapshot } from './snapshot.ts'
export { createRunStorage, SqliteRunStorage } from './sqlite-run-storage.ts'
export type { RunStorageOptions } from './sqlite-run-storage.ts'
export type { RunHandle, RunStorage, Storage } from './storage.ts'
