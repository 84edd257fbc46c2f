import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { MigrationDialect } from './dialect.ts'
import { ledgerTable } from './ledger-tables.ts'
import { transactionControlIn } from './transaction-control.postgres.ts'
import { inTransaction } from './transaction.ts'

/** Another migrator holds the advisory lock; the code is PostgreSQL's own for a lock that is not available. */
class LockedOut extends Error {
  readonly code = '55P03'
}

/** What PostgreSQL refuses inside a transaction, as far as it can be told from the first words. */
const outsideTransactions: readonly (readonly [RegExp, string])[] = [
  [/^create\s+(?:unique\s+)?index\s+concurrently\b/i, 'create index concurrently'],
  [/^drop\s+index\s+concurrently\b/i, 'drop index concurrently'],
  [/^reindex\b[^;'"]*\bconcurrently\b/i, 'reindex concurrently'],
  [/^reindex\s+(?:\([^)]*\)\s*)?(?:database|system)\b/i, 'reindex database'],
  [/^alter\s+table\b[^;]*\bdetach\s+partition\s+\S+\s+concurrently\b/i, 'detach partition concurrently'],
  [/^(?:create|drop)\s+database\b/i, 'create or drop database'],
  [/^(?:create|drop)\s+tablespace\b/i, 'create or drop tablespace'],
  [/^alter\s+system\b/i, 'alter system'],
]

/**
 * The advisory lock of all migrators of one database: the first eight bytes of the hash of the ledger's name.
 *
 * Invariant: it stays the same in all releases; else two of them could migrate at once.
 */
const lockKey: string = createHash('sha256').update(ledgerTable).digest().readBigInt64BE().toString()

/** PostgreSQL: an advisory lock of the transaction, which also covers the time before there is a ledger. */
export const postgres: MigrationDialect = {
  connectsAtOnce: false,

  unfit(statement, text) {
    const control = transactionControlIn(text)
    if (control !== undefined) return `contains "${control}"`
    const name = outsideTransactions.find(([pattern]) => pattern.test(statement))?.[1]
    return name === undefined ? undefined : `is "${name}", which PostgreSQL refuses inside a transaction`
  },

  async tables(db) {
    const { rows } = await sql<{ name: string }>`
      select c.relname as name
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any (current_schemas(false)) and c.relkind in ('r', 'p', 'v', 'm', 'f')
    `.execute(db)
    return rows.map(({ name }) => name)
  },

  transaction: (db, _, body) => inTransaction(db, body),

  async lockOut(transaction, lockTimeoutMs) {
    // Asked for and not waited for: a wait inside the server would keep a connection and hear no AbortSignal.
    const { rows } = await sql<{ locked: boolean }>`
      select set_config('lock_timeout', ${timeoutSetting(lockTimeoutMs)}, true),
        pg_try_advisory_xact_lock(cast(${lockKey} as bigint)) as locked
    `.execute(transaction)
    if (rows[0]?.locked !== true) throw new LockedOut('another process is migrating this database')
  },
}

/** `lock_timeout` in milliseconds, where 0 means for ever and the largest is that of 32 bits. */
function timeoutSetting(milliseconds: number): string {
  return milliseconds >= 2 ** 31 ? '0' : `${Math.max(1, Math.round(milliseconds))}ms`
}
