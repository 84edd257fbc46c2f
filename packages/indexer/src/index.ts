export { diagnosticCodes } from './diagnostic.ts'
export type { Diagnostic, DiagnosticCode } from './diagnostic.ts'
export { discover } from './discover.ts'
export type { DiscoveredFile, Discovery } from './discover.ts'
export { countChanges } from './git-changes.ts'
export type { ChangeOptions } from './git-changes.ts'
export { readGitHistory } from './git-history.ts'
export type { GitCommit, GitHistory, GitMark } from './git-history.ts'
export {
  ExtractWorkerError,
  GitHistoryError,
  IndexerOptionError,
  RootNotDirectoryError,
  RootNotFoundError,
  RootUnreadableError,
} from './index-errors.ts'
export { createModuleResolver } from './modules.ts'
export type { ModuleResolver, ModuleResolverOptions } from './modules.ts'
export { createIndexer } from './indexer.ts'
export type { Indexer, IndexerOptions, RunOptions } from './indexer.ts'
export type { Freshness, IndexProgress, IndexReport, IndexTimings } from './index-report.ts'
export type { IndexTotals } from './index-state.ts'
export { mayConcernGraph } from './may-concern-graph.ts'
