import { isForgeError } from '@forge/errors'
import { graphMigrations } from '@forge/graph'
import { NotIndexedError, StoreNewerError } from '../errors.ts'
import { projectName } from '../own-stores.ts'
import { otherSchema } from '../store.ts'
import { UnifiedGraphStore } from '../unified-graph-store.ts'

/** How to look. */
export interface LookOptions {
  readonly busyDeadline?: number
  readonly signal?: AbortSignal | undefined
}

/** A graph, as it is now. */
export interface GraphLook {
  readonly revision: number
  /** When the revision was written, in milliseconds since the epoch. */
  readonly indexedAt: number
  /** Whether an older version of Forge has written it; the next command that opens it brings its tables up to date. */
  readonly isOlder: boolean
}

/**
 * Looks at the graph of a project; writes nothing.
 *
 * @throws `FORGE_ROOT_NOT_FOUND`, `FORGE_STORE_NOT_INDEXED`, `FORGE_STORE_NEWER`, `FORGE_STORE_FOREIGN`, `FORGE_MIGRATE_DAMAGED`, `FORGE_DB_*`, the reason of the signal
 */
export async function lookAtGraph(root: string, database: string, options: LookOptions = {}): Promise<GraphLook> {
  const { signal } = options
  await using store = await UnifiedGraphStore.open(root, { ...openOptions(options), database })
  const pending = await pendingIn(store, signal)
  const last = pending.includes(graphMigrations[0]!.id)
    ? undefined
    : await store.database.kysely
        .selectFrom('revisions')
        .innerJoin('projects', 'projects.id', 'revisions.project')
        .select(['revision', 'created_at'])
        .where('projects.name', '=', projectName)
        .orderBy('revision', 'desc')
        .limit(1)
        .executeTakeFirst()
  if (last === undefined) throw new NotIndexedError(database)
  return { revision: last.revision, indexedAt: last.created_at, isOlder: pending.length > 0 }
}

function openOptions({ busyDeadline, signal }: LookOptions): Parameters<typeof UnifiedGraphStore.open>[1] {
  return {
    readOnly: true,
    threads: false,
    ...(busyDeadline === undefined ? {} : { busyDeadline }),
    ...(signal === undefined ? {} : { signal }),
  }
}

/** The migrations that the graph lacks. */
async function pendingIn(store: UnifiedGraphStore, signal: AbortSignal | undefined): Promise<readonly string[]> {
  try {
    const { steps } = await store.schema.plan({ direction: 'up', ...(signal === undefined ? {} : { signal }) })
    return steps.map(({ id }) => id)
  } catch (error) {
    throw isForgeError(error) && otherSchema.has(error.code) ? new StoreNewerError(store.file, store, error) : error
  }
}
