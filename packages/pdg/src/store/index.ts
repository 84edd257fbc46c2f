export { createPdgStore } from './create-pdg-store.ts'
export type { PdgStoreOptions } from './create-pdg-store.ts'
export { PdgDamagedError, PdgInputError, PdgVersionError } from './errors.ts'
export { analysisVersion, functionHash } from './function-hash.ts'
export type { FunctionHash } from './function-hash.ts'
export { pdgMigrations } from './migrations.ts'
export { packIr, unpackIr } from './packed-ir.ts'
export type { FunctionPlace } from './packed-ir.ts'
export { packPdg, unpackPdg } from './packed-pdg.ts'
export type { PdgStore } from './pdg-store.ts'
export type {
  FileAddress,
  FileToSave,
  FunctionAddress,
  FunctionToSave,
  GraphCounts,
  LoadedFile,
  LoadedFunction,
  PdgStats,
  SaveOptions,
  SaveOutcome,
  StoredFile,
  StoredFunction,
  WaitOptions,
} from './pdg-store-types.ts'
export type { PdgFileTable, PdgFunctionTable, PdgTables } from './schema.ts'
