import type { Database } from '@forge/db'
import { QueryInvalidError } from '../errors.ts'
import { type AnalysisCache, SqlAnalysisCache } from './analysis-cache.ts'
import type { IncrementalTables } from './schema.ts'
import { type PersistentTraces, SqlTraces } from './sql-traces.ts'

/** What a store is made from. */
export interface IncrementalStoreOptions {
  /** A database with the tables of {@link incrementalMigrations}. It is left open. */
  readonly database: Database<IncrementalTables>
  /** Keeps projects in one file apart. Default `default`. */
  readonly project?: string
  /** Traces kept of one question: going back and forth between so many states computes nothing. Default 4. */
  readonly maxTraces?: number
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number
}

/** Values that outlive the process. */
export interface IncrementalStore extends AsyncDisposable {
  /** For {@link QueryEngineOptions.traces}. */
  readonly traces: PersistentTraces
  readonly analyses: AnalysisCache
}

/**
 * Opens the traces and the analysis cache of a project.
 *
 * @throws `FORGE_QUERY_INVALID`, and what the database throws.
 */
export async function openIncrementalStore(options: IncrementalStoreOptions): Promise<IncrementalStore> {
  const { database, project = 'default', maxTraces = 4, clock = Date.now } = options
  if (!Number.isSafeInteger(maxTraces) || maxTraces < 1) {
    throw new QueryInvalidError(`maxTraces cannot be ${maxTraces}`, {
      hint: 'Give it a whole number, 1 or more',
      details: { option: 'maxTraces', value: maxTraces },
      callSite: openIncrementalStore,
    })
  }
  const id = await projectId(database, project)
  const traces = new SqlTraces(database, id, maxTraces)
  return {
    traces,
    analyses: new SqlAnalysisCache(database, id, clock),
    [Symbol.asyncDispose]: () => traces.flush(),
  }
}

async function projectId({ kysely }: Database<IncrementalTables>, name: string): Promise<number> {
  await kysely
    .insertInto('incremental_projects')
    .values({ name })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await kysely
    .selectFrom('incremental_projects')
    .select('id')
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return row.id
}
