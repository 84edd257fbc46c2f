import type { DriverErrorContext } from '@forge/pool'
import {
  type CompiledQuery,
  type DialectAdapter,
  PostgresAdapter,
  type QueryResult,
  type TransactionSettings,
} from 'kysely'
import { postgres } from './backend.postgres.ts'

/** Where an error came up. */
export interface BackendErrorContext extends DriverErrorContext {
  /** What failed before in the same transaction. */
  readonly failure?: unknown
}

/** Reads the rows of a query in chunks, inside a transaction. */
export type BackendStream = <R>(
  execute: <T>(sql: string, parameters: readonly unknown[]) => Promise<QueryResult<T>>,
  compiled: CompiledQuery,
  chunkSize: number,
) => AsyncGenerator<QueryResult<R>, void, undefined>

/** What differs from one database to the next. */
export interface PortableBackend {
  /** An error of the driver as the typed error it means, or as it is. */
  readonly mapError: (error: unknown, context: BackendErrorContext) => unknown
  /** Whether an error of the driver only says that another transaction was in the way. */
  readonly isConflict: (error: unknown) => boolean
  /** How a transaction begins that writes, and one that reads a snapshot. */
  readonly begin: { readonly write: TransactionSettings; readonly read: TransactionSettings }
  /** Makes the savepoint it is run in refuse writes. */
  readonly refuseWrites?: string
  /** Default: the stream of the driver. */
  readonly stream?: BackendStream
}

/** Any database: its transactions are what its dialect makes of them. */
const standard: PortableBackend = {
  mapError: (error) => error,
  isConflict: () => false,
  begin: { write: {}, read: {} },
}

/** What is known of the database behind a dialect. */
export function backendOf(adapter: DialectAdapter): PortableBackend {
  return adapter instanceof PostgresAdapter ? postgres : standard
}

/** Whether an error, or what led to it, says that another transaction was in the way; a body may have wrapped it. */
export function isConflict(backend: PortableBackend, error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) if (backend.isConflict(each)) return true
  return false
}
