export { accessKinds, createAccesses } from './accesses.ts'
export type { Access, AccessKind, AccessOptions, AccessTable } from './accesses.ts'
export { controlFlow, throwsItself } from './control-flow.ts'
export type { ControlFlow, ControlFlowOptions } from './control-flow.ts'
export { dataFlag } from './data-flag.ts'
export type { DataDependence } from './data-dependence.ts'
export { FileProgram } from './file-program.ts'
export type {
  Callee,
  Callees,
  Caller,
  FunctionId,
  MaybePromise,
  Place,
  Procedure,
  Program,
  SharedAccess,
} from './program.ts'
export type { ExceptionScope } from './procedures.ts'
export { slice } from './slice.ts'
export type { Slice, SliceOptions } from './slice-types.ts'
export { buildPdg } from './program-dependence.ts'
export type { FunctionPdg } from './program-dependence.ts'
export { controlDependence } from './control-dependence.ts'
export { cyclomaticComplexity } from './cyclomatic-complexity.ts'
export { defUseChains } from './def-use-chains.ts'
export type { DefUseChains } from './def-use-chains.ts'
export { definedAtEntry, noDefinition } from './definition.ts'
export { dominanceFrontiers } from './dominance-frontiers.ts'
export type { DominanceFrontiers } from './dominance-frontiers.ts'
export { dominatorTree } from './dominator-tree.ts'
export type { DominatorTree } from './dominator-tree.ts'
export { FlowGraphError, FunctionIrError, GraphTooLargeError, SliceInputError } from './errors.ts'
export { createFlowGraph, flowGraphFrom, flowKinds } from './flow-graph.ts'
export type { Adjacency, FlowEdge, FlowGraph, FlowGraphColumns, FlowGraphOptions, FlowKind } from './flow-graph.ts'
export {
  entryAt,
  exitAt,
  instructionFlag,
  locationCodes,
  locationKinds,
  longestPath,
  op,
  opcodes,
  operandCodes,
  operandKinds,
  raiseAt,
  receiverPlace,
  restPlace,
  variableCodes,
  variableFlag,
  variableKinds,
} from './ir.ts'
export type {
  FileIr,
  FunctionIr,
  FunctionKind,
  InstructionTable,
  LocationKind,
  LocationTable,
  Opcode,
  OperandKind,
  VariableKind,
  VariableTable,
} from './ir.ts'
export type { IrreducibleRegion } from './irreducible-regions.ts'
export { findLoops } from './loops.ts'
export type { Loops } from './loops.ts'
export { countPaths, paths } from './paths.ts'
export type { PathOptions } from './paths.ts'
export { postDominatorTree } from './post-dominator-tree.ts'
export type { PostDominatorTree } from './post-dominator-tree.ts'
export { reachable } from './reachable.ts'
export { reachingDefinitions } from './reaching-definitions.ts'
export type { ReachingDefinition } from './reaching-definitions.ts'
export { ssaForm } from './ssa-form.ts'
export type { MergeTable, SsaForm, SsaOptions } from './ssa-form.ts'
export { withoutKinds } from './without-kinds.ts'
