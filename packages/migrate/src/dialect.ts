import { sql, type Kysely } from 'kysely'
import { postgres } from './dialect.postgres.ts'
import { sqlite } from './dialect.sqlite.ts'

/** What the databases do each in their own way. */
export interface MigrationDialect {
  /** Whether to wait for a connection is to wait for its user: a server takes time of its own to connect. */
  readonly connectsAtOnce: boolean
  /**
   * Why a text cannot be part of a migration; `undefined` where it can.
   *
   * `statement` is `text` from its first word on.
   */
  unfit(statement: string, text: string): string | undefined
  /** The names of the tables and views that a migration without a schema in its names would meet. */
  tables<DB>(db: Kysely<DB>): Promise<readonly string[]>
  /** Runs `body` in one transaction. */
  transaction<DB, T>(db: Kysely<DB>, options: TransactionOptions, body: TransactionBody<DB, T>): Promise<T>
  /**
   * Keeps other migrators out until the transaction ends, if the database can before there is a ledger to lock.
   *
   * Rejects with an error that {@link retryWhileBusy} knows where another one holds the lock.
   */
  lockOut<DB>(transaction: Kysely<DB>, lockTimeoutMs: number): Promise<void>
}

/** What a transaction does besides. */
export interface TransactionOptions {
  /** Foreign keys are off in it, and what they find before the commit is thrown as {@link ForeignKeyViolations}. */
  readonly checkForeignKeysAtEnd: boolean
}

/** What runs inside a transaction; the rollback that follows when it throws never hides its error. */
export type TransactionBody<DB, T> = (transaction: Kysely<DB>) => Promise<T>

/** The dialect of `db`, told from the SQL it compiles, so that any driver and any copy of Kysely will do. */
export function dialectOf<DB>(db: Kysely<DB>): MigrationDialect | undefined {
  switch (sql`${sql.id('name')} ${1}`.compile(db).sql) {
    case '"name" ?':
      return sqlite
    case '"name" $1':
      return postgres
    default:
      return undefined
  }
}
