import type { Database, Transaction } from '@forge/db'
import { freeName } from './project-name.ts'
import type { ProjectQueries, StoredProject } from './project-queries.ts'
import { projectOf } from './project-row.ts'
import type { AddedProject, FolderCheck, NewProject, WaitOptions } from './project-types.ts'
import type { ProjectTables } from './schema.ts'

/** What {@link addProject} works with. */
export interface AddingContext {
  readonly db: Database<ProjectTables>
  readonly queries: ProjectQueries
  readonly now: () => number
}

/**
 * Adds a project, or finds the row that it has already.
 *
 * Whether folders are there is asked before the transaction: a disk that does not answer must not hold the lock that all
 * processes write under. Should other rows of the identity be there then, it is asked again.
 */
export async function addProject(
  context: AddingContext,
  project: NewProject,
  exists: FolderCheck,
  { signal }: WaitOptions,
): Promise<AddedProject> {
  const { db, queries } = context
  const asked = new Map<string, boolean>()
  for (;;) {
    for (const { root } of await queries.byIdentity.all({ identity: project.identity })) {
      if (root !== project.root && !asked.has(root)) asked.set(root, await exists(root))
      signal?.throwIfAborted()
    }
    const added = await db.transaction((tx) => addIn(tx, context, project, asked), { mode: 'immediate', signal })
    if (added !== undefined) return added
  }
}

/** Adds a project, or does nothing where it is not known of all rows of its identity whether their folders are there. */
function addIn(
  tx: Transaction<ProjectTables>,
  { queries, now }: AddingContext,
  project: NewProject,
  asked: ReadonlyMap<string, boolean>,
): AddedProject | undefined {
  const { identity, root, database } = project
  const here = tx.first(queries.byRoot, { root })
  if (here?.identity === identity) return known(here)
  const others = tx.all(queries.byIdentity, { identity })
  if (others.some((other) => !asked.has(other.root))) return undefined

  const gone = others.find((other) => asked.get(other.root) === false)
  if (gone !== undefined) {
    if (here !== undefined) tx.run(queries.remove, { id: here.id })
    return { outcome: 'moved', project: place(gone), previous: projectOf(gone), ...droppedOf(here) }
  }
  if (here === undefined) {
    return { outcome: 'added', project: insert(freeName(project.suggestedName, isTaken)) }
  }
  if (saysOnlyWhere(here.identity) || saysOnlyWhere(identity)) return known(here)
  tx.run(queries.remove, { id: here.id })
  return { outcome: 'replaced', project: insert(here.name), ...droppedOf(here) }

  function known(row: StoredProject): AddedProject {
    return { outcome: 'known', project: place(row), previous: projectOf(row) }
  }
  function place({ id }: StoredProject): AddedProject['project'] {
    return projectOf(tx.firstOrThrow(queries.place, { id, identity, root, database }))
  }
  function insert(name: string): AddedProject['project'] {
    return projectOf(tx.firstOrThrow(queries.insert, { name, identity, root, database, added_at: now() }))
  }
  function isTaken(name: string): boolean {
    return tx.first(queries.byName, { name }) !== undefined
  }
}

function saysOnlyWhere(identity: string): boolean {
  return identity.startsWith('path:')
}

function droppedOf(row: StoredProject | undefined): Pick<AddedProject, 'dropped'> {
  return row === undefined ? {} : { dropped: projectOf(row) }
}
