export { CodeSearch } from './code-search.ts'
export type { CodeLine, CodeLines, LineOptions } from './code-search.ts'
export type {
  CodePlace,
  CodeSlice,
  CodeSliceOptions,
  DependenceEdge,
  DependenceTarget,
  FlowBlock,
  FlowEdgeView,
  FunctionDependences,
  FunctionFlow,
  FunctionPlace,
  LoopView,
  SlicedFile,
  SlicedFunction,
  SliceEdge,
  SlicePlace,
  Step,
} from './dependence/dependence-types.ts'
export type { GraphKeeping, SaveGraphsOptions, SaveGraphsProgress } from './dependence/kept-graphs.ts'
export type { DependenceQuestions, FlowQuestions } from './dependence/dependence.ts'
export type { FlowOptions } from './dependence/function-flow.ts'
export {
  NoCodeError,
  NotIndexedError,
  PositionNotFoundError,
  ProjectsStorageError,
  RuntimeMissingError,
  SourceChangedError,
  StoreClosedError,
  StoreNewerError,
  StoreUnwritableError,
} from './errors.ts'
export { Forge } from './forge.ts'
export type { ForgeOptions, Freshness, RuntimeOptions } from './forge.ts'
export { AcrossProjects } from './projects/across-projects.ts'
export type { AskedProject, FoundElsewhere, Meaning, RowsElsewhere } from './projects/across-projects.ts'
export type { BrokenUse, ConflictCandidate, Conflicts, PackageConflict } from './projects/conflicts.ts'
export type { DependencyUse, ProjectDependency, UsedName } from './projects/dependencies.ts'
export { Projects } from './projects/projects.ts'
export type { SyncProgress, SyncReport } from './projects/sync-projects.ts'
export type { AddOptions, AskOptions, ListedProject, ProjectsOptions } from './projects/projects.ts'
export type { ProjectCondition, ProjectState } from './projects/project-condition.ts'
export type { Runtime, RuntimeEvent, RuntimeRole } from './runtime/runtime.ts'
export type { Store, StoreOptions } from './store.ts'
export { UnifiedGraphStore } from './unified-graph-store.ts'
export type { UnifiedGraphStoreOptions } from './unified-graph-store.ts'
