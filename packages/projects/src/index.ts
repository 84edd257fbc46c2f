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
export type { ProjectRow, ProjectTables } from './schema.ts'
