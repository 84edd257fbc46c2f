export { ProjectNameInvalidError, ProjectNameTakenError, ProjectNotFoundError } from './errors.ts'
export { projectMigrations } from './migrations.ts'
export { createProjectRegistry } from './project-registry.ts'
export type { ProjectRegistry, ProjectRegistryOptions } from './project-registry.ts'
export type {
  AddedProject,
  AddOutcome,
  FolderCheck,
  NewProject,
  Project,
  ProjectKey,
  WaitOptions,
} from './project-types.ts'
export type { ProjectRow, ProjectTables, RegistryTables } from './schema.ts'
export { packageOf, parseOutside } from './symbols/outside-id.ts'
export type {
  Confidence,
  FedInstall,
  FedInstalled,
  FedPackage,
  FedUse,
  FeedReport,
  ProjectFeed,
  PublicSurface,
  PublicSymbol,
  Target,
} from './symbols/feed-types.ts'
export type { LinkReason } from './symbols/resolve-use.ts'
export type { SymbolTables } from './symbols/symbol-schema.ts'
export { createSymbolTable } from './symbols/symbol-table.ts'
export type {
  Dependency,
  ExportPath,
  KnownInstall,
  KnownPackage,
  ProvidedPackage,
  SymbolTable,
  SymbolTableOptions,
  User,
} from './symbols/symbol-table.ts'
export type { Owner, Use, UseLink } from './symbols/use-reader.ts'
