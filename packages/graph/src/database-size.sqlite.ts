import type { Database, Transaction } from '@forge/db'
import { sql } from 'kysely'
import type { GraphTables } from './schema.ts'

/** Makes a function that tells the size of the database in bytes, its free pages included. */
export function databaseBytes(db: Database<GraphTables>): (tx: Transaction<GraphTables>) => number {
  const query = db.prepared(
    () =>
      sql<{
        bytes: number
      }>`select c.page_count * s.page_size as bytes from pragma_page_count as c, pragma_page_size as s`,
  )
  return (tx) => tx.firstOrThrow(query).bytes
}
