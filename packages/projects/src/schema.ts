import type { Generated } from 'kysely'
import type { SymbolTables } from './symbols/symbol-schema.ts'

/** The table of projects. Times are milliseconds since the epoch, UTC. */
export interface ProjectTables {
  projects: ProjectRow
}

/** All tables of the registry, as Kysely sees them. */
export type RegistryTables = ProjectTables & SymbolTables

/** One row a project. */
export interface ProjectRow {
  /** What other tables call the project; the id of one that was removed is never given again. */
  id: Generated<number>
  name: string
  identity: string
  /** Its folder, absolute. */
  root: string
  /** The file of its graph, absolute. */
  database: string
  added_at: number
}
