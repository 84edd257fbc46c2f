export { FlowGraphError } from './errors.ts'
export { flowKinds } from './flow-graph.ts'
export type { Adjacency, FlowEdge, FlowGraph, FlowGraphOptions, FlowKind } from './flow-graph.ts'
export {
  entryAt,
  exitAt,
  instructionFlag,
  locationKinds,
  longestPath,
  op,
  opcodes,
  operandKinds,
  raiseAt,
  receiverPlace,
  restPlace,
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
