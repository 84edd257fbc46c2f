import type * as DuckDb from '@duckdb/node-api'
import { DuckDbMissingError } from './errors.ts'

/** The module `@duckdb/node-api`. */
export type DuckDbModule = typeof DuckDb

/**
 * Loads DuckDB, only now: it is 68 MB that nobody needs who asks nothing of it.
 *
 * @throws DuckDbMissingError `FORGE_ANALYTICS_DUCKDB`
 */
export async function loadDuckDb(): Promise<DuckDbModule> {
  try {
    return await import('@duckdb/node-api')
  } catch (cause) {
    throw new DuckDbMissingError(cause)
  }
}
