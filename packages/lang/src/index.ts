export { describeSymbols } from './describe.ts'
export type { SymbolDescriptions } from './describe.ts'
export { extract } from './extract.ts'
export type { ExtractInput } from './extract.ts'
export { packFacts, packTexts, unpackFacts } from './pack.ts'
export { PackedFactsError } from './errors.ts'
export { lower } from './ir/lower.ts'
export type { LoweredFile } from './ir/lower.ts'
export type { UnreadPart } from './ir/lowering.ts'
export { languageOf } from './language.ts'
export {
  EXTRACTOR_VERSION,
  exprOps,
  moduleRequestKinds,
  occurrenceRoles,
  parameterPlace,
  symbolFlag,
  symbolKinds,
} from './facts.ts'
export type {
  CallTable,
  CodeTable,
  ExpectationTable,
  ExportTable,
  ExprOp,
  ExprTable,
  FactDiagnostic,
  Facts,
  Language,
  ModuleRequestTable,
  OccurrenceRole,
  OccurrenceTable,
  StoreTable,
  ParameterTable,
  SymbolKind,
  SymbolTable,
} from './facts.ts'
