import type { ConnectionRole, Lease, OpenTransaction, Pool } from '@forge/pool'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from 'kysely'
import type { CachedConnection } from './cached-connection.ts'
import {
  executeOnPool,
  type Execution,
  looksReadOnly,
  queryFailure,
  queryResult,
  refuseControl,
  runHere,
} from './execute.ts'
import { chunksOf, slicesOf, takeChunk } from './row-chunks.ts'

interface Options {
  readonly signal?: AbortSignal | undefined
}

/** Gives Kysely the connections of a pool. */
export class PoolDriver implements Driver {
  readonly #pool: Pool<CachedConnection>

  constructor(pool: Pool<CachedConnection>) {
    this.#pool = pool
  }

  async init(): Promise<void> {
    // The pool opens connections when they are needed.
  }

  async acquireConnection(): Promise<RoutedConnection> {
    return new RoutedConnection(this.#pool)
  }

  async beginTransaction(connection: RoutedConnection, settings: TransactionSettings): Promise<void> {
    await connection.begin(settings.accessMode === 'read only')
  }

  async commitTransaction(connection: RoutedConnection): Promise<void> {
    await connection.commit()
  }

  async rollbackTransaction(connection: RoutedConnection): Promise<void> {
    connection.rollback()
  }

  async savepoint(connection: RoutedConnection, name: string): Promise<void> {
    connection.control(`savepoint ${quote(name)}`)
  }

  async rollbackToSavepoint(connection: RoutedConnection, name: string): Promise<void> {
    connection.control(`rollback to ${quote(name)}`)
  }

  async releaseSavepoint(connection: RoutedConnection, name: string): Promise<void> {
    connection.control(`release ${quote(name)}`)
  }

  async releaseConnection(connection: RoutedConnection): Promise<void> {
    connection.release()
  }

  async destroy(): Promise<void> {
    await this.#pool.close()
  }
}

/**
 * What Kysely takes for a connection: it borrows a reader for each read, until the first write, or the begin of a
 * transaction, makes it keep one connection for everything, so that it sees what it wrote.
 */
export class RoutedConnection implements DatabaseConnection {
  readonly #pool: Pool<CachedConnection>
  #lease: Lease<CachedConnection> | undefined
  #transaction: OpenTransaction<CachedConnection> | undefined

  constructor(pool: Pool<CachedConnection>) {
    this.#pool = pool
  }

  async begin(readOnly: boolean): Promise<void> {
    const lease = await this.#keep(readOnly ? 'reader' : 'writer')
    this.#transaction = await this.#pool.begin({ lease, mode: readOnly ? 'read' : 'immediate' })
  }

  async commit(): Promise<void> {
    try {
      await this.#transaction?.commit()
    } finally {
      this.#forgetTransaction()
    }
  }

  rollback(): void {
    this.#transaction?.rollback()
    this.#forgetTransaction()
  }

  /** Runs a command of the savepoints of a transaction that Kysely controls. */
  control(sql: string): void {
    const connection = this.#transaction?.connection
    if (connection === undefined) throw new TypeError('no transaction was begun on this connection')
    runMapped(sql, () => {
      // A savepoint that ends, or is undone, ends every stream with it.
      if (!sql.startsWith('savepoint')) connection.endIterations()
      connection.exec(sql)
    })
  }

  executeQuery<R>(compiled: CompiledQuery, options?: Options): Promise<QueryResult<R>> {
    const signal = options?.signal
    const result = this.#execute<R>(compiled, signal)
    if (signal === undefined) return result
    return result.catch((error: unknown) => {
      if (stopped(error, signal)) return { rows: [] }
      throw error
    })
  }

