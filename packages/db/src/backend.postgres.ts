import type { CompiledQuery, QueryResult } from 'kysely'
import { isConflictInPostgres, mapPostgresError } from './driver-error.postgres.ts'
import type { BackendStream, PortableBackend } from './portable-backend.ts'

let cursors = 0

/**
 * Reads through a cursor in SQL, so that other statements can run in the transaction in between.
 *
 * The cursors of the driver hold the connection until they are read to the end: a statement in between would wait for ever.
 */
const stream: BackendStream = async function* <R>(
  execute: <T>(sql: string, parameters: readonly unknown[]) => Promise<QueryResult<T>>,
  { sql, parameters }: CompiledQuery,
  chunkSize: number,
): AsyncGenerator<QueryResult<R>, void, undefined> {
  const cursor = `forge_${++cursors}`
  await execute(`declare ${cursor} no scroll cursor for ${sql}`, parameters)
  const size = Math.max(1, Math.trunc(chunkSize))
  try {
    for (let more = true; more;) {
      const chunk = await execute<R>(`fetch forward ${size} from ${cursor}`, [])
      more = chunk.rows.length === size
      if (chunk.rows.length > 0) yield chunk
    }
  } finally {
    // Where the transaction has failed or ended, its cursors went with it.
    await execute(`close ${cursor}`, []).catch(() => undefined)
  }
}

/**
 * PostgreSQL.
 *
 * Invariant: transactions that write are serializable, so that what SQLite guarantees by its one writer holds here too: no lost
 * update, no write skew. Those that only read see one snapshot and never fail on others.
 */
export const postgres: PortableBackend = {
  mapError: mapPostgresError,
  isConflict: isConflictInPostgres,
  begin: {
    write: { isolationLevel: 'serializable' },
    read: { isolationLevel: 'repeatable read', accessMode: 'read only' },
  },
  refuseWrites: 'set transaction read only',
  stream,
}
