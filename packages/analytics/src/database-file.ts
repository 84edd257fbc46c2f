import { rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api'
import { isForgeError } from '@forge/errors'
import { type DuckDbModule, loadDuckDb } from './duckdb.ts'
import { makeFolder } from './make-folder.ts'
import { AnalyticsStorageError, AnalyticsUnwritableError, firstLine, MirrorBusyError } from './errors.ts'

/** How a database is opened: by one process that writes, or by several that read. */
export type Access = 'read' | 'write'

/** How to wait for other processes. */
export interface WaitOptions {
  /** Milliseconds. */
  readonly wait: number
  readonly signal: AbortSignal | undefined
}

/** An open database. */
export interface Session {
  readonly duckdb: DuckDbModule
  readonly connection: DuckDBConnection
  /** Runs a statement; its rows, with numbers for integers. */
  rows<Row>(sql: string, values?: readonly DuckDBValue[]): Promise<Row[]>
}

/** Who has a file of this process open now, and waits for it: DuckDB's lock knows processes only, and closing a file gives up all locks on it. */
const queues = new Map<string, Promise<unknown>>()

/** Lets only one at a time use a file in this process. */
async function inTurn<T>(file: string, body: () => Promise<T>): Promise<T> {
  const before = queues.get(file)
  const turn = (async () => {
    await before
    return await body()
  })()
  const settled = turn.catch(() => undefined)
  queues.set(file, settled)
  try {
    return await turn
  } finally {
    if (queues.get(file) === settled) queues.delete(file)
  }
}

/**
 * Opens a database, lets `body` use it and closes it. What aborts the signal interrupts the statement that runs.
 *
 * @throws MirrorBusyError, AnalyticsUnwritableError, DuckDbMissingError, the reason of the signal, what `body` throws; DuckDB's own errors
 * where the file cannot be opened for another reason
 */
export async function withDatabase<T>(
  file: string,
  access: Access,
  options: WaitOptions,
  body: (session: Session) => Promise<T>,
): Promise<T> {
  const { signal } = options
  signal?.throwIfAborted()
  const duckdb = await loadDuckDb()
  if (access === 'write') makeFolderOf(file)
  return await inTurn(path.resolve(file), async () => {
    const instance = await openInstance(duckdb, file, access, options)
    let connection: DuckDBConnection | undefined
    const interrupt = (): void => connection?.interrupt()
    try {
      connection = await instance.connect()
      signal?.addEventListener('abort', interrupt)
      return await body(sessionOf(duckdb, connection))
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      signal?.removeEventListener('abort', interrupt)
      connection?.closeSync()
      instance.closeSync()
    }
  })
}

/** Opens a database, waiting for other processes; throws as {@link withDatabase}. */
export async function openInstance(
  duckdb: DuckDbModule,
  file: string,
  access: Access,
  { wait, signal }: WaitOptions,
): Promise<DuckDBInstance> {
  const start = performance.now()
  for (let pause = 10; ; pause = Math.min(pause * 2, 200)) {
    signal?.throwIfAborted()
    try {
      return await duckdb.DuckDBInstance.create(file, access === 'read' ? { access_mode: 'READ_ONLY' } : {})
    } catch (error) {
      const message = firstLine(error)
      if (/permission denied|read-only file system/i.test(message)) throw unwritable(file, error)
      if (!/could not set lock/i.test(message)) throw error
      const waited = Math.round(performance.now() - start)
      if (waited >= wait) throw new MirrorBusyError(file, waited, error)
    }
    await sleep(Math.min(pause, Math.max(1, wait - (performance.now() - start))), undefined, signal && { signal })
  }
}

/** Deletes a database with what DuckDB keeps beside it. */
export function removeDatabase(file: string): void {
  for (const each of [file, `${file}.wal`]) rmSync(each, { force: true })
  rmSync(`${file}.tmp`, { force: true, recursive: true })
}

/** An error of DuckDB as one of ours; ours, and that somebody aborted, as they are. */
export function storageError(file: string, error: unknown): unknown {
  const isTold = isForgeError(error) || (error instanceof Error && error.name === 'AbortError')
  return isTold ? error : new AnalyticsStorageError(file, error)
}

function sessionOf(duckdb: DuckDbModule, connection: DuckDBConnection): Session {
  return {
    duckdb,
    connection,
    rows: async <Row>(sql: string, values: readonly DuckDBValue[] = []) => {
      const result = await connection.run(sql, [...values])
      const rows = await result.getRowObjectsJS()
      for (const row of rows) {
        for (const [name, value] of Object.entries(row)) if (typeof value === 'bigint') row[name] = Number(value)
      }
      return rows as Row[]
    },
  }
}

function makeFolderOf(file: string): void {
  try {
    makeFolder(path.dirname(file))
  } catch (cause) {
    throw unwritable(file, cause)
  }
}

function unwritable(file: string, cause: unknown): AnalyticsUnwritableError {
  return new AnalyticsUnwritableError(`${file} cannot be written: ${firstLine(cause)}`, {
    hint: 'Make it and its folder writable, or name another place',
    details: { file },
    cause,
  })
}
