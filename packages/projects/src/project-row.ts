import type { StoredProject } from './project-queries.ts'
import type { Project } from './project-types.ts'

/** A project, from its row. */
export function projectOf({ id, name, identity, root, database, added_at }: StoredProject): Project {
  return { id, name, identity, root, database, addedAt: added_at }
}
