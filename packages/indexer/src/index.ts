export { diagnosticCodes } from './diagnostic.ts'
export type { Diagnostic, DiagnosticCode } from './diagnostic.ts'
export { discover } from './discover.ts'
export type { DiscoveredFile, Discovery } from './discover.ts'
export { countChanges } from './git-changes.ts'
export type { ChangeOptions } from './git-changes.ts'
export { identifyProject } from './identify-project.ts'
export type { IdentifyOptions, ProjectIdentity } from './identify-project.ts'
export { readGitHistory } from './git-history.ts'
export type { GitCommit, GitHistory, GitMark } from './git-history.ts'
export {
  ExtractWorkerError,
  GitHistoryError,
  IndexerOptionError,
  IndexOutdatedError,
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
export { hasFiles, readInstalledPackage } from './installed-package.ts'
export type { InstalledPackage, PackageFile } from './installed-package.ts'
export { emptySurface } from './public-surface.ts'
export type { PublicSurface, SurfaceSymbol, SurfaceTarget } from './public-surface.ts'
export { openProjectSurface } from './project-surface.ts'
export type { DeclaredDependency, DependencyKind, ProjectPackage, ProjectSurfaceReader } from './project-surface.ts'
export { createInstalledFinder, isInside, stampOfFiles } from './find-installed.ts'
export type { FindInstalled, InstalledAt } from './find-installed.ts'
