export { EXTRACTOR_VERSION, exprOps, moduleRequestKinds, occurrenceRoles, symbolFlag, symbolKinds } from './facts.ts'
export type {
  ExportTable,
  ExprOp,
  ExprTable,
  FactDiagnostic,
  Facts,
  Language,
  ModuleRequestTable,
  OccurrenceRole,
  OccurrenceTable,
  SymbolKind,
  SymbolTable,
} from './facts.ts'