  async *streamQuery<R>(
    compiled: CompiledQuery,
    chunkSize: number,
    options?: Options,
  ): AsyncIterableIterator<QueryResult<R>> {
    refuseControl(compiled, this.streamQuery)
    const { sql } = compiled
    const signal = options?.signal
    try {
      if (!looksReadOnly(compiled)) {
        // Invariant: only reads are iterated; an iteration that writes would hold the write lock as long as it pleases.
        yield await this.executeQuery<R>(compiled, options)
      } else if (this.#transaction !== undefined) {
        yield* this.#stream<R>(this.#transaction.connection, compiled, chunkSize, signal)
      } else if (this.#lease !== undefined) {
        yield* this.#stream<R>(this.#lease.connection, compiled, chunkSize, signal)
      } else yield* this.#streamOnReader<R>(compiled, chunkSize, signal)
    } catch (error) {
      if (!stopped(error, signal)) throw queryFailure(error, sql)
    }
  }

  release(): void {
    this.rollback()
    const lease = this.#lease
    this.#lease = undefined
    try {
      lease?.connection.endIterations()
    } finally {
      lease?.release()
    }
  }

  /** Not asynchronous itself, so that a read costs one promise less. */
  #execute<R>(compiled: CompiledQuery, signal: AbortSignal | undefined): Promise<QueryResult<R>> {
    try {
      refuseControl(compiled, this.#execute)
      const { sql } = compiled
      const execution = { sql, key: sql, values: compiled.parameters, read: queryResult<R> }
      if (this.#transaction !== undefined) {
        const { connection } = this.#transaction
        return Promise.resolve(runMapped(sql, () => runHere(connection, execution)))
      }
      if (this.#lease !== undefined || !looksReadOnly(compiled)) return this.#executeOnWriter(execution, signal)
      return executeOnPool(this.#pool, 'reader', execution, { signal, callSite: this.#execute })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async #executeOnWriter<T>(execution: Execution<T>, signal: AbortSignal | undefined): Promise<T> {
    const lease = this.#lease ?? (await this.#keep('writer', signal))
    const options = { signal, sql: execution.sql, lease, callSite: this.#executeOnWriter }
    return await this.#pool.execute('writer', (connection) => runHere(connection, execution), options)
  }

  async *#streamOnReader<R>(
    compiled: CompiledQuery,
    chunkSize: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<QueryResult<R>, void, undefined> {
    const { sql, parameters } = compiled
    const lease = await this.#pool.acquire('reader', { signal })
    try {
      if (lease.role === 'reader') {
        yield* this.#stream<R>(lease.connection, compiled, chunkSize, signal)
        return
      }
    } catch (error) {
      throw whyEnded(lease) ?? error
    } finally {
      lease.release()
    }
    // Invariant: a stream never keeps the writer, which is all there is where a pool has one connection.
    const execution = { sql, key: sql, values: parameters, read: queryResult<R> }
    yield* slicesOf((await executeOnPool(this.#pool, 'reader', execution, { signal })).rows, chunkSize)
  }

  async *#stream<R>(
    connection: CachedConnection,
    { sql, parameters }: CompiledQuery,
    chunkSize: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<QueryResult<R>, void, undefined> {
    let rows: Generator<unknown, void, undefined> | undefined
    const start = () => {
      rows = connection.iterate(sql, parameters)
      return takeChunk(rows, chunkSize)
    }
    try {
      const first = await this.#pool.retryBusy(start, { signal, sql })
      if (first.length > 0) yield { rows: first as R[] }
      if (rows !== undefined) yield* chunksOf<R>(rows, (each) => takeChunk(each, chunkSize))
    } finally {
      rows?.return()
    }
  }

  async #keep(role: ConnectionRole, signal?: AbortSignal): Promise<Lease<CachedConnection>> {
    return (this.#lease ??= await this.#pool.acquire(role, { signal, enter: true }))
  }

  /** After a read-only transaction the next statement may be one that writes. */
  #forgetTransaction(): void {
    this.#transaction = undefined
    if (this.#lease?.role === 'reader') {
      this.#lease.release()
      this.#lease = undefined
    }
  }
}

/** Whether an error is the one Kysely awaits no more: it reports what fails after an abort on the console. */
function stopped(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && error === signal.reason
}

function runMapped<T>(sql: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw queryFailure(error, sql)
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Why the reader was closed under whoever had it, if it was. */
function whyEnded(lease: Lease<CachedConnection>): unknown {
  try {
    void lease.connection
    return undefined
  } catch (reason) {
    return reason
  }
}
