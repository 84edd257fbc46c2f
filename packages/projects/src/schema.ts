import type { Generated } from 'kysely'

/** The tables of the registry, as Kysely sees them. Times are milliseconds since the epoch, UTC. */
export interface ProjectTables {
  projects: ProjectRow
}

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
