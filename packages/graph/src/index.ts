export { createAnalysis, entryPointsKey } from './analysis/analysis.ts'
export type { Analysis } from './analysis/analysis.ts'
export type {
  AffectedSymbol,
  ComplexityDistribution,
  ComplexityMeasure,
  Cycle,
  CycleOptions,
  CycleStep,
  DeadCode,
  DeadCodeOptions,
  DeadSymbol,
  EntryPoint,
  Hotspot,
  HotspotOptions,
  Impact,
  ImpactOptions,
  ModuleDependency,
  ModuleSummary,
  Spread,
} from './analysis/analysis-types.ts'
export type { CodeMetrics, Halstead } from './analysis/code-metrics.ts'
export type {
  ChangedEdge,
  ChangedFile,
  ChangedSymbol,
  ChangedUnresolved,
  CountedRevision,
  GraphChanges,
  RevisionMark,
} from './changes.ts'
export { deadCodeKinds } from './analysis/dead-code.ts'
export { GraphFileNotFoundError, GraphInputError, GraphSymbolNotFoundError } from './errors.ts'
export { createGraph } from './graph.ts'
export type { Graph, GraphOptions } from './graph.ts'
export { confidences, edgeKinds, nodeKinds, roles } from './graph-types.ts'
export type {
  Call,
  CalledSymbol,
  CallOptions,
  CallPath,
  CallStep,
  CodeCounts,
  Confidence,
  Definition,
  DiagnosticInput,
  EdgeInput,
  EdgeKind,
  FileInput,
  FilePosition,
  FindOptions,
  FindResult,
  GraphDiagnostic,
  GraphStatus,
  GraphSymbol,
  GraphUpdate,
  GraphWriter,
  LocalInput,
  Neighbour,
  NodeInput,
  NodeKind,
  OutlineSymbol,
  Position,
  Range,
  Reference,
  Role,
  Site,
  StoredFile,
  UnresolvedInput,
  UnresolvedPlace,
} from './graph-types.ts'
export type { OutsideUse } from './outside.ts'
export { graphMigrations } from './migrations.ts'
export type { RevisionTotals } from './revision-totals.ts'
export type { GraphTables } from './schema.ts'
export type { EdgeRecord, EdgeStore, NewNode, NodeRecord, NodeStore } from './stores.ts'
export { type CountRange, type SymbolCondition, type SymbolConditions, symbolConditions } from './search/conditions.ts'
export { createSearch, type Search, type SymbolSearch } from './search/search.ts'
export type { BeforeRead, ReadOptions } from './session.ts'
